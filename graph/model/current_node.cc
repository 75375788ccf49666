#include "graph/model/current_node.h"

#include <utility>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/enum_words.h"
#include "graph/model/node_id.h"

namespace evident::graph {

absl::StatusOr<NodeChange> CurrentNode(const GraphReader& reader, v1::NodeKind kind,
                                       const std::string& name) {
  return CurrentNode(reader, std::vector<v1::NodeKind>{kind}, name);
}

absl::StatusOr<NodeChange> CurrentNode(const GraphReader& reader,
                                       const std::vector<v1::NodeKind>& kinds,
                                       const std::string& name) {
  NodePtr node;
  std::string wanted;
  for (const v1::NodeKind kind : kinds) {
    wanted += (wanted.empty() ? "" : " or ") + EnumWord(kind);
    EVIDENT_ASSIGN_OR_RETURN(node, reader.GetNode(MakeNodeId(kind, name)));
    if (node != nullptr) break;
  }
  if (node == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "NODE_NOT_FOUND",
                     "release " + std::to_string(reader.release().number()) + " has no " + wanted +
                         " '" + name + "'");
  }
  return CurrentNode(reader, *node);
}

absl::StatusOr<NodeChange> CurrentNode(const GraphReader& reader, const v1::NodeRecord& node) {
  const v1::NodeKind kind = KindOf(node);
  const std::string& name = node.name();
  NodeChange change{kind, name, node, {}};
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges,
                           reader.Out(MakeNodeId(node), std::nullopt));
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
