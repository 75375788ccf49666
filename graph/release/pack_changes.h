// What publishing a pack changes, node by node; and whether changes are sound by themselves.
#ifndef EVIDENT_GRAPH_RELEASE_PACK_CHANGES_H_
#define EVIDENT_GRAPH_RELEASE_PACK_CHANGES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// Every node of `draft`, with the acts of review that `head` has on it, and as gone what `pack`
// owns in `head` and the draft lacks. Nodes that stay as they are may be among them.
// INVALID_ARGUMENT (GRAPH_INVALID) with every violation: nodes of the draft that are of another
// pack, stand in `head` as another pack's or twice in the draft, and edges that leave a node that
// is not the draft's. The reader's errors.
absl::StatusOr<ChangeSet> PackChanges(const GraphReader& head, const std::string& pack,
                                      const GraphDraft& draft);

// Adds the acts of review that `head` has on the node, where the change does not bring them along.
// DATA_LOSS (EDGE_DANGLING); the reader's errors.
absl::Status KeepReviews(const GraphReader& head, NodeChange& change);

// INVALID_ARGUMENT (GRAPH_INVALID) with every violation: a node that is changed twice or is not of
// its change's kind and name, one that would change its pack or goes and is not there, and edges
// that leave another node than their change's. The reader's errors.
absl::Status CheckChangeSet(const GraphReader& head, const ChangeSet& changes);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_PACK_CHANGES_H_
