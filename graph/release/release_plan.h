// What a change of the head amounts to in rows, worked out from the buckets that it touches alone.
#ifndef EVIDENT_GRAPH_RELEASE_RELEASE_PLAN_H_
#define EVIDENT_GRAPH_RELEASE_RELEASE_PLAN_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/change_set.h"
#include "graph/model/layered_graph.h"
#include "graph/model/rows.h"
#include "kv/database.h"

namespace evident::graph {

struct ReleasePlan {
  // All rows of the buckets that hold a node of the change, before and after.
  Rows before;
  Rows after;
  // Without the nodes that stay as they are.
  ChangeSet changes;
};

// The rows before are read from `database` and proven by the digests of `head`'s buckets: what is
// damaged by now must not be built on. INVALID_ARGUMENT: BuildRows' errors. DATA_LOSS:
// ReadVerifiedBuckets' errors.
absl::StatusOr<ReleasePlan> PlanRelease(const kv::Database& database,
                                        const storage::v1::ReleaseRecord& head,
                                        const std::vector<Digest>& buckets, ChangeSet changes);

// `head` with the plan's changes, as a release. RevisionIn's errors.
absl::StatusOr<std::shared_ptr<const LayeredGraph>> PlannedGraph(
    std::shared_ptr<const GraphReader> head, const ReleasePlan& plan,
    storage::v1::ReleaseRecord release);

// `head` with changes that nobody has published, under the number after its own, for lint, cases
// and reviewers to look at. CheckChangeSet's, BuildRows' and CheckChanges' errors.
absl::StatusOr<std::shared_ptr<const GraphReader>> PreviewChanges(
    std::shared_ptr<const GraphReader> head, const ChangeSet& changes);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_RELEASE_PLAN_H_
