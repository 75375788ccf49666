// Graph files: what is read is written back with the same meaning, and what is not says where.
#include "base/status.h"
#include "graph/model/test_graphs.h"
#include "graph/pack/graph_file.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

void RunGraphFile(std::string_view input) {
  const absl::StatusOr<graph::BulkGraph> graph = graph::ReadGraphFile(input);
  if (!graph.ok()) {
    RequireRefusal(graph.status(),
                   {absl::StatusCode::kInvalidArgument, absl::StatusCode::kFailedPrecondition},
                   {"GRAPH_FILE_INVALID", "GRAPH_FILE_NEWER"});
    return;
  }
  const std::string bytes = graph::WriteGraphFile(*graph);
  const graph::BulkGraph again = Must(graph::ReadGraphFile(bytes), "a written file is read");
  Require(graph::WriteGraphFile(again) == bytes, "a file that was written is written alike");
  Require(again.nodes.size() == graph->nodes.size() && again.edges.size() == graph->edges.size(),
          "nothing is lost");
  graph::ToDraft(*graph);
}

Seeds GraphFileSeeds() {
  Seeds seeds;
  seeds.push_back(graph::WriteGraphFile(
      Must(graph::ToBulkGraph("example", graph::ExampleGraph()), "the example is flat")));
  graph::RandomPack random(1, "other");
  for (int i = 0; i < 3; ++i) {
    seeds.push_back(
        graph::WriteGraphFile(Must(graph::ToBulkGraph("other", random.Next()), "a pack is flat")));
  }
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(graph_file, RunGraphFile, GraphFileSeeds);
