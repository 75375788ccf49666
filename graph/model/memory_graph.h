// A release compiled into memory: what serves. Flat look-ups, records parsed once, digests computed
// once.
#ifndef EVIDENT_GRAPH_MODEL_MEMORY_GRAPH_H_
#define EVIDENT_GRAPH_MODEL_MEMORY_GRAPH_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"
#include "graph/model/rows.h"

namespace evident::graph {

class MemoryGraph final : public GraphReader {
 public:
  // BuildRows' errors, and CheckGraph's (invariants.h).
  static absl::StatusOr<std::shared_ptr<const MemoryGraph>> Build(
      const GraphDraft& draft, storage::v1::ReleaseRecord release);

  // DATA_LOSS (RECORD_CORRUPT, KEY_MALFORMED, EDGE_DANGLING) naming the key.
  static absl::StatusOr<std::shared_ptr<const MemoryGraph>> FromRows(
      const Rows& rows, storage::v1::ReleaseRecord release);

  const storage::v1::ReleaseRecord& release() const override { return release_; }
  absl::StatusOr<NodePtr> GetNode(const NodeId& id) const override;
  absl::StatusOr<std::vector<Edge>> Out(const NodeId& src,
                                        std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<Edge>> In(const NodeId& dst,
                                       std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<NodeId>> Nodes(v1::NodeKind kind) const override;
  absl::StatusOr<std::vector<NodeId>> Find(Index index, std::string_view term) const override;
  absl::StatusOr<Digest> NodeDigest(const NodeId& id) const override;

 private:
  struct Entry {
    NodePtr record;
    Digest digest;
    std::vector<Edge> out;  // in key order
    std::vector<Edge> in;   // in key order
  };

  absl::Status AddNodes(const RowMap& nodes);
  absl::Status AddEdges(const RowMap& out);
  void AddDigests(const Rows& rows);

  storage::v1::ReleaseRecord release_;
  absl::flat_hash_map<NodeId, Entry> entries_;
  std::map<v1::NodeKind, std::vector<NodeId>> by_kind_;
  std::map<std::pair<Index, std::string>, std::vector<NodeId>> index_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_MEMORY_GRAPH_H_
