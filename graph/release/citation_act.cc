#include "graph/release/citation_act.h"

#include <utility>
#include <vector>

#include "base/status.h"
#include "graph/model/current_node.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

std::string PlaceOf(const v1::Locator& at) {
  return std::to_string(at.line()) + "/" + std::to_string(at.position());
}

bool IsMeant(const EdgeDraft& edge, const MarkResolution& resolution) {
  const v1::Cites& cites = edge.record.cites();
  if (edge.kind != v1::EDGE_KIND_CITES || !cites.unresolved()) return false;
  if (cites.mark() != resolution.mark) return false;
  return resolution.at.line() == 0 || PlaceOf(cites.at()) == PlaceOf(resolution.at);
}

absl::Status NotOne(const MarkResolution& resolution, const std::vector<EdgeDraft*>& meant) {
  if (meant.empty()) {
    return MakeError(absl::StatusCode::kNotFound, "MARK_NOT_FOUND",
                     resolution.node + " has no unresolved mark '" + resolution.mark + "'" +
                         (resolution.at.line() == 0 ? "" : " at " + PlaceOf(resolution.at)));
  }
  std::string places;
  for (const EdgeDraft* const edge : meant) {
    places += (places.empty() ? "" : ", ") + PlaceOf(edge->record.cites().at());
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "MARK_AMBIGUOUS",
                   resolution.node + " has the unresolved mark '" + resolution.mark + "' at " +
                       places + " (line/position): say which is meant",
                   {{"at", "must be one of " + places}});
}

}  // namespace

absl::StatusOr<NodeChange> ResolveMark(const GraphReader& reader, const MarkResolution& resolution,
                                       const Actor& actor) {
  EVIDENT_ASSIGN_OR_RETURN(
      NodeChange change,
      CurrentNode(reader, {v1::NODE_KIND_STATEMENT, v1::NODE_KIND_EVIDENCE}, resolution.node));
  const NodeId reference = MakeNodeId(v1::NODE_KIND_REFERENCE, resolution.reference);
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr target, reader.GetNode(reference));
  if (target == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "NODE_NOT_FOUND",
                     "there is no reference '" + resolution.reference + "'");
  }
  std::vector<EdgeDraft*> meant;
  for (EdgeDraft& edge : change.out) {
    if (IsMeant(edge, resolution)) meant.push_back(&edge);
  }
  if (meant.size() != 1) return NotOne(resolution, meant);
  EdgeDraft& edge = *meant.front();
  edge.dst_kind = v1::NODE_KIND_REFERENCE;
  edge.dst = resolution.reference;
  v1::Cites& cites = *edge.record.mutable_cites();
  cites.set_unresolved(false);
  cites.mutable_resolution()->set_by(actor.identity);
  cites.mutable_resolution()->set_on(actor.on);
  cites.mutable_resolution()->set_why(resolution.why);
  return change;
}

}  // namespace evident::graph
