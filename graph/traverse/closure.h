// Everything that is reachable over one kind of edge, bounded.
#ifndef EVIDENT_GRAPH_TRAVERSE_CLOSURE_H_
#define EVIDENT_GRAPH_TRAVERSE_CLOSURE_H_

#include <set>

#include "absl/status/statusor.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

enum class Way { kOut, kIn };

// `from` and every node that chains of `kind` edges lead to, against the edges with kIn.
// RESOURCE_EXHAUSTED (WALK_TOO_DEEP) past kIsADepthMax; the reader's errors.
absl::StatusOr<std::set<NodeId>> Closure(const GraphReader& reader, const NodeId& from,
                                         v1::EdgeKind kind, Way way);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_TRAVERSE_CLOSURE_H_
