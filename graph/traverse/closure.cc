#include "graph/traverse/closure.h"

#include <vector>

#include "base/limits.h"
#include "base/status.h"

namespace evident::graph {

absl::StatusOr<std::set<NodeId>> Closure(const GraphReader& reader, const NodeId& from,
                                         v1::EdgeKind kind, Way way) {
  std::set<NodeId> seen = {from};
  std::vector<NodeId> level = {from};
  for (size_t depth = 0; !level.empty(); ++depth) {
    if (depth > kIsADepthMax) {
      return MakeError(absl::StatusCode::kResourceExhausted, "WALK_TOO_DEEP",
                       v1::EdgeKind_Name(kind) + " leads more than " +
                           std::to_string(kIsADepthMax) + " steps on (kIsADepthMax)");
    }
    std::vector<NodeId> next;
    for (const NodeId& id : level) {
      EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges,
                               way == Way::kOut ? reader.Out(id, kind) : reader.In(id, kind));
      for (const Edge& edge : edges) {
        const NodeId& far = way == Way::kOut ? edge.dst : edge.src;
        if (seen.insert(far).second) next.push_back(far);
      }
    }
    level = std::move(next);
  }
  return seen;
}

}  // namespace evident::graph
