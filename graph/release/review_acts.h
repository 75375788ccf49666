// Handing revisions in for clinical review, and voting on them (docs/formats/review.md).
#ifndef EVIDENT_GRAPH_RELEASE_REVIEW_ACTS_H_
#define EVIDENT_GRAPH_RELEASE_REVIEW_ACTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_reader.h"
#include "graph/release/actor.h"

namespace evident::graph {

// One act on one revision.
struct RevisionReview {
  std::string name;    // full name of a statement or guideline
  std::string digest;  // of the revision that was read, 32 bytes
  v1::ReviewAct act = v1::REVIEW_ACT_UNSPECIFIED;
  std::string note;
  std::vector<std::string> interests;  // declared interests that may conflict
  std::string due;                     // submissions: YYYY-MM-DD; empty: no such day
};

// The node with that act of `board`, a full name; an earlier one of the same doer on the same
// revision, and their acts on older revisions, go. NOT_FOUND (NODE_NOT_FOUND): the node or the
// board. ABORTED (REVISION_CHANGED): it is another revision by now. FAILED_PRECONDITION:
// BOARD_WITHOUT_QUORUM, when more is asked for than the board has members, too; NOT_A_MEMBER, when
// no member of the board has the actor's identity.
absl::StatusOr<NodeChange> AddReview(const GraphReader& reader, const std::string& board,
                                     const RevisionReview& review, const Actor& actor);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_REVIEW_ACTS_H_
