#include "graph/release/bulk_merge.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/parallel.h"
#include "base/status.h"
#include "graph/model/canonical.h"
#include "graph/model/memory_graph_builder.h"
#include "graph/model/node_id.h"
#include "graph/model/row_digester.h"

namespace evident::graph {
namespace {

constexpr size_t kEncodedEach = 1024;    // nodes, by one thread at a time
constexpr size_t kViolationsMax = 1000;  // kept; further ones are of the same graph

class Merge {
 public:
  Merge(const GraphReader& head, const BulkGraph& bulk, const CheckAlive& alive)
      : head_(head), bulk_(bulk), alive_(alive) {}

  absl::StatusOr<BulkRows> Run() {
    EVIDENT_RETURN_IF_ERROR(CollectNodes());
    SortNodes();
    EVIDENT_RETURN_IF_ERROR(Refusal());
    EVIDENT_RETURN_IF_ERROR(alive_());
    EVIDENT_RETURN_IF_ERROR(CollectEdges());
    EVIDENT_RETURN_IF_ERROR(Refusal());
    EVIDENT_RETURN_IF_ERROR(alive_());
    SortEdges();
    EVIDENT_RETURN_IF_ERROR(Refusal());
    EVIDENT_RETURN_IF_ERROR(alive_());
    return Build();
  }

 private:
  using Slot = MemoryGraph::EdgeSlot;

  void Complain(const std::string& field, const std::string& why) {
    if (violations_.size() < kViolationsMax) violations_.push_back({field, why});
  }

  absl::Status Refusal() const {
    if (violations_.empty()) return absl::OkStatus();
    return MakeError(
        absl::StatusCode::kInvalidArgument, "GRAPH_INVALID",
        "the graph has errors; first: " + violations_[0].field + ": " + violations_[0].description,
        violations_);
  }

  // The pack's nodes, then those of `head` that are others'.
  absl::Status CollectNodes() {
    for (const NodePtr& node : bulk_.nodes) {
      const v1::NodeKind kind = KindOf(*node);
      if (kind == v1::NODE_KIND_UNSPECIFIED) Complain(node->name(), "the node has no body");
      const absl::Status named = CheckName(kind, node->name());
      if (!named.ok()) Complain(node->name(), std::string(named.message()));
      if (node->pack() != bulk_.pack) {
        Complain(node->name(), "it belongs to the pack " + node->pack() + ", not " + bulk_.pack);
      }
      merged_.emplace_back(MakeNodeId(*node), node);
    }
    for (const v1::NodeKind kind : NodeKinds()) {
      EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, head_.Nodes(kind));
      for (const NodeId& id : ids) {
        EVIDENT_ASSIGN_OR_RETURN(NodePtr node, head_.GetNode(id));
        if (node->pack() == bulk_.pack) {
          own_.push_back(id);
        } else {
          others_.push_back(id);
          merged_.emplace_back(id, std::move(node));
        }
      }
    }
    return absl::OkStatus();
  }

  void SortNodes() {
    std::stable_sort(merged_.begin(), merged_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    places_.reserve(merged_.size());
    for (size_t i = 0; i < merged_.size(); ++i) {
      const auto& [id, node] = merged_[i];
      if (!places_.emplace(id, static_cast<uint32_t>(i)).second) {
        const std::string& pack = merged_[i - 1].second->pack();
        Complain(node->name(), node->pack() == pack
                                   ? "the node is defined twice"
                                   : "the packs " + bulk_.pack + " and " + node->pack() +
                                         " both define it; a node has one owner");
      }
    }
    EncodeNodes();
  }

  void EncodeNodes() {
    rows_.nodes.resize(merged_.size());
    std::vector<absl::Status> ends(merged_.size());
    RunForEach(merged_.size(), kEncodedEach, [&](size_t i) {
      absl::StatusOr<std::string> bytes = CanonicalBytes(*merged_[i].second);
      if (bytes.ok()) {
        rows_.nodes[i] = *std::move(bytes);
      } else {
        ends[i] = std::move(bytes).status();
      }
    });
    for (size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].ok()) continue;
      Complain(merged_[i].second->name(), std::string(ends[i].message()));
    }
  }

  // The place of a node; of one that is not there a complaint and 0.
  uint32_t PlaceOf(const NodeId& id, const std::string& name) {
    const auto found = places_.find(id);
    if (found != places_.end()) return found->second;
    Complain(name, "there is no node " + name);
    return 0;
  }

