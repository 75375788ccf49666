// Graphs of any size for benchmarks and load tests: nothing in them is clinical, and all of it says
// so.
#ifndef EVIDENT_GRAPH_PACK_SYNTHETIC_GRAPH_H_
#define EVIDENT_GRAPH_PACK_SYNTHETIC_GRAPH_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "graph/model/bulk_graph.h"

namespace evident::graph {

struct SyntheticShape {
  uint32_t nodes = 0;
  uint32_t edges = 0;
  uint64_t seed = 1;
};

// Of so many edges, with as many nodes as PrimeKG has for its 4,050,249 edges (129,375), in
// proportion to the square root below that.
SyntheticShape ShapeOf(uint32_t edges);

// The pack "synthetic": concepts in hierarchies, facts, statements with criteria and options,
// evidence, references, decision points; the edges are drawn so that few concepts have very many,
// as in PrimeKG. Equal shapes give equal graphs, which pass CheckWhole. INVALID_ARGUMENT
// (SYNTHETIC_SHAPE): fewer than 1,000 nodes, or more or fewer edges than these nodes can have.
absl::StatusOr<BulkGraph> SyntheticGraph(const SyntheticShape& shape);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_SYNTHETIC_GRAPH_H_
