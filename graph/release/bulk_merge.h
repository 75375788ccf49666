// What a release holds once a pack is replaced by a bulk graph, with all of its rows and digests.
#ifndef EVIDENT_GRAPH_RELEASE_BULK_MERGE_H_
#define EVIDENT_GRAPH_RELEASE_BULK_MERGE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/model/bulk_graph.h"
#include "graph/model/graph_reader.h"
#include "graph/storage/bulk_writer.h"

namespace evident::graph {

// The bulk graph, all of `head` that other packs own, and the acts of review on nodes that stay:
// what PackChanges would make of the same pack. INVALID_ARGUMENT (GRAPH_INVALID) with violations:
// those of PackChanges and BuildRows, and edges to nodes that are not there. The reader's errors;
// `alive`'s.
absl::StatusOr<BulkRows> MergeBulk(const GraphReader& head, const BulkGraph& bulk,
                                   const CheckAlive& alive);

// What CheckGraph says of a whole release, without naming every edge. INVALID_ARGUMENT
// (GRAPH_INVALID) with violations.
absl::Status CheckWhole(const MemoryGraph& graph);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_BULK_MERGE_H_
