// What a release holds once one pack, or some nodes, are replaced.
#ifndef EVIDENT_GRAPH_RELEASE_PACK_MERGE_H_
#define EVIDENT_GRAPH_RELEASE_PACK_MERGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_draft.h"
#include "graph/model/rows.h"

namespace evident::graph {

// `draft`, all of `before` that other packs than `pack` own, and the acts of review on nodes that
// the draft keeps. INVALID_ARGUMENT (GRAPH_INVALID)
// with every violation: nodes of the draft that are of another pack or stand in `before` as another
// pack's, and edges that leave another pack's node. DATA_LOSS naming the key: KEY_MALFORMED,
// RECORD_CORRUPT, EDGE_DANGLING.
absl::StatusOr<GraphDraft> MergePack(const Rows& before, const std::string& pack,
                                     const GraphDraft& draft);

// `before` with the changes. INVALID_ARGUMENT (GRAPH_INVALID) with every violation: a node that is
// changed twice or is not of its change's kind and name, one that would change its pack or goes and
// is not there, and edges that leave another node than their change's. DATA_LOSS as above.
absl::StatusOr<GraphDraft> MergeChanges(const Rows& before, const ChangeSet& changes);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_PACK_MERGE_H_
