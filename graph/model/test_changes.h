// Changes from one draft to another, for tests of what handles changes. Tests only.
#ifndef EVIDENT_GRAPH_MODEL_TEST_CHANGES_H_
#define EVIDENT_GRAPH_MODEL_TEST_CHANGES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_draft.h"
#include "graph/model/layered_graph.h"

namespace evident::graph {

// The nodes in which two drafts differ, as they are in `after`. An edge whose source is in neither
// draft is left out.
ChangeSet ChangesBetween(const GraphDraft& before, const GraphDraft& after);

// `below` with the changes. BuildRows' errors.
absl::StatusOr<std::shared_ptr<const LayeredGraph>> WithChanges(
    std::shared_ptr<const GraphReader> below, const ChangeSet& changes,
    storage::v1::ReleaseRecord release);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_TEST_CHANGES_H_
