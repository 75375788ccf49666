#include "graph/release/lost_acts.h"

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

struct Stand {
  v1::Standing standing = v1::STANDING_UNSPECIFIED;
  v1::StandingAct act;
};

Stand StandOf(const v1::NodeRecord& node) {
  if (node.has_statement()) return {node.statement().standing(), node.statement().standing_act()};
  return {node.reference().standing(), node.reference().standing_act()};
}

bool Same(const Stand& a, const Stand& b) {
  return a.standing == b.standing && a.act.SerializeAsString() == b.act.SerializeAsString();
}

using Mark = std::tuple<std::string, uint32_t, uint32_t>;
Mark MarkOf(const v1::Cites& cites) {
  return {cites.mark(), cites.at().line(), cites.at().position()};
}

absl::Status FindLostMarks(const GraphReader& head, const NodeId& id, const std::string& name,
                           const std::set<Mark>& unresolved, std::vector<Violation>& lost) {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> cites, head.Out(id, v1::EDGE_KIND_CITES));
  for (const Edge& edge : cites) {
    const v1::Cites& bound = edge.record->cites();
    if (!bound.has_resolution() || unresolved.count(MarkOf(bound)) == 0) continue;
    lost.push_back({name, "the mark " + bound.mark() + " was resolved by " +
                              bound.resolution().by() + " on " + bound.resolution().on() +
                              ", and would be unresolved again"});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Violation>> LostActs(const GraphReader& head, const GraphDraft& draft) {
  std::vector<Violation> lost;
  for (const v1::NodeRecord& node : draft.nodes) {
    if (!node.has_statement() && !node.has_reference()) continue;
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr stored, head.GetNode(MakeNodeId(node)));
    if (stored == nullptr) continue;
    const Stand now = StandOf(*stored);
    if (now.act.by().empty() || Same(now, StandOf(node))) continue;
    lost.push_back({node.name(), v1::Standing_Name(now.standing) + ", set by " + now.act.by() +
                                     " on " + now.act.on() + ", would be undone"});
  }
  std::map<std::pair<v1::NodeKind, std::string>, std::set<Mark>> unresolved;
  for (const EdgeDraft& edge : draft.edges) {
    if (edge.kind == v1::EDGE_KIND_CITES && edge.record.cites().unresolved()) {
      unresolved[{edge.src_kind, edge.src}].insert(MarkOf(edge.record.cites()));
    }
  }
  for (const auto& [source, marks] : unresolved) {
    EVIDENT_RETURN_IF_ERROR(
        FindLostMarks(head, MakeNodeId(source.first, source.second), source.second, marks, lost));
  }
  return lost;
}

}  // namespace evident::graph
