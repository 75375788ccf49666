#include "graph/release/current_node.h"

#include <utility>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/node_id.h"

namespace evident::graph {

absl::StatusOr<NodeChange> CurrentNode(const GraphReader& reader, v1::NodeKind kind,
                                       const std::string& name) {
  const NodeId id = MakeNodeId(kind, name);
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader.GetNode(id));
  if (node == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "NODE_NOT_FOUND",
                     "release " + std::to_string(reader.release().number()) + " has no " +
                         v1::NodeKind_Name(kind) + " '" + name + "'");
  }
  NodeChange change{kind, name, *node, {}};
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges, reader.Out(id, std::nullopt));
  for (const Edge& edge : edges) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr target, reader.GetNode(edge.dst));
    if (target == nullptr) {
      return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                       name + " leads to " + HexEncode(edge.dst.view()) + ", which is missing");
    }
    change.out.push_back({kind, name, edge.kind, KindOf(*target), target->name(), *edge.record});
  }
  return change;
}

}  // namespace evident::graph
