// Acts of curators that an import would undo without saying so.
#ifndef EVIDENT_GRAPH_RELEASE_LOST_ACTS_H_
#define EVIDENT_GRAPH_RELEASE_LOST_ACTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// What `draft`, which is to replace its pack, lacks of the acts in `head` on nodes that it keeps: a
// standing that somebody set on a statement or reference, and a mark that somebody resolved and
// that the draft has unresolved. Fields are names of nodes. The reader's errors.
absl::StatusOr<std::vector<Violation>> LostActs(const GraphReader& head, const GraphDraft& draft);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_LOST_ACTS_H_
