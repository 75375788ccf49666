#include "server/handlers/review_handlers.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/status.h"
#include "graph/model/node_id.h"
#include "graph/release/review_acts.h"
#include "server/handlers/act_fields.h"
#include "server/handlers/publish_change.h"
#include "server/handlers/read_frame.h"
#include "server/handlers/review_status.h"

namespace evident::server {
namespace {

void CheckReview(const std::string& at, const v1::RevisionReview& review, ActFields& fields) {
  fields.NeedName(at + ".name", review.name());
  if (review.digest().size() != Digest().view().size()) {
    fields.Refuse(at + ".digest", "must be the 32 bytes of the revision that was read");
  }
  if (review.act() == v1::REVIEW_ACT_UNSPECIFIED || !v1::ReviewAct_IsValid(review.act())) {
    fields.Refuse(at + ".act", "must say what is done");
  }
  fields.MayHaveText(at + ".note", review.note());
  const auto& interests = review.interests();
  if (interests.size() > static_cast<int>(kReviewInterestsMax) ||
      std::any_of(interests.begin(), interests.end(),
                  [](const std::string& one) { return one.size() > kNameBytesMax; })) {
    fields.Refuse(at + ".interests", "must be at most " + std::to_string(kReviewInterestsMax) +
                                         " of " + std::to_string(kNameBytesMax) + " bytes");
  }
  const bool submits = review.act() == v1::REVIEW_ACT_SUBMIT;
  if (!review.due().empty() && (!submits || !ParseDate(review.due()).ok())) {
    fields.Refuse(at + ".due", "must be a day, YYYY-MM-DD, and belongs to submissions alone");
  }
}

absl::Status CheckRequest(const v1::ReviewStatementsRequest& request) {
  ActFields fields;
  fields.NeedName("board", request.board());
  const auto& reviews = request.reviews();
  if (reviews.empty() || reviews.size() > static_cast<int>(kReviewsPerCallMax)) {
    fields.Refuse("reviews",
                  "must be 1 to " + std::to_string(kReviewsPerCallMax) + " (kReviewsPerCallMax)");
  }
  std::set<std::string> names;
  for (int i = 0; i < reviews.size(); ++i) {
    const std::string at = "reviews[" + std::to_string(i) + "]";
    CheckReview(at, reviews[i], fields);
    if (!names.insert(reviews[i].name()).second) fields.Refuse(at + ".name", "stands twice");
    if ((reviews[i].act() == v1::REVIEW_ACT_SUBMIT) !=
        (reviews[0].act() == v1::REVIEW_ACT_SUBMIT)) {
      fields.Refuse(at + ".act", "submitting and voting do not go together in one request");
    }
  }
  return fields.Status();
}

absl::Status CheckRole(const Call& call, bool submits) {
  const Role needed = submits ? Role::kCurator : Role::kReviewer;
  if (call.caller().roles.Has(needed)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kPermissionDenied, "ROLE_MISSING",
                   call.caller().identity + (submits ? " lacks the role curator, which hands in"
                                                     : " lacks the role reviewer, which votes"));
}

graph::RevisionReview ToReview(const v1::RevisionReview& review) {
  return {review.name(),
          review.digest(),
          review.act(),
          review.note(),
          {review.interests().begin(), review.interests().end()},
          review.due()};
}

bool IsAsked(const v1::ListReviewsRequest& request, const v1::ReviewStatus& status) {
  const bool by_state = request.state() == v1::REVIEW_STATE_UNSPECIFIED
                            ? status.state() != v1::REVIEW_STATE_UNSPECIFIED
                            : status.state() == request.state();
  if (!by_state) return false;
  if (request.board().empty() && !request.overdue()) return true;
  return std::any_of(status.boards().begin(), status.boards().end(),
                     [&](const v1::BoardReviewStatus& board) {
                       return (request.board().empty() || board.board() == request.board()) &&
                              (!request.overdue() || board.overdue());
                     });
}

}  // namespace

absl::StatusOr<Reply> ReviewStatements(graph::ReleaseManager& releases, Call& call,
                                       const v1::ReviewStatementsRequest& request) {
  EVIDENT_RETURN_IF_ERROR(CheckRequest(request));
  const bool submits = request.reviews(0).act() == v1::REVIEW_ACT_SUBMIT;
  EVIDENT_RETURN_IF_ERROR(CheckRole(call, submits));
  EVIDENT_ASSIGN_OR_RETURN(const auto head, HeadFor(releases, request.frame()));
  const graph::Actor actor = ActorOf(call);
  PublishableChange change;
  std::vector<NodeId> ids;
  for (const v1::RevisionReview& review : request.reviews()) {
    EVIDENT_ASSIGN_OR_RETURN(graph::NodeChange node,
                             graph::AddReview(*head, request.board(), ToReview(review), actor));
    ids.push_back(graph::MakeNodeId(*node.node));
    change.changes.push_back(std::move(node));
  }
  change.effect = (submits ? "hand " : "vote on ") + std::to_string(ids.size()) + " revisions" +
                  (submits ? " in to " : " in ") + request.board();
  change.respond = [ids,
                    today = actor.on](const ChangedHead& changed) -> absl::StatusOr<std::string> {
    v1::ReviewStatementsResponse response;
    FillRelease(changed, response);
    for (const NodeId& id : ids) {
      EVIDENT_ASSIGN_OR_RETURN(*response.add_statuses(), ViewReview(changed.reader, id, today));
    }
    return response.SerializeAsString();
  };
  return PreparePublish(releases, call, head, request.frame(), std::move(change));
}

absl::StatusOr<v1::ListReviewsResponse> ListReviews(const graph::ReleaseManager& releases,
                                                    Call& call,
                                                    const v1::ListReviewsRequest& request) {
  ActFields fields;
  if (!v1::ReviewState_IsValid(request.state())) {
    fields.Refuse("state", "is no known review state");
  }
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const ReleasePage page, OpenPage(releases, call, request));
  const PinnedRelease& pinned = page.release;
  EVIDENT_ASSIGN_OR_RETURN(std::vector<NodeId> ids, pinned->Nodes(v1::NODE_KIND_GUIDELINE));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> statements,
                           pinned->Nodes(v1::NODE_KIND_STATEMENT));
  ids.insert(ids.end(), statements.begin(), statements.end());

  v1::ListReviewsResponse response;
  response.set_release(pinned->release().number());
  const std::string today = ActorOf(call).on;
  const size_t end = std::min(ids.size(), static_cast<size_t>(page.next) + kReviewsScannedMax);
  size_t at = page.next;
  for (; at < end && response.statuses_size() < page.size; ++at) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    EVIDENT_ASSIGN_OR_RETURN(v1::ReviewStatus status, ViewReview(*pinned, ids[at], today));
    if (IsAsked(request, status)) *response.add_statuses() = std::move(status);
  }
  if (at < ids.size()) {
    response.set_next_page_token(page.TokenFor(at));
  }
  return response;
}

}  // namespace evident::server
