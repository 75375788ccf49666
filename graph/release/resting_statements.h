// Which statements rested on a piece of evidence or a reference, and in which releases.
#ifndef EVIDENT_GRAPH_RELEASE_RESTING_STATEMENTS_H_
#define EVIDENT_GRAPH_RELEASE_RESTING_STATEMENTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/release/release_manager.h"

namespace evident::graph {

// A value.
class RestingStatements {
 public:
  // Of a statement: itself, in every release. Of evidence: what it supports. Of a reference: what
  // cites it, directly or through evidence, or through evidence that cites nothing and is reported
  // there: the paths that WalkProvenance goes. Of another kind: none. RESOURCE_EXHAUSTED
  // (AFFECTED_TOO_MANY) past kAffectedStatementsMax; the errors of LinkHistory.
  static absl::StatusOr<RestingStatements> Find(const ReleaseManager& releases, const NodeId& node);

  // Full names, sorted: those that rested on the node in any release.
  std::vector<std::string> names() const;

  bool RestsIn(const std::string& statement, ReleaseNumber release) const;

 private:
  using Spans = std::vector<LinkSpan>;

  // One way from a statement to the node.
  struct Path {
    std::vector<Spans> links;  // there is one of each of these
    Spans instead;             // and none of these
  };

  absl::Status AddStatement(const ReleaseManager& releases, const NodeId& id, const Path& path);
  absl::Status AddSupported(const ReleaseManager& releases, const NodeId& evidence,
                            const Path& onward);
  absl::Status AddReference(const ReleaseManager& releases, const NodeId& reference);

  std::map<std::string, std::vector<Path>> paths_;  // by statement
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_RESTING_STATEMENTS_H_
