// Small graphs, fixed and random, with random histories. Tests only.
#ifndef EVIDENT_GRAPH_MODEL_TEST_GRAPHS_H_
#define EVIDENT_GRAPH_MODEL_TEST_GRAPHS_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "graph/model/graph_draft.h"

namespace evident::graph {

// The graph of the worked example in docs/formats/keys.md.
GraphDraft ExampleGraph();

// Nodes that CheckGraph has nothing against, with the pack in front of their slug's '/'.
v1::NodeRecord ConceptNode(const std::string& name, const std::string& display);
v1::NodeRecord StatementNode(const std::string& name, uint32_t order);
v1::NodeRecord ReferenceNode(const std::string& name, const std::string& pack);
v1::NodeRecord EvidenceNode(const std::string& name, const std::string& pack);

// One pack of a graph that changes at random from one step to the next: nodes come, change, go and
// come back; edges too, some of them parallel. Every step passes CheckGraph. Packs other than
// "base" may have edges to base/anchor, which "base" always has.
class RandomPack {
 public:
  RandomPack(uint64_t seed, std::string name) : random_(seed), name_(std::move(name)) {}
  GraphDraft Next();

 private:
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  v1::NodeRecord MakeNode(v1::NodeKind kind, uint32_t slot);
  void AddEdges(GraphDraft& draft);
  void AddEdge(GraphDraft& draft, v1::NodeKind src_kind, uint32_t src, v1::EdgeKind kind,
               v1::NodeKind dst_kind, uint32_t dst, v1::EdgeRecord record = {});
  std::string NameOf(v1::NodeKind kind, uint32_t slot) const;

  std::mt19937_64 random_;
  const std::string name_;
  std::map<std::pair<v1::NodeKind, uint32_t>, v1::NodeRecord> nodes_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_TEST_GRAPHS_H_
