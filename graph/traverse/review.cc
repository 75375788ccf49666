#include "graph/traverse/review.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

absl::Status Missing(const NodeId& id) {
  return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                   "who reviews is missing: there is no node " + HexEncode(id.view()));
}

v1::ReviewState Recorded(const v1::NodeRecord& node) {
  return node.has_guideline() ? node.guideline().review_state() : node.statement().review_state();
}

void CountVote(const v1::ReviewedBy& act, BoardReview& review) {
  if (act.act() == v1::REVIEW_ACT_APPROVE) ++review.approvals;
  if (act.act() == v1::REVIEW_ACT_REJECT) ++review.rejections;
}

void Settle(bool voted, BoardReview& review) {
  if (review.rejections > 0) {
    review.state = v1::REVIEW_STATE_REJECTED;
  } else if (review.quorum > 0 && review.approvals >= review.quorum) {
    review.state = v1::REVIEW_STATE_APPROVED;
  } else if (voted) {
    review.state = v1::REVIEW_STATE_UNDER_REVIEW;
  }
}

class ReviewReader {
 public:
  explicit ReviewReader(const GraphReader& reader) : reader_(reader) {}

  absl::Status Read(const NodeId& id) {
    EVIDENT_ASSIGN_OR_RETURN(standing_.revision, reader_.NodeDigest(id));
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader_.GetNode(id));
    if (node == nullptr) return Missing(id);
    EVIDENT_ASSIGN_OR_RETURN(const auto edges, reader_.Out(id, v1::EDGE_KIND_REVIEWED_BY));
    for (const Edge& edge : edges) EVIDENT_RETURN_IF_ERROR(Take(edge));
    for (const ReviewedAct& act : standing_.acts) {
      if (act.counts) CountVote(act.act, boards_[act.act.board()]);
    }
    for (auto& [name, review] : boards_) {
      Settle(voted_.count(name) > 0, review);
      standing_.boards.push_back(review);
    }
    standing_.reviewers.assign(reviewers_.begin(), reviewers_.end());
    standing_.edited_since = acted_ && standing_.acts.empty();
    standing_.state = standing_.edited_since ? v1::REVIEW_STATE_SUBMITTED : Recorded(*node);
    if (!standing_.boards.empty()) standing_.state = Weakest();
    return absl::OkStatus();
  }

  ReviewStanding Result() { return std::move(standing_); }

 private:
  absl::Status Take(const Edge& edge) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr target, reader_.GetNode(edge.dst));
    if (target == nullptr) return Missing(edge.dst);
    if (!edge.record->has_reviewed_by()) {
      reviewers_.insert(target->name());
      return absl::OkStatus();
    }
    const v1::ReviewedBy& act = edge.record->reviewed_by();
    acted_ = true;
    reviewers_.insert(act.board());
    if (act.digest() != standing_.revision.view()) return absl::OkStatus();
    EVIDENT_ASSIGN_OR_RETURN(const bool counts, AddBoard(act, target->name()));
    standing_.acts.push_back({target->name(), act, counts});
    return absl::OkStatus();
  }

  // Whether the act is a vote of one of the board's members.
  absl::StatusOr<bool> AddBoard(const v1::ReviewedBy& act, const std::string& who) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr board,
                             reader_.GetNode(MakeNodeId(v1::NODE_KIND_BOARD, act.board())));
    if (board == nullptr) return Missing(MakeNodeId(v1::NODE_KIND_BOARD, act.board()));
    BoardReview& review = boards_[act.board()];
    review.board = act.board();
    review.quorum = board->board().quorum();
    if (act.act() == v1::REVIEW_ACT_SUBMIT) {
      if (review.due.empty() || (!act.due().empty() && act.due() < review.due)) {
        review.due = act.due();
      }
      return false;
    }
    const auto& members = board->board().members();
    const bool member = std::find(members.begin(), members.end(), who) != members.end();
    if (member) voted_.insert(act.board());
    return member;
  }

  v1::ReviewState Weakest() const {
    const auto weakest =
        std::min_element(standing_.boards.begin(), standing_.boards.end(),
                         [](const BoardReview& a, const BoardReview& b) {
                           return ReviewStrength(a.state) < ReviewStrength(b.state);
                         });
    return weakest->state;
  }

  const GraphReader& reader_;
  ReviewStanding standing_;
  std::map<std::string, BoardReview> boards_;
  std::set<std::string> voted_;
  std::set<std::string> reviewers_;
  bool acted_ = false;
};

}  // namespace

int ReviewStrength(v1::ReviewState state) {
  return state == v1::REVIEW_STATE_REJECTED ? -1 : static_cast<int>(state);
}

absl::StatusOr<ReviewStanding> ReviewOf(const GraphReader& reader, const NodeId& id) {
  ReviewReader review(reader);
  EVIDENT_RETURN_IF_ERROR(review.Read(id));
  return review.Result();
}

}  // namespace evident::graph
