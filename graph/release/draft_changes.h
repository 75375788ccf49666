// What a draft changes, worked out against a head that moves on.
#ifndef EVIDENT_GRAPH_RELEASE_DRAFT_CHANGES_H_
#define EVIDENT_GRAPH_RELEASE_DRAFT_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "evident/storage/v1/graph.pb.h"
#include "evident/v1/draft.pb.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"
#include "graph/release/draft_store.h"

namespace evident::graph {

// An edit that puts or removes a node, made upon the revision that `head` has. INVALID_ARGUMENT
// (EDIT_INVALID): a node of another kind or name than the edit says, of an unresolved kind, or
// edges that are acts of review. NOT_FOUND (NODE_NOT_FOUND): there is nothing to remove. ABORTED
// (DRAFT_CONFLICT): the edit names another revision. The reader's errors.
absl::StatusOr<storage::v1::DraftChangeRecord> ChangeOf(const GraphReader& head,
                                                        const v1::NodeEdit& edit);

// The nodes in which the pack as `draft` has it differs from `head`. PackChanges' errors.
absl::StatusOr<std::vector<storage::v1::DraftChangeRecord>> ChangesOfPack(const GraphReader& head,
                                                                          const std::string& pack,
                                                                          const GraphDraft& draft);

// The record as a change of the head: acts of review that it has stay. The reader's errors.
absl::StatusOr<NodeChange> ToNodeChange(const GraphReader& head,
                                        const storage::v1::DraftChangeRecord& record);

// Whether the head has another revision than the one that the change was made upon, and not the
// very one that the change is to bring. The reader's errors.
absl::StatusOr<bool> InConflict(const GraphReader& head,
                                const storage::v1::DraftChangeRecord& record);

// All changes that differ from the head. ABORTED (DRAFT_CONFLICT) with a violation for each node in
// conflict. The reader's errors.
absl::StatusOr<ChangeSet> ChangesOnto(const GraphReader& head, const DraftChanges& changes);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_DRAFT_CHANGES_H_
