#include "graph/model/bulk_graph.h"

#include <map>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/status.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

class Flattening {
 public:
  explicit Flattening(const std::string& pack) { graph_.pack = pack; }

  absl::StatusOr<BulkGraph> Run(const GraphDraft& draft) {
    for (const v1::NodeRecord& node : draft.nodes) {
      places_.emplace(MakeNodeId(node), static_cast<uint32_t>(graph_.nodes.size()));
      graph_.nodes.push_back(std::make_shared<const v1::NodeRecord>(node));
    }
    std::vector<Violation> violations;
    for (const EdgeDraft& edge : draft.edges) {
      const auto source = places_.find(MakeNodeId(edge.src_kind, edge.src));
      if (source == places_.end() || source->second >= graph_.nodes.size()) {
        violations.push_back({edge.src + " -> " + edge.dst, "there is no node " + edge.src});
        continue;
      }
      graph_.edges.push_back({source->second, TargetOf(edge), RecordOf(edge.record),
                              static_cast<uint16_t>(edge.kind)});
    }
    if (violations.empty()) return std::move(graph_);
    return MakeError(absl::StatusCode::kInvalidArgument, "GRAPH_INVALID",
                     "edges leave what is no node; first: " + violations[0].field, violations);
  }

 private:
  uint32_t TargetOf(const EdgeDraft& edge) {
    const auto next = static_cast<uint32_t>(graph_.nodes.size() + graph_.foreign.size());
    const auto [place, fresh] = places_.try_emplace(MakeNodeId(edge.dst_kind, edge.dst), next);
    if (fresh) graph_.foreign.emplace_back(edge.dst_kind, edge.dst);
    return place->second;
  }

  uint32_t RecordOf(const v1::EdgeRecord& record) {
    const auto [place, fresh] = records_.try_emplace(record.SerializeAsString(),
                                                     static_cast<uint32_t>(graph_.records.size()));
    if (fresh) graph_.records.push_back(std::make_shared<const v1::EdgeRecord>(record));
    return place->second;
  }

  BulkGraph graph_;
  absl::flat_hash_map<NodeId, uint32_t> places_;
  absl::flat_hash_map<std::string, uint32_t> records_;
};

}  // namespace

absl::StatusOr<BulkGraph> ToBulkGraph(const std::string& pack, const GraphDraft& draft) {
  return Flattening(pack).Run(draft);
}

GraphDraft ToDraft(const BulkGraph& graph) {
  GraphDraft draft;
  std::vector<std::pair<v1::NodeKind, std::string>> names;
  for (const NodePtr& node : graph.nodes) {
    draft.nodes.push_back(*node);
    names.emplace_back(KindOf(*node), node->name());
  }
  names.insert(names.end(), graph.foreign.begin(), graph.foreign.end());
  for (const BulkEdge& edge : graph.edges) {
    const auto& [src_kind, src] = names[edge.source];
    const auto& [dst_kind, dst] = names[edge.target];
    draft.edges.push_back({src_kind, src, static_cast<v1::EdgeKind>(edge.kind), dst_kind, dst,
                           *graph.records[edge.record]});
  }
  return draft;
}

}  // namespace evident::graph
