// A release compiled into memory: what serves. Nodes in order of their ids, edges in one array in
// key order, equal edge records kept once, digests computed once.
#ifndef EVIDENT_GRAPH_MODEL_MEMORY_GRAPH_H_
#define EVIDENT_GRAPH_MODEL_MEMORY_GRAPH_H_

#include <cstddef>
#include <cstdint>
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

  // MemoryGraphBuilder's errors.
  static absl::StatusOr<std::shared_ptr<const MemoryGraph>> FromRows(
      const Rows& rows, storage::v1::ReleaseRecord release);

  // What `reader` holds, in the same release. The reader's errors.
  static absl::StatusOr<std::shared_ptr<const MemoryGraph>> Compile(const GraphReader& reader);

  // A copy that says it is another release.
  std::shared_ptr<const MemoryGraph> AsRelease(storage::v1::ReleaseRecord release) const;

  const storage::v1::ReleaseRecord& release() const override { return release_; }
  absl::StatusOr<NodePtr> GetNode(const NodeId& id) const override;
  absl::StatusOr<std::vector<Edge>> Out(const NodeId& src,
                                        std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<Edge>> In(const NodeId& dst,
                                       std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<NodeId>> Nodes(v1::NodeKind kind) const override;
  absl::StatusOr<std::vector<NodeId>> Find(Index index, std::string_view term) const override;
  absl::StatusOr<Digest> NodeDigest(const NodeId& id) const override;

  size_t node_count() const { return ids_.size(); }
  size_t edge_count() const { return edges_.size(); }

  // The arrays themselves, for work that passes over all of them.
  struct EdgeSlot {
    uint32_t src;     // place in ids()
    uint32_t dst;     // place in ids()
    uint32_t record;  // place in records()
    uint16_t kind;
    uint16_t ordinal;
  };
  const std::vector<NodeId>& ids() const { return ids_; }        // ascending
  const std::vector<NodePtr>& nodes() const { return nodes_; }   // by place in ids()
  const std::vector<EdgeSlot>& edges() const { return edges_; }  // in key order of `out`
  const std::vector<uint32_t>& in_order() const { return in_; }  // of edges(), by keys of `in`
  const std::vector<EdgeRecordPtr>& records() const { return records_; }

  // Calls visit(index, term, place of the node) for all that Find finds, in this order, which is
  // that of the rows of the index.
  template <typename Visit>
  absl::Status VisitTerms(const Visit& visit) const {
    for (const Term& term : terms_) {
      absl::Status visited = visit(term.index, TextOf(term), term.node);
      if (!visited.ok()) return visited;
    }
    return absl::OkStatus();
  }

  // Bytes of memory that it takes, about.
  size_t memory_bytes() const { return memory_bytes_; }

 private:
  friend class MemoryGraphBuilder;

  struct Term {
    uint32_t at;  // in `words_`
    uint32_t length;
    uint32_t node;
    Index index;
  };

  std::string_view TextOf(const Term& term) const {
    return std::string_view(words_).substr(term.at, term.length);
  }
  std::pair<Index, std::string_view> KeyOf(const Term& term) const {
    return {term.index, TextOf(term)};
  }
  Edge EdgeAt(const EdgeSlot& slot) const;

  storage::v1::ReleaseRecord release_;
  std::vector<NodeId> ids_;  // ascending, so that the order of places is that of keys
  absl::flat_hash_map<NodeId, uint32_t> places_;
  std::vector<NodePtr> nodes_;
  std::vector<Digest> digests_;
  std::vector<EdgeSlot> edges_;    // in key order of `out`
  std::vector<size_t> out_begin_;  // per node, and the end: into `edges_`
  std::vector<uint32_t> in_;       // places in `edges_`, in key order of `in`
  std::vector<size_t> in_begin_;   // per node, and the end: into `in_`
  std::vector<EdgeRecordPtr> records_;
  std::string words_;
  std::vector<Term> terms_;  // by index, text, node
  size_t memory_bytes_ = 0;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_MEMORY_GRAPH_H_