  uint32_t RecordOf(const EdgeRecordPtr& record, const std::string& edge) {
    absl::StatusOr<std::string> bytes = CanonicalBytes(*record);
    if (!bytes.ok()) {
      Complain(edge, std::string(bytes.status().message()));
      return 0;
    }
    const auto [place, fresh] =
        by_bytes_.try_emplace(*std::move(bytes), static_cast<uint32_t>(records_.size()));
    if (fresh) records_.emplace_back(place->first, record);
    return place->second;
  }

  absl::Status CollectEdges() {
    std::vector<uint32_t> places;
    places.reserve(bulk_.nodes.size() + bulk_.foreign.size());
    for (const NodePtr& node : bulk_.nodes) places.push_back(places_.at(MakeNodeId(*node)));
    for (const auto& [kind, name] : bulk_.foreign) {
      places.push_back(PlaceOf(MakeNodeId(kind, name), name));
    }
    std::vector<uint32_t> records;
    for (size_t i = 0; i < bulk_.records.size(); ++i) {
      records.push_back(RecordOf(bulk_.records[i], "record " + std::to_string(i)));
    }
    edges_.reserve(bulk_.edges.size());
    for (const BulkEdge& edge : bulk_.edges) {
      edges_.push_back(
          {places[edge.source], places[edge.target], records[edge.record], edge.kind, 0});
    }
    for (const NodeId& id : others_) {
      EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> out, head_.Out(id, std::nullopt));
      for (const Edge& edge : out) EVIDENT_RETURN_IF_ERROR(KeepEdge(edge));
    }
    return KeepReviews();
  }

  absl::Status KeepEdge(const Edge& edge) {
    const auto dst = places_.find(edge.dst);
    const uint32_t src = places_.at(edge.src);
    const std::string& name = merged_[src].second->name();
    if (dst == places_.end()) {
      EVIDENT_ASSIGN_OR_RETURN(const NodePtr gone, head_.GetNode(edge.dst));
      const std::string target = gone == nullptr ? HexEncode(edge.dst.view()) : gone->name();
      Complain(name + " -> " + target, "there is no node " + target);
      return absl::OkStatus();
    }
    const auto [known, fresh] = by_pointer_.try_emplace(edge.record.get(), 0);
    if (fresh) known->second = RecordOf(edge.record, name);
    edges_.push_back({src, dst->second, known->second, static_cast<uint16_t>(edge.kind), 0});
    return absl::OkStatus();
  }

  // Acts of review on own nodes that stay, unless the file brings them along.
  absl::Status KeepReviews() {
    std::set<std::tuple<uint32_t, uint32_t, uint32_t>> brought;
    for (const Slot& edge : edges_) {
      if (edge.kind == v1::EDGE_KIND_REVIEWED_BY) brought.insert({edge.src, edge.dst, edge.record});
    }
    for (const NodeId& id : own_) {
      if (places_.count(id) == 0) continue;
      EVIDENT_ASSIGN_OR_RETURN(const auto acts, head_.Out(id, v1::EDGE_KIND_REVIEWED_BY));
      for (const Edge& act : acts) {
        if (!act.record->has_reviewed_by()) continue;
        const size_t before = edges_.size();
        EVIDENT_RETURN_IF_ERROR(KeepEdge(act));
        if (edges_.size() == before) continue;
        const Slot& kept = edges_.back();
        if (brought.count({kept.src, kept.dst, kept.record}) > 0) edges_.pop_back();
      }
    }
    return absl::OkStatus();
  }

  // Puts records in order of their bytes, edges in order of their keys, and numbers parallel ones.
  void SortEdges() {
    std::sort(records_.begin(), records_.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<uint32_t> ranks(records_.size());
    for (size_t rank = 0; rank < records_.size(); ++rank) {
      ranks[by_bytes_.at(records_[rank].first)] = static_cast<uint32_t>(rank);
      rows_.records.push_back(records_[rank].first);
    }
    for (Slot& edge : edges_) edge.record = ranks[edge.record];
    std::sort(edges_.begin(), edges_.end(), [](const Slot& a, const Slot& b) {
      return std::tie(a.src, a.kind, a.dst, a.record) < std::tie(b.src, b.kind, b.dst, b.record);
    });
    size_t leaving = 0;
    for (size_t i = 0; i < edges_.size(); ++i) {
      Slot& edge = edges_[i];
      const bool same_kind =
          i > 0 && edges_[i - 1].src == edge.src && edges_[i - 1].kind == edge.kind;
      leaving = same_kind ? leaving + 1 : 1;
      if (leaving == kOutDegreeMax + 1) {
        Complain(NameOf(edge.src), "more than " + std::to_string(kOutDegreeMax) + " edges " +
                                       KindName(edge) + " leave it (kOutDegreeMax)");
      }
      if (!same_kind || edges_[i - 1].dst != edge.dst) continue;
      edge.ordinal = static_cast<uint16_t>(edges_[i - 1].ordinal + 1);
      if (edges_[i - 1].record == edge.record) {
        Complain(NameOf(edge.src) + " -> " + NameOf(edge.dst),
                 "the edge " + KindName(edge) + " stands twice");
      }
    }
  }

  const std::string& NameOf(uint32_t place) const { return merged_[place].second->name(); }
  static std::string KindName(const Slot& edge) {
    return v1::EdgeKind_Name(static_cast<v1::EdgeKind>(edge.kind));
  }

  absl::StatusOr<BulkRows> Build() {
    MemoryGraphBuilder builder;
    std::vector<Digest> digests;
    RunTogether({[&] { AddAll(builder); }, [&] { digests = DigestAll(); }});
    builder.SetDigests(std::move(digests));
    rows_.graph = builder.Finish(head_.release());
    return std::move(rows_);
  }

  void AddAll(MemoryGraphBuilder& builder) const {
    for (const auto& [id, node] : merged_) builder.AddNode(id, node);
    for (const auto& [bytes, record] : records_) builder.AddRecord(record);
    for (const Slot& edge : edges_) builder.AddEdge(edge);
  }

  // Of the nodes, by place; those of the buckets go into the rows.
  std::vector<Digest> DigestAll() {
    std::vector<Digest> digests;
    digests.reserve(merged_.size());
    const auto tell = [&digests](const NodeId&, const Digest& digest) {
      digests.push_back(digest);
    };
    RowDigester digester;
    auto edge = edges_.begin();
    for (size_t first = 0; first < merged_.size();) {
      const std::string_view group = GroupOf(first);
      size_t last = first;
      for (; last < merged_.size() && GroupOf(last) == group; ++last) {
        digester.AddNode(merged_[last].first.view(), rows_.nodes[last]);
      }
      for (; edge != edges_.end() && edge->src < last; ++edge) AddEdge(*edge, digester);
      digester.EndGroup(tell);
      first = last;
    }
    rows_.buckets = digester.Buckets();
    return digests;
  }

  std::string_view GroupOf(size_t place) const {
    return merged_[place].first.view().substr(0, RowDigester::kGroupBytes);
  }

  void AddEdge(const Slot& edge, RowDigester& digester) const {
    const auto kind = static_cast<v1::EdgeKind>(edge.kind);
    digester.AddEdge(OutRow(merged_[edge.src].first, kind, merged_[edge.dst].first, edge.ordinal),
                     rows_.records[edge.record], kind == v1::EDGE_KIND_REVIEWED_BY);
  }

  const GraphReader& head_;
  const BulkGraph& bulk_;
  const CheckAlive& alive_;
  std::vector<std::pair<NodeId, NodePtr>> merged_;
  std::vector<NodeId> own_;                       // the pack's, in `head`
  std::vector<NodeId> others_;                    // other packs', in `head`
  absl::flat_hash_map<NodeId, uint32_t> places_;  // in `merged_`
  std::vector<std::pair<std::string, EdgeRecordPtr>> records_;
  absl::flat_hash_map<std::string, uint32_t> by_bytes_;  // as first numbered
  absl::flat_hash_map<const v1::EdgeRecord*, uint32_t> by_pointer_;
  std::vector<Slot> edges_;
  BulkRows rows_;
  std::vector<Violation> violations_;
};

}  // namespace

absl::StatusOr<BulkRows> MergeBulk(const GraphReader& head, const BulkGraph& bulk,
                                   const CheckAlive& alive) {
  return Merge(head, bulk, alive).Run();
}

}  // namespace evident::graph
