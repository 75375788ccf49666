// The seam that everything reads knowledge through: one release, as the compiled view, the direct
// reader and the naive reader of the tests each serve it. All three give equal results in equal
// order.
#ifndef EVIDENT_GRAPH_MODEL_GRAPH_READER_H_
#define EVIDENT_GRAPH_MODEL_GRAPH_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/digest.h"
#include "base/ids.h"
#include "evident/storage/v1/graph.pb.h"
#include "evident/v1/knowledge.pb.h"

namespace evident::graph {

using NodePtr = std::shared_ptr<const v1::NodeRecord>;
using EdgeRecordPtr = std::shared_ptr<const v1::EdgeRecord>;

// An edge in a release. Shared records stay valid for as long as the pointer is held.
struct Edge {
  NodeId src;
  v1::EdgeKind kind = v1::EDGE_KIND_UNSPECIFIED;
  NodeId dst;
  uint16_t ordinal = 0;  // from 0, in byte order of the records of parallel edges
  EdgeRecordPtr record;  // never null; without a body where the kind has none
};

// What terms lead to nodes. The number is part of the stored key and never changes.
enum class Index : uint8_t {
  kWords = 1,  // folded display name or synonym of a concept or fact -> node
  kCode = 2,   // "<system>|<code>" -> node
  kSlug = 3,   // bare slug -> node
};

// Thread safe and immutable. Every call may fail with DATA_LOSS (naming the key) or UNAVAILABLE
// when it has to read the disk; the compiled view never does.
class GraphReader {
 public:
  virtual ~GraphReader() = default;

  // The release that is read; number 0 with zero digests before the first one.
  virtual const storage::v1::ReleaseRecord& release() const = 0;

  // The node, or null when the release has none of this id.
  virtual absl::StatusOr<NodePtr> GetNode(const NodeId& id) const = 0;

  // Edges that leave `src`, in key order (kind, dst, ordinal); of one kind when it is given.
  virtual absl::StatusOr<std::vector<Edge>> Out(const NodeId& src,
                                                std::optional<v1::EdgeKind> kind) const = 0;

  // Edges that lead to `dst`, in key order (kind, src, ordinal); of one kind when it is given.
  virtual absl::StatusOr<std::vector<Edge>> In(const NodeId& dst,
                                               std::optional<v1::EdgeKind> kind) const = 0;

  // All nodes of a kind, by id.
  virtual absl::StatusOr<std::vector<NodeId>> Nodes(v1::NodeKind kind) const = 0;

  // Nodes under `term` (already folded where the index folds), by id.
  virtual absl::StatusOr<std::vector<NodeId>> Find(Index index, std::string_view term) const = 0;

  // SHA-256 over the node's row and all its outgoing rows but reviewed_by, in key order
  // (docs/formats/records.md): the revision of a statement. NOT_FOUND when there is no such node.
  virtual absl::StatusOr<Digest> NodeDigest(const NodeId& id) const = 0;
};

// Whether both have the same nodes of this kind, with the same edges that leave them, by their
// digests.
absl::StatusOr<bool> SameNodes(const GraphReader& a, const GraphReader& b, v1::NodeKind kind);

// The node of this name, whatever its kind; null when there is none.
absl::StatusOr<NodePtr> FindByName(const GraphReader& reader, std::string_view name);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_GRAPH_READER_H_
