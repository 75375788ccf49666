// A graph by names, before it has keys: what packs and importers make, and what publishing takes.
#ifndef EVIDENT_GRAPH_MODEL_GRAPH_DRAFT_H_
#define EVIDENT_GRAPH_MODEL_GRAPH_DRAFT_H_

#include <string>
#include <vector>

#include "evident/v1/knowledge.pb.h"

namespace evident::graph {

// An edge between nodes that are named. The target may belong to another pack.
struct EdgeDraft {
  v1::NodeKind src_kind = v1::NODE_KIND_UNSPECIFIED;
  std::string src;
  v1::EdgeKind kind = v1::EDGE_KIND_UNSPECIFIED;
  v1::NodeKind dst_kind = v1::NODE_KIND_UNSPECIFIED;
  std::string dst;
  v1::EdgeRecord record;
};

// Nodes with their packs, and edges. The pack of an edge is its source's.
struct GraphDraft {
  std::vector<v1::NodeRecord> nodes;
  std::vector<EdgeDraft> edges;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_GRAPH_DRAFT_H_
