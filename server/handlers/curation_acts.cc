#include "server/handlers/curation_acts.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "graph/model/enum_words.h"
#include "graph/model/node_id.h"
#include "graph/release/citation_act.h"
#include "graph/release/standing_acts.h"
#include "server/handlers/act_fields.h"
#include "server/handlers/publish_change.h"

namespace evident::server {
namespace {

template <typename Response>
std::string WithAffected(const ChangedHead& changed, const std::vector<std::string>& names) {
  Response response;
  FillRelease(changed, response);
  response.set_affected_count(names.size());
  for (size_t i = 0; i < std::min(names.size(), kAffectedShownMax); ++i) {
    response.add_affected_statements(names[i]);
  }
  return response.SerializeAsString();
}

// One node that gets another standing; `affected` are the statements that this touches.
template <typename Response, typename Request>
absl::StatusOr<Reply> PrepareStanding(graph::ReleaseManager& releases, Call& call,
                                      const std::shared_ptr<const graph::GraphReader>& head,
                                      const Request& request, const std::string& effect,
                                      graph::NodeChange node, std::vector<std::string> affected) {
  PublishableChange change;
  change.changes.push_back(std::move(node));
  change.effect = effect + ": " + request.why();
  change.respond = [affected = std::move(affected)](const ChangedHead& changed) {
    return absl::StatusOr<std::string>(WithAffected<Response>(changed, affected));
  };
  return PreparePublish(releases, call, head, request.frame(), std::move(change));
}

}  // namespace

absl::StatusOr<Reply> ResolveCitation(graph::ReleaseManager& releases, Call& call,
                                      const v1::ResolveCitationRequest& request) {
  ActFields fields;
  fields.NeedName("node", request.node());
  fields.NeedName("reference", request.reference());
  fields.MayHaveText("mark", request.mark());
  fields.NeedText("why", request.why());
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const auto head, HeadFor(releases, request.frame()));
  EVIDENT_ASSIGN_OR_RETURN(
      graph::NodeChange node,
      graph::ResolveMark(
          *head, {request.node(), request.mark(), request.at(), request.reference(), request.why()},
          ActorOf(call)));
  const NodeId id = graph::MakeNodeId(*node.node);
  PublishableChange change;
  change.changes.push_back(std::move(node));
  change.effect =
      "resolve the mark " + request.mark() + " of " + request.node() + " as " + request.reference();
  change.respond = [id](const ChangedHead& changed) -> absl::StatusOr<std::string> {
    v1::ResolveCitationResponse response;
    FillRelease(changed, response);
    if (changed.published) {
      EVIDENT_ASSIGN_OR_RETURN(const Digest digest, changed.reader.NodeDigest(id));
      response.set_digest(std::string(digest.view()));
    }
    return response.SerializeAsString();
  };
  return PreparePublish(releases, call, head, request.frame(), std::move(change));
}

absl::StatusOr<Reply> WithdrawStatement(graph::ReleaseManager& releases, Call& call,
                                        const v1::WithdrawStatementRequest& request) {
  ActFields fields;
  fields.NeedName("statement", request.statement());
  fields.NeedText("why", request.why());
  fields.MayHaveText("notice", request.notice());
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const auto head, HeadFor(releases, request.frame()));
  const v1::Standing standing = request.reinstate() ? v1::STANDING_CURRENT : v1::STANDING_WITHDRAWN;
  EVIDENT_ASSIGN_OR_RETURN(
      graph::NodeChange node,
      graph::SetStatementStanding(
          *head, {request.statement(), standing, request.why(), request.notice()}, ActorOf(call)));
  EVIDENT_ASSIGN_OR_RETURN(std::vector<std::string> affected,
                           graph::StatementsDetailing(*head, request.statement()));
  return PrepareStanding<v1::WithdrawStatementResponse>(
      releases, call, head, request,
      (request.reinstate() ? "reinstate " : "withdraw ") + request.statement(), std::move(node),
      std::move(affected));
}

absl::StatusOr<Reply> SetReferenceStanding(graph::ReleaseManager& releases, Call& call,
                                           const v1::SetReferenceStandingRequest& request) {
  ActFields fields;
  fields.NeedName("reference", request.reference());
  fields.NeedText("why", request.why());
  fields.MayHaveText("notice", request.notice());
  if (request.standing() == v1::STANDING_UNSPECIFIED || !v1::Standing_IsValid(request.standing())) {
    fields.Refuse("standing", "must be a known standing");
  }
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const auto head, HeadFor(releases, request.frame()));
  EVIDENT_ASSIGN_OR_RETURN(
      graph::NodeChange node,
      graph::SetReferenceStanding(
          *head, {request.reference(), request.standing(), request.why(), request.notice()},
          ActorOf(call)));
  EVIDENT_ASSIGN_OR_RETURN(std::vector<std::string> affected,
                           graph::StatementsRestingOn(*head, request.reference()));
  return PrepareStanding<v1::SetReferenceStandingResponse>(
      releases, call, head, request,
      "set " + request.reference() + " to " + std::string(graph::EnumWord(request.standing())),
      std::move(node), std::move(affected));
}

}  // namespace evident::server
