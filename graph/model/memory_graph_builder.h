// Makes a MemoryGraph of rows or records that come in key order.
#ifndef EVIDENT_GRAPH_MODEL_MEMORY_GRAPH_BUILDER_H_
#define EVIDENT_GRAPH_MODEL_MEMORY_GRAPH_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "graph/model/memory_graph.h"

namespace evident::graph {

// All nodes by ascending id, then all edges in key order of `out`, then Finish. Not thread safe.
class MemoryGraphBuilder {
 public:
  MemoryGraphBuilder() : graph_(std::make_shared<MemoryGraph>()) {}

  // A row of `nodes`, a row of `out`. DATA_LOSS naming the key: KEY_MALFORMED, RECORD_CORRUPT,
  // EDGE_DANGLING when an end of the edge is missing.
  absl::Status AddNode(std::string_view row, std::string_view bytes);
  absl::Status AddEdge(std::string_view row, std::string_view bytes);

  // The same, parsed already. INTERNAL (EDGE_DANGLING).
  void AddNode(const NodeId& id, NodePtr record);
  absl::Status AddEdge(const Edge& edge);

  // The same by places: of nodes in the order in which they were added, of records as AddRecord
  // gave them. They must be there.
  uint32_t AddRecord(EdgeRecordPtr record) { return KeepRecord(std::move(record)); }
  void AddEdge(const MemoryGraph::EdgeSlot& edge) { graph_->edges_.push_back(edge); }

  // The digest of a node that was added, as GraphReader::NodeDigest gives it; or of all of them,
  // by place.
  void SetDigest(const NodeId& id, const Digest& digest);
  void SetDigests(std::vector<Digest> digests) { graph_->digests_ = std::move(digests); }

  // Bytes of memory that it takes by now, about.
  size_t bytes() const { return bytes_; }

  // Good for nothing afterwards.
  std::shared_ptr<const MemoryGraph> Finish(storage::v1::ReleaseRecord release);

 private:
  absl::StatusOr<uint32_t> RecordOf(std::string_view row, std::string_view bytes);
  uint32_t RecordOf(const EdgeRecordPtr& record);
  uint32_t KeepRecord(EdgeRecordPtr record);
  void AddSlot(uint32_t src, uint32_t dst, uint32_t record, v1::EdgeKind kind, uint16_t ordinal);
  void AddTerms(uint32_t node, const v1::NodeRecord& record);
  void IndexEdges();
  void SortTerms();
  size_t CountBytes() const;

  const std::shared_ptr<MemoryGraph> graph_;
  absl::flat_hash_map<std::string, uint32_t> by_bytes_;
  absl::flat_hash_map<const v1::EdgeRecord*, uint32_t> by_pointer_;
  size_t bytes_ = 0;
  uint32_t src_ = 0;  // place of the last edge's source: they ascend
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_MEMORY_GRAPH_BUILDER_H_
