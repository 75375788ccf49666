// A pack's graph as one file: docs/formats/graph-file.md.
#ifndef EVIDENT_GRAPH_PACK_GRAPH_FILE_H_
#define EVIDENT_GRAPH_PACK_GRAPH_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "graph/model/bulk_graph.h"

namespace evident::graph {

// Edges that follow each other with equal source, kind and record share a block.
std::string WriteGraphFile(const BulkGraph& graph);

// Reads the whole file; whether the graph is sound is for publishing to say. INVALID_ARGUMENT
// (GRAPH_FILE_INVALID) naming the block, its offset and what was expected: a block that is cut off,
// does not parse, is out of order or counts otherwise than the header says, a place that is not
// there, a digest that is not that of the bytes, bytes behind the end. FAILED_PRECONDITION
// (GRAPH_FILE_NEWER): a newer format.
absl::StatusOr<BulkGraph> ReadGraphFile(std::string_view bytes);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_GRAPH_FILE_H_
