#include "server/handlers/review_status.h"

#include "base/status.h"
#include "graph/traverse/review.h"

namespace evident::server {
namespace {

std::string HeadlineOf(const v1::NodeRecord& node) {
  if (node.has_guideline()) return node.guideline().title();
  return node.statement().wordings().empty() ? "" : node.statement().wordings(0).headline();
}

bool IsOpen(v1::ReviewState state) {
  return state != v1::REVIEW_STATE_APPROVED && state != v1::REVIEW_STATE_REJECTED;
}

}  // namespace

absl::StatusOr<v1::ReviewStatus> ViewReview(const graph::GraphReader& reader, const NodeId& id,
                                            const std::string& today) {
  EVIDENT_ASSIGN_OR_RETURN(const graph::ReviewStanding standing, graph::ReviewOf(reader, id));
  EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node, reader.GetNode(id));
  v1::ReviewStatus status;
  status.set_name(node->name());
  status.set_headline(HeadlineOf(*node));
  status.set_digest(std::string(standing.revision.view()));
  status.set_state(standing.state);
  for (const graph::BoardReview& review : standing.boards) {
    v1::BoardReviewStatus& board = *status.add_boards();
    board.set_board(review.board);
    board.set_state(review.state);
    board.set_approvals(review.approvals);
    board.set_rejections(review.rejections);
    board.set_quorum(review.quorum);
    board.set_due(review.due);
    board.set_overdue(!review.due.empty() && review.due < today && IsOpen(review.state));
  }
  for (const graph::ReviewedAct& act : standing.acts) *status.add_acts() = act.act;
  status.set_edited_since(standing.edited_since);
  return status;
}

}  // namespace evident::server
