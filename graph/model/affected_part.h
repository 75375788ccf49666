// The part of a graph that a change can have made wrong, so that a small change is checked without
// looking at the whole.
#ifndef EVIDENT_GRAPH_MODEL_AFFECTED_PART_H_
#define EVIDENT_GRAPH_MODEL_AFFECTED_PART_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// The changed nodes with the edges that leave them, and of the rest of `after`: all facts; edges
// that lead to nodes that are gone; chains of is_a, component_of, supersedes and elaborates that a
// change is part of; statements of a changed guideline; the options, with what their interventions
// give, that an add-on near a change may be added to; and where a concept, board or person is gone
// or a fact is another, whatever names such or holds a criterion. `changes` are exactly the
// differences of the readers. The readers' errors.
absl::StatusOr<GraphDraft> AffectedPart(const GraphReader& before, const GraphReader& after,
                                        const ChangeSet& changes);

// All of a graph that names something in a record or is named so, with criteria and options: what
// is to be checked of a whole besides every node, edge and chain by itself. The reader's errors.
absl::StatusOr<GraphDraft> NamingPart(const GraphReader& graph);

// What CheckGraph (invariants.h) says of `after`, which `changes` made of `before`, in which
// nothing was wrong: nothing of both, or at least one violation of both. The readers' errors.
absl::Status CheckChanges(const GraphReader& before, const GraphReader& after,
                          const ChangeSet& changes);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_AFFECTED_PART_H_
