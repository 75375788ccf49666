// CheckWhole: what is costly to name is looked at by number, and named only where something is
// wrong.
#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/limits.h"
#include "base/parallel.h"
#include "base/status.h"
#include "graph/model/affected_part.h"
#include "graph/model/invariants.h"
#include "graph/release/bulk_merge.h"

namespace evident::graph {
namespace {

constexpr v1::EdgeKind kChains[] = {v1::EDGE_KIND_IS_A, v1::EDGE_KIND_COMPONENT_OF,
                                    v1::EDGE_KIND_SUPERSEDES, v1::EDGE_KIND_ELABORATES};

constexpr size_t kCheckedEach = 1024;  // nodes, by one thread at a time

class WholeCheck {
 public:
  explicit WholeCheck(const MemoryGraph& graph) : graph_(graph) {}

  absl::Status Run() const {
    std::vector<Violations> of_nodes(graph_.nodes().size());
    RunForEach(of_nodes.size(), kCheckedEach,
               [&](size_t i) { of_nodes[i] = CheckNode(*graph_.nodes()[i]); });
    Violations of_edges;
    std::vector<Violations> of_chains(std::size(kChains));
    std::vector<std::function<void()>> checks = {[&] { of_edges = CheckEdges(); }};
    for (size_t i = 0; i < of_chains.size(); ++i) {
      checks.emplace_back([&, i] { of_chains[i] = CheckChain(kChains[i]); });
    }
    RunTogether(checks);
    Violations found;
    for (Violations& of_node : of_nodes) Append(std::move(of_node), found);
    Append(std::move(of_edges), found);
    for (Violations& of_chain : of_chains) Append(std::move(of_chain), found);
    if (found.empty()) {
      EVIDENT_ASSIGN_OR_RETURN(const GraphDraft part, NamingPart(graph_));
      return CheckPart(part, graph_);
    }
    return MakeError(absl::StatusCode::kInvalidArgument, "GRAPH_INVALID",
                     "the graph has " + std::to_string(found.size()) +
                         " errors; first: " + found[0].field + ": " + found[0].description,
                     found);
  }

 private:
  using Slot = MemoryGraph::EdgeSlot;
  using Violations = std::vector<Violation>;

  static void Append(Violations more, Violations& found) {
    found.insert(found.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
  }

  EdgeDraft Named(const Slot& edge) const {
    const NodeId& src = graph_.ids()[edge.src];
    const NodeId& dst = graph_.ids()[edge.dst];
    return {static_cast<v1::NodeKind>(src.kind()), graph_.nodes()[edge.src]->name(),
            static_cast<v1::EdgeKind>(edge.kind),  static_cast<v1::NodeKind>(dst.kind()),
            graph_.nodes()[edge.dst]->name(),      *graph_.records()[edge.record]};
  }

  // What is wrong with an edge depends on its kind, its ends' kinds and its record alone.
  Violations CheckEdges() const {
    Violations found;
    absl::flat_hash_map<std::pair<uint64_t, uint32_t>, bool> sound;
    const Slot* last = nullptr;  // result_of
    for (const Slot& edge : graph_.edges()) {
      const uint64_t kinds = uint64_t{edge.kind} << 16 |
                             uint64_t{graph_.ids()[edge.src].kind()} << 8 |
                             graph_.ids()[edge.dst].kind();
      const auto [known, fresh] = sound.try_emplace({kinds, edge.record}, true);
      if (fresh || !known->second) {
        std::vector<Violation> wrong = CheckEdge(Named(edge));
        known->second = wrong.empty();
        Append(std::move(wrong), found);
      }
      if (edge.kind != v1::EDGE_KIND_RESULT_OF) continue;
      if (last != nullptr && last->src == edge.src) {
        const EdgeDraft named = Named(edge);
        found.push_back({named.src + " " + v1::EdgeKind_Name(named.kind) + " " + named.dst,
                         "it is a result of " + Named(*last).dst + " already"});
      }
      last = &edge;
    }
    return found;
  }

  // Takes away, again and again, what leads nowhere further, and measures how far the rest leads.
  Violations CheckChain(v1::EdgeKind kind) const {
    std::vector<uint32_t> ups(graph_.node_count());
    std::vector<std::vector<uint32_t>> below(graph_.node_count());
    for (const Slot& edge : graph_.edges()) {
      if (edge.kind != kind) continue;
      ++ups[edge.src];
      below[edge.dst].push_back(edge.src);
    }
    std::vector<uint32_t> height(graph_.node_count());
    std::vector<uint32_t> ready;
    for (uint32_t node = 0; node < ups.size(); ++node) {
      if (ups[node] == 0 && !below[node].empty()) ready.push_back(node);
    }
    bool too_long = false;
    while (!ready.empty()) {
      const uint32_t node = ready.back();
      ready.pop_back();
      too_long |= height[node] > kIsADepthMax;
      for (const uint32_t next : below[node]) {
        height[next] = std::max(height[next], height[node] + 1);
        if (--ups[next] == 0) ready.push_back(next);
      }
    }
    const bool circle = std::any_of(ups.begin(), ups.end(), [](uint32_t n) { return n > 0; });
    return circle || too_long ? NameChains(kind) : Violations();
  }

  Violations NameChains(v1::EdgeKind kind) const {
    GraphDraft draft;
    for (const Slot& edge : graph_.edges()) {
      if (edge.kind == kind) draft.edges.push_back(Named(edge));
    }
    return CheckChains(draft, kind);
  }

  const MemoryGraph& graph_;
};

}  // namespace

absl::Status CheckWhole(const MemoryGraph& graph) { return WholeCheck(graph).Run(); }

}  // namespace evident::graph
