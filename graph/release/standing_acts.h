// Taking a statement out of force, setting the standing of a reference, and what that concerns.
#ifndef EVIDENT_GRAPH_RELEASE_STANDING_ACTS_H_
#define EVIDENT_GRAPH_RELEASE_STANDING_ACTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_reader.h"
#include "graph/release/actor.h"

namespace evident::graph {

struct StandingChange {
  std::string name;  // full name
  v1::Standing standing = v1::STANDING_UNSPECIFIED;
  std::string why;
  std::string notice;  // where it was announced; empty: not given
};

// The statement with its standing set, withdrawn or current again. NOT_FOUND (NODE_NOT_FOUND).
// FAILED_PRECONDITION: STANDING_UNCHANGED; REINSTATED_BY_SAME, when who withdrew it is who would
// bring it back.
absl::StatusOr<NodeChange> SetStatementStanding(const GraphReader& reader,
                                                const StandingChange& change, const Actor& actor);

// The reference with its standing set. NOT_FOUND (NODE_NOT_FOUND). FAILED_PRECONDITION
// (STANDING_UNCHANGED).
absl::StatusOr<NodeChange> SetReferenceStanding(const GraphReader& reader,
                                                const StandingChange& change, const Actor& actor);

// Full names, sorted, of the statements that rest on a reference: that cite it, or are supported by
// evidence that cites it, is reported in it or is a result of a study that is reported in it. The
// reader's errors.
absl::StatusOr<std::vector<std::string>> StatementsRestingOn(const GraphReader& reader,
                                                             const std::string& reference);

// Full names, sorted, of the statements that detail a statement, directly or through others.
// Closure's errors.
absl::StatusOr<std::vector<std::string>> StatementsDetailing(const GraphReader& reader,
                                                             const std::string& statement);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_STANDING_ACTS_H_
