// A pack's graph in flat arrays: what carries millions of edges where a GraphDraft, which names
// both ends of each, would take gigabytes.
#ifndef EVIDENT_GRAPH_MODEL_BULK_GRAPH_H_
#define EVIDENT_GRAPH_MODEL_BULK_GRAPH_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "evident/v1/knowledge.pb.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

struct BulkEdge {
  uint32_t source = 0;  // place in `nodes`
  uint32_t target = 0;  // place in `nodes`, or behind them in `foreign`
  uint32_t record = 0;  // place in `records`
  uint16_t kind = 0;
};

struct BulkGraph {
  std::string pack;
  std::string label;           // proposed for the release; may be empty
  std::vector<NodePtr> nodes;  // of the pack, in any order
  std::vector<std::pair<v1::NodeKind, std::string>> foreign;  // other packs' nodes
  std::vector<BulkEdge> edges;                                // in any order
  std::vector<EdgeRecordPtr> records;                         // distinct ones
};

// The same graph; targets that the draft lacks are taken for other packs' nodes. INVALID_ARGUMENT
// (GRAPH_INVALID): an edge that leaves no node of the draft.
absl::StatusOr<BulkGraph> ToBulkGraph(const std::string& pack, const GraphDraft& draft);

// The same graph with names; for small ones.
GraphDraft ToDraft(const BulkGraph& graph);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_BULK_GRAPH_H_
