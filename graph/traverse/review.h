// Where a revision of a statement or guideline stands in clinical review. An act of review cites
// the digest of what was reviewed, so that whatever is edited since is handed in again by itself.
// docs/formats/review.md.
#ifndef EVIDENT_GRAPH_TRAVERSE_REVIEW_H_
#define EVIDENT_GRAPH_TRAVERSE_REVIEW_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/digest.h"
#include "evident/v1/knowledge.pb.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// Orders states: rejected is the weakest, then never submitted, submitted, under review, approved.
int ReviewStrength(v1::ReviewState state);

// An act on the revision, with the node that the edge leads to.
struct ReviewedAct {
  std::string node;  // full name of the board (a submission) or the person (a vote)
  v1::ReviewedBy act;
  bool counts = false;  // a vote of a person who is a member of the board in this release
};

// Acts of one board on one revision.
struct BoardReview {
  std::string board;  // full name
  v1::ReviewState state = v1::REVIEW_STATE_SUBMITTED;
  uint32_t quorum = 0;
  uint32_t approvals = 0;
  uint32_t rejections = 0;
  std::string due;  // YYYY-MM-DD; empty: no such day
};

struct ReviewStanding {
  v1::ReviewState state = v1::REVIEW_STATE_UNSPECIFIED;
  Digest revision;
  std::vector<std::string> reviewers;  // full names that edges without an act lead to, or acts name
  std::vector<BoardReview> boards;     // that were handed this revision, by name
  std::vector<ReviewedAct> acts;       // on this revision, in key order
  bool edited_since = false;           // there are acts, and all are on other revisions
};

// The state: with acts on this revision, the weakest over the boards that it was handed to:
// rejected while a member's vote against it stands, approved once as many members approved as the
// board's quorum asks for, under review with a vote, else submitted. With acts on other revisions
// only, submitted. Without any, what the record says. NOT_FOUND (NODE_UNKNOWN). DATA_LOSS
// (EDGE_DANGLING); the reader's errors.
absl::StatusOr<ReviewStanding> ReviewOf(const GraphReader& reader, const NodeId& id);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_TRAVERSE_REVIEW_H_
