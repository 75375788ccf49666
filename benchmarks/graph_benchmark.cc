// The knowledge graph by its number of edges: import, publish of one reference's retraction, load
// of the head, point reads, two hops, is-a expansion, and what answers are compiled from. Runs
// where TMPDIR points. The graphs are synthetic (graph/pack/synthetic_graph.h), made once for each
// size.

#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/file.h"
#include "decision/knowledge_index.h"
#include "graph/model/node_id.h"
#include "graph/pack/graph_file.h"
#include "graph/pack/synthetic_graph.h"
#include "graph/release/release_manager.h"
#include "graph/traverse/closure.h"

namespace evident::graph {
namespace {

absl::Status Alive() { return absl::OkStatus(); }

void CheckOk(const absl::Status& status) {
  if (status.ok()) return;
  fprintf(stderr, "%s\n", status.ToString().c_str());
  abort();
}

template <typename T>
T Get(absl::StatusOr<T> value) {
  CheckOk(value.status());
  return *std::move(value);
}

std::unique_ptr<ReleaseManager> Open(const std::string& path) {
  GraphDatabaseOptions options;
  options.path = path;
  options.create = true;
  return Get(ReleaseManager::Open(options));
}

void Import(ReleaseManager& releases, const std::string& file) {
  const BulkGraph graph = Get(ReadGraphFile(file));
  const BulkRelease bulk = Get(releases.PrepareBulk(graph, {}, Alive));
  PublishRequest request;
  request.label = graph.label;
  CheckOk(releases.PublishBulk(bulk, request, Alive).status());
}

// A database of this many edges, and what to ask it.
struct Site {
  TempDir dir;
  std::string file;
  std::unique_ptr<ReleaseManager> releases;
  std::vector<NodeId> evidence;
  std::vector<NodeId> concepts;

  std::string path() const { return dir.path() + "/graph"; }
};

Site& SiteOf(int64_t edges) {
  static auto* const sites = new std::map<int64_t, std::unique_ptr<Site>>();
  std::unique_ptr<Site>& site = (*sites)[edges];
  if (site == nullptr) {
    site = std::make_unique<Site>();
    site->file = WriteGraphFile(Get(SyntheticGraph(ShapeOf(static_cast<uint32_t>(edges)))));
    site->releases = Open(site->path());
    Import(*site->releases, site->file);
    site->evidence = Get(site->releases->Head()->Nodes(v1::NODE_KIND_EVIDENCE));
    site->concepts = Get(site->releases->Head()->Nodes(v1::NODE_KIND_CONCEPT));
  }
  return *site;
}

void BM_Import(benchmark::State& state) {
  const Site& site = SiteOf(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    auto dir = std::make_unique<TempDir>();
    auto releases = Open(dir->path() + "/graph");
    state.ResumeTiming();
    Import(*releases, site.file);
    state.PauseTiming();
    state.counters["view_MiB"] = static_cast<double>(releases->view_bytes() >> 20);
    releases.reset();
    dir.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void BM_LoadHead(benchmark::State& state) {
  Site& site = SiteOf(state.range(0));
  site.releases.reset();
  for (auto _ : state) {
    auto releases = Open(site.path());
    state.PauseTiming();
    releases.reset();
    state.ResumeTiming();
  }
  site.releases = Open(site.path());
}

// One reference's standing, back and forth.
void BM_PublishOneStanding(benchmark::State& state) {
  Site& site = SiteOf(state.range(0));
  uint32_t turn = 0;
  for (auto _ : state) {
    const auto head = site.releases->Head();
    const std::string name = "synthetic/r-" + std::to_string(turn % 100);
    const NodePtr node = Get(FindByName(*head, name));
    NodeChange change{v1::NODE_KIND_REFERENCE, name, *node, {}};
    change.node->mutable_reference()->set_standing(
        node->reference().standing() == v1::STANDING_RETRACTED ? v1::STANDING_CURRENT
                                                               : v1::STANDING_RETRACTED);
    PublishRequest request;
    request.changes = {std::move(change)};
    CheckOk(site.releases->Publish(std::move(request)).status());
    ++turn;
  }
}

template <typename Read>
void ReadAtRandom(benchmark::State& state, const std::vector<NodeId>& from, const Read& read) {
  std::mt19937 random(1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(read(from[random() % from.size()]));
  }
}

void BM_PointRead(benchmark::State& state) {
  const Site& site = SiteOf(state.range(0));
  const auto head = site.releases->Head();
  ReadAtRandom(state, site.concepts, [&](const NodeId& id) { return Get(head->GetNode(id)); });
}

// What an evidence is about, and all that these lead to.
size_t TwoHops(const GraphReader& reader, const NodeId& id) {
  size_t seen = 0;
  for (const Edge& edge : Get(reader.Out(id, v1::EDGE_KIND_ABOUT))) {
    seen += Get(reader.Out(edge.dst, std::nullopt)).size();
  }
  return seen;
}

void BM_TwoHops(benchmark::State& state) {
  const Site& site = SiteOf(state.range(0));
  const auto head = site.releases->Head();
  ReadAtRandom(state, site.evidence, [&](const NodeId& id) { return TwoHops(*head, id); });
}

void BM_IsAExpansion(benchmark::State& state) {
  const Site& site = SiteOf(state.range(0));
  const auto head = site.releases->Head();
  ReadAtRandom(state, site.concepts, [&](const NodeId& id) {
    return Get(Closure(*head, id, v1::EDGE_KIND_IS_A, Way::kOut)).size();
  });
}

// What questions are answered from: anew, and beside a release with the same concepts.
void BM_CompileAnswers(benchmark::State& state) {
  const Site& site = SiteOf(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(Get(decision::KnowledgeIndex::Build(site.releases->Head())));
  }
}

void BM_CompileAnswersAgain(benchmark::State& state) {
  const Site& site = SiteOf(state.range(0));
  const auto before = Get(decision::KnowledgeIndex::Build(site.releases->Head()));
  for (auto _ : state) {
    benchmark::DoNotOptimize(Get(decision::KnowledgeIndex::Build(site.releases->Head(), before)));
  }
}

void Sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int64_t edges : {40'000, 400'000, 4'050'249}) benchmark->Arg(edges);
}

BENCHMARK(BM_Import)->Apply(Sizes)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_LoadHead)->Apply(Sizes)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_PublishOneStanding)->Apply(Sizes)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_PointRead)->Apply(Sizes)->Unit(benchmark::kNanosecond);
BENCHMARK(BM_TwoHops)->Apply(Sizes)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_IsAExpansion)->Apply(Sizes)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_CompileAnswers)->Apply(Sizes)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CompileAnswersAgain)->Apply(Sizes)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace evident::graph
