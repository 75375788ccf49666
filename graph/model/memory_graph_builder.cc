#include "graph/model/memory_graph_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "base/encoding.h"
#include "base/parallel.h"
#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/model/rows.h"

namespace evident::graph {
namespace {

absl::Status AtKey(const absl::Status& status, std::string_view family, std::string_view key) {
  return Annotate(status, std::string(family) + " key " + HexEncode(key));
}

absl::Status Dangling(absl::StatusCode code) {
  return MakeError(code, "EDGE_DANGLING", "an end is missing");
}

// A record in memory takes about so much for each stored byte, and so much besides.
constexpr size_t kBytesPerByte = 3;
constexpr size_t kBytesPerNode = 300;
constexpr size_t kBytesPerRecord = 150;

// For each node the places of the edges that lead to it: a counting sort, which keeps the order of
// equal targets.
std::vector<size_t> BeginsOf(const std::vector<uint32_t>& counts) {
  std::vector<size_t> begins(counts.size() + 1);
  for (size_t i = 0; i < counts.size(); ++i) begins[i + 1] = begins[i] + counts[i];
  return begins;
}

}  // namespace

absl::Status MemoryGraphBuilder::AddNode(std::string_view row, std::string_view bytes) {
  const absl::StatusOr<NodeId> id = ParseNodeId(row);
  if (!id.ok()) return AtKey(id.status(), "nodes", row);
  EVIDENT_ASSIGN_OR_RETURN(NodePtr record, ParseNodeRow(row, bytes));
  AddNode(*id, std::move(record));
  bytes_ += kBytesPerNode + kBytesPerByte * bytes.size();
  return absl::OkStatus();
}

void MemoryGraphBuilder::AddNode(const NodeId& id, NodePtr record) {
  const auto place = static_cast<uint32_t>(graph_->ids_.size());
  graph_->places_.emplace(id, place);
  graph_->ids_.push_back(id);
  AddTerms(place, *record);
  graph_->nodes_.push_back(std::move(record));
  graph_->digests_.emplace_back();
}

void MemoryGraphBuilder::AddTerms(uint32_t node, const v1::NodeRecord& record) {
  for (const auto& [index, text] : IndexTerms(record)) {
    const auto at = static_cast<uint32_t>(graph_->words_.size());
    graph_->words_ += text;
    graph_->terms_.push_back({at, static_cast<uint32_t>(text.size()), node, index});
  }
}

absl::Status MemoryGraphBuilder::AddEdge(std::string_view row, std::string_view bytes) {
  const absl::StatusOr<EdgeRowParts> parts = ParseEdgeRow(row);
  if (!parts.ok()) return AtKey(parts.status(), "out", row);
  EVIDENT_ASSIGN_OR_RETURN(const uint32_t record, RecordOf(row, bytes));
  // Sources ascend: the next one is mostly the same or near.
  while (src_ < graph_->ids_.size() && graph_->ids_[src_] < parts->near) ++src_;
  const auto dst = graph_->places_.find(parts->far);
  if (src_ == graph_->ids_.size() || graph_->ids_[src_] != parts->near ||
      dst == graph_->places_.end()) {
    return AtKey(Dangling(absl::StatusCode::kDataLoss), "out", row);
  }
  AddSlot(src_, dst->second, record, parts->kind, parts->ordinal);
  return absl::OkStatus();
}

absl::Status MemoryGraphBuilder::AddEdge(const Edge& edge) {
  const auto src = graph_->places_.find(edge.src);
  const auto dst = graph_->places_.find(edge.dst);
  if (src == graph_->places_.end() || dst == graph_->places_.end()) {
    return Dangling(absl::StatusCode::kInternal);
  }
  AddSlot(src->second, dst->second, RecordOf(edge.record), edge.kind, edge.ordinal);
  return absl::OkStatus();
}

void MemoryGraphBuilder::AddSlot(uint32_t src, uint32_t dst, uint32_t record, v1::EdgeKind kind,
                                 uint16_t ordinal) {
  bytes_ += sizeof(MemoryGraph::EdgeSlot) + sizeof(uint32_t);
  graph_->edges_.push_back({src, dst, record, static_cast<uint16_t>(kind), ordinal});
}

absl::StatusOr<uint32_t> MemoryGraphBuilder::RecordOf(std::string_view row,
                                                      std::string_view bytes) {
  const auto found = by_bytes_.find(absl::string_view(bytes.data(), bytes.size()));
  if (found != by_bytes_.end()) return found->second;
  EVIDENT_ASSIGN_OR_RETURN(EdgeRecordPtr record, ParseEdgeRecord(row, bytes));
  const uint32_t place = KeepRecord(std::move(record));
  by_bytes_.emplace(bytes, place);
  bytes_ += kBytesPerRecord + kBytesPerByte * bytes.size();
  return place;
}

uint32_t MemoryGraphBuilder::RecordOf(const EdgeRecordPtr& record) {
  const auto [found, fresh] = by_pointer_.try_emplace(record.get(), 0);
  if (fresh) found->second = KeepRecord(record);
  return found->second;
}

uint32_t MemoryGraphBuilder::KeepRecord(EdgeRecordPtr record) {
  graph_->records_.push_back(std::move(record));
  return static_cast<uint32_t>(graph_->records_.size() - 1);
}

void MemoryGraphBuilder::SetDigest(const NodeId& id, const Digest& digest) {
  graph_->digests_[graph_->places_.at(id)] = digest;
}

void MemoryGraphBuilder::IndexEdges() {
  MemoryGraph& graph = *graph_;
  std::vector<uint32_t> leaving(graph.ids_.size());
  std::vector<uint32_t> leading(graph.ids_.size());
  for (const MemoryGraph::EdgeSlot& edge : graph.edges_) {
    ++leaving[edge.src];
    ++leading[edge.dst];
  }
  graph.out_begin_ = BeginsOf(leaving);
  graph.in_begin_ = BeginsOf(leading);
  graph.in_.resize(graph.edges_.size());
  std::vector<size_t> next(graph.in_begin_.begin(), graph.in_begin_.end());
  for (size_t i = 0; i < graph.edges_.size(); ++i) {
    graph.in_[next[graph.edges_[i].dst]++] = static_cast<uint32_t>(i);
  }
  // Each list is in order of (source, kind, ordinal) by now.
  for (size_t node = 0; node < graph.ids_.size(); ++node) {
    const auto begin = graph.in_.begin();
    std::stable_sort(
        begin + static_cast<ptrdiff_t>(graph.in_begin_[node]),
        begin + static_cast<ptrdiff_t>(graph.in_begin_[node + 1]),
        [&graph](uint32_t a, uint32_t b) { return graph.edges_[a].kind < graph.edges_[b].kind; });
  }
}

void MemoryGraphBuilder::SortTerms() {
  MemoryGraph& graph = *graph_;
  std::sort(graph.terms_.begin(), graph.terms_.end(), [&graph](const auto& a, const auto& b) {
    return std::pair(graph.KeyOf(a), a.node) < std::pair(graph.KeyOf(b), b.node);
  });
}

size_t MemoryGraphBuilder::CountBytes() const {
  const MemoryGraph& graph = *graph_;
  constexpr size_t kShared = 2 * sizeof(void*) + 16;  // a pointer and its counts
  size_t bytes = sizeof(graph) + graph.words_.capacity();
  bytes += graph.ids_.size() * (sizeof(NodeId) + sizeof(Digest) + 2 * sizeof(size_t) + kShared);
  bytes += graph.places_.capacity() * (sizeof(NodeId) + sizeof(uint32_t) + 1);
  bytes += graph.edges_.size() * (sizeof(MemoryGraph::EdgeSlot) + sizeof(uint32_t));
  bytes += graph.terms_.size() * sizeof(MemoryGraph::Term);
  for (const NodePtr& node : graph.nodes_) bytes += node->SpaceUsedLong();
  for (const EdgeRecordPtr& record : graph.records_) bytes += record->SpaceUsedLong() + kShared;
  return bytes;
}

std::shared_ptr<const MemoryGraph> MemoryGraphBuilder::Finish(storage::v1::ReleaseRecord release) {
  MemoryGraph& graph = *graph_;
  by_bytes_.clear();
  by_pointer_.clear();
  graph.release_ = std::move(release);
  graph.edges_.shrink_to_fit();
  // They write to different members.
  RunTogether({[this] { SortTerms(); }, [&] { graph.memory_bytes_ = CountBytes(); },
               [this] { IndexEdges(); }});
  return graph_;
}

}  // namespace evident::graph
