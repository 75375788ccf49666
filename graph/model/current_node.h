// A node as it stands, in the form in which it is changed.
#ifndef EVIDENT_GRAPH_MODEL_CURRENT_NODE_H_
#define EVIDENT_GRAPH_MODEL_CURRENT_NODE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// The node with all edges that leave it: a change that changes nothing yet. NOT_FOUND
// (NODE_NOT_FOUND). DATA_LOSS (EDGE_DANGLING); the reader's errors.
absl::StatusOr<NodeChange> CurrentNode(const GraphReader& reader, v1::NodeKind kind,
                                       const std::string& name);

// The same for a node of the first of these kinds that has the name.
absl::StatusOr<NodeChange> CurrentNode(const GraphReader& reader,
                                       const std::vector<v1::NodeKind>& kinds,
                                       const std::string& name);

// The same for a node that the reader has given.
absl::StatusOr<NodeChange> CurrentNode(const GraphReader& reader, const v1::NodeRecord& node);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_CURRENT_NODE_H_
