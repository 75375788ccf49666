// A release as a compiled base and what was changed since: what serves after a small publish,
// without another compilation of the whole.
#ifndef EVIDENT_GRAPH_MODEL_LAYERED_GRAPH_H_
#define EVIDENT_GRAPH_MODEL_LAYERED_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "graph/model/graph_reader.h"
#include "graph/model/rows.h"

namespace evident::graph {

// A node as a release has it: with all edges that leave it.
struct NodeRevision {
  NodePtr record;         // null: the release has no such node
  std::vector<Edge> out;  // in key order
  Digest digest;
  uint32_t release = 0;  // that changed it
};
using RevisionPtr = std::shared_ptr<const NodeRevision>;
using Revisions = absl::flat_hash_map<NodeId, RevisionPtr>;

// The revision of a node with this id in `rows`, which hold all rows of it; as gone when there are
// none. DATA_LOSS naming the key: RECORD_CORRUPT, KEY_MALFORMED.
absl::StatusOr<RevisionPtr> RevisionIn(const Rows& rows, const NodeId& id, uint32_t release);

class LayeredGraph final : public GraphReader {
 public:
  // `below` with these nodes instead of its own. A layered graph below lends its base and its
  // changes, so that there are never more than two layers. Edges that lead to a node that is not
  // there are as they are: CheckChanges (affected_part.h) tells.
  static std::shared_ptr<const LayeredGraph> Over(std::shared_ptr<const GraphReader> below,
                                                  const Revisions& changed,
                                                  storage::v1::ReleaseRecord release);

  // The changes after release `base` alone, over another base that is that release.
  std::shared_ptr<const LayeredGraph> Rebased(std::shared_ptr<const GraphReader> base) const;

  const storage::v1::ReleaseRecord& release() const override { return release_; }
  absl::StatusOr<NodePtr> GetNode(const NodeId& id) const override;
  absl::StatusOr<std::vector<Edge>> Out(const NodeId& src,
                                        std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<Edge>> In(const NodeId& dst,
                                       std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<NodeId>> Nodes(v1::NodeKind kind) const override;
  absl::StatusOr<std::vector<NodeId>> Find(Index index, std::string_view term) const override;
  absl::StatusOr<Digest> NodeDigest(const NodeId& id) const override;

  const std::shared_ptr<const GraphReader>& base() const { return base_; }
  size_t changed_count() const { return changed_.size(); }

 private:
  using EdgesPtr = std::shared_ptr<const std::vector<Edge>>;

  LayeredGraph(std::shared_ptr<const GraphReader> base, storage::v1::ReleaseRecord release)
      : base_(std::move(base)), release_(std::move(release)) {}

  const NodeRevision* Changed(const NodeId& id) const;
  void Put(const NodeId& id, const RevisionPtr& revision);
  void TakeOut(const NodeId& id, const NodeRevision& revision);
  void ChangeIn(const NodeId& src, const std::vector<Edge>& gone, const std::vector<Edge>& fresh);

  const std::shared_ptr<const GraphReader> base_;
  const storage::v1::ReleaseRecord release_;
  Revisions changed_;
  absl::flat_hash_map<NodeId, EdgesPtr> in_;  // from changed nodes alone; in key order of `in`
  std::map<std::pair<Index, std::string>, std::vector<NodeId>> terms_;  // of changed nodes, by id
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_LAYERED_GRAPH_H_
