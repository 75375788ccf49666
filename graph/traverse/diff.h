// What differs of one node from one release to another: itself, field by field, and the edges that
// leave it.
#ifndef EVIDENT_GRAPH_TRAVERSE_DIFF_H_
#define EVIDENT_GRAPH_TRAVERSE_DIFF_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "evident/v1/change.pb.h"
#include "google/protobuf/message.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// Fields of two messages of one type that differ, in order of their numbers; criteria, decimals,
// quantities and values as text, everything else field by field, lists element by element.
std::vector<v1::FieldChange> DiffFields(const google::protobuf::Message& before,
                                        const google::protobuf::Message& after);

// The difference of the node from `before` to `after`; nullopt when there is none. Edges of equal
// kind and target that differ in their records are changed ones, in the order of their records.
// DATA_LOSS (EDGE_DANGLING); the readers' errors.
absl::StatusOr<std::optional<v1::NodeDifference>> DiffNode(const GraphReader& before,
                                                           const GraphReader& after,
                                                           const NodeId& id);

// Every id of either release, of one kind or of all, ascending. The readers' errors.
absl::StatusOr<std::vector<NodeId>> NodesOfEither(const GraphReader& before,
                                                  const GraphReader& after,
                                                  std::optional<v1::NodeKind> kind);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_TRAVERSE_DIFF_H_
