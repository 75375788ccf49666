// What a release changes, node by node: a node and all edges that leave it are one revision, and
// are replaced together.
#ifndef EVIDENT_GRAPH_MODEL_CHANGE_SET_H_
#define EVIDENT_GRAPH_MODEL_CHANGE_SET_H_

#include <optional>
#include <string>
#include <vector>

#include "evident/v1/knowledge.pb.h"
#include "graph/model/graph_draft.h"

namespace evident::graph {

// One node as it is to be from the next release on.
struct NodeChange {
  v1::NodeKind kind = v1::NODE_KIND_UNSPECIFIED;
  std::string name;
  // The node, of this kind and name; nullopt: it goes, and with it the edges that leave it. Edges
  // that lead to it are changes of the nodes that they leave.
  std::optional<v1::NodeRecord> node;
  std::vector<EdgeDraft> out;  // all edges that leave it; none when it goes
};

// Each node at most once; in any order.
using ChangeSet = std::vector<NodeChange>;

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_CHANGE_SET_H_
