#include "graph/model/memory_graph.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/invariants.h"
#include "graph/model/keys.h"
#include "graph/model/memory_graph_builder.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

// The part of [first, last), which is in order of kinds, that is of `kind`; all without one.
template <typename Iterator, typename KindOf>
std::pair<Iterator, Iterator> OfKind(Iterator first, Iterator last,
                                     std::optional<v1::EdgeKind> kind, const KindOf& kind_of) {
  if (!kind.has_value()) return {first, last};
  const auto wanted = static_cast<uint16_t>(*kind);
  const Iterator begin =
      std::partition_point(first, last, [&](const auto& one) { return kind_of(one) < wanted; });
  const Iterator end =
      std::partition_point(begin, last, [&](const auto& one) { return kind_of(one) == wanted; });
  return {begin, end};
}

Digest DigestOf(const Rows& rows, const std::string& key, const std::string& bytes) {
  Sha256Stream hash;
  AddRow(hash, key, bytes);
  for (auto edge = rows.out.lower_bound(key);
       edge != rows.out.end() && std::string_view(edge->first).substr(0, kIdBytes) == key; ++edge) {
    if (ParseEdgeRow(edge->first)->kind != v1::EDGE_KIND_REVIEWED_BY) {
      AddRow(hash, edge->first, edge->second);
    }
  }
  return hash.Finish();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const MemoryGraph>> MemoryGraph::FromRows(
    const Rows& rows, storage::v1::ReleaseRecord release) {
  MemoryGraphBuilder builder;
  for (const auto& [key, bytes] : rows.nodes) {
    EVIDENT_RETURN_IF_ERROR(builder.AddNode(key, bytes));
  }
  for (const auto& [key, bytes] : rows.out) EVIDENT_RETURN_IF_ERROR(builder.AddEdge(key, bytes));
  for (const auto& [key, bytes] : rows.nodes) {
    builder.SetDigest(LeadingId(key), DigestOf(rows, key, bytes));
  }
  return builder.Finish(std::move(release));
}

absl::StatusOr<std::shared_ptr<const MemoryGraph>> MemoryGraph::Build(
    const GraphDraft& draft, storage::v1::ReleaseRecord release) {
  EVIDENT_ASSIGN_OR_RETURN(const Rows rows, BuildRows(draft));
  EVIDENT_RETURN_IF_ERROR(CheckGraph(draft));
  return FromRows(rows, std::move(release));
}

absl::StatusOr<std::shared_ptr<const MemoryGraph>> MemoryGraph::Compile(const GraphReader& reader) {
  MemoryGraphBuilder builder;
  std::vector<NodeId> ids;
  for (const v1::NodeKind kind : NodeKinds()) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> of_kind, reader.Nodes(kind));
    ids.insert(ids.end(), of_kind.begin(), of_kind.end());
  }
  std::sort(ids.begin(), ids.end());
  for (const NodeId& id : ids) {
    EVIDENT_ASSIGN_OR_RETURN(NodePtr node, reader.GetNode(id));
    EVIDENT_ASSIGN_OR_RETURN(const Digest digest, reader.NodeDigest(id));
    builder.AddNode(id, std::move(node));
    builder.SetDigest(id, digest);
  }
  for (const NodeId& id : ids) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges, reader.Out(id, std::nullopt));
    for (const Edge& edge : edges) EVIDENT_RETURN_IF_ERROR(builder.AddEdge(edge));
  }
  return builder.Finish(reader.release());
}

std::shared_ptr<const MemoryGraph> MemoryGraph::AsRelease(
    storage::v1::ReleaseRecord release) const {
  auto copy = std::make_shared<MemoryGraph>(*this);
  copy->release_ = std::move(release);
  return copy;
}

Edge MemoryGraph::EdgeAt(const EdgeSlot& slot) const {
  return {ids_[slot.src], static_cast<v1::EdgeKind>(slot.kind), ids_[slot.dst], slot.ordinal,
          records_[slot.record]};
}

absl::StatusOr<NodePtr> MemoryGraph::GetNode(const NodeId& id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? NodePtr() : nodes_[found->second];
}

absl::StatusOr<std::vector<Edge>> MemoryGraph::Out(const NodeId& src,
                                                   std::optional<v1::EdgeKind> kind) const {
  std::vector<Edge> edges;
  const auto found = places_.find(src);
  if (found == places_.end()) return edges;
  const EdgeSlot* const all = edges_.data();
  const auto [begin, end] =
      OfKind(all + out_begin_[found->second], all + out_begin_[found->second + 1], kind,
             [](const EdgeSlot& slot) { return slot.kind; });
  edges.reserve(static_cast<size_t>(end - begin));
  for (const EdgeSlot* slot = begin; slot != end; ++slot) edges.push_back(EdgeAt(*slot));
  return edges;
}

absl::StatusOr<std::vector<Edge>> MemoryGraph::In(const NodeId& dst,
                                                  std::optional<v1::EdgeKind> kind) const {
  std::vector<Edge> edges;
  const auto found = places_.find(dst);
  if (found == places_.end()) return edges;
  const uint32_t* const all = in_.data();
  const auto [begin, end] =
      OfKind(all + in_begin_[found->second], all + in_begin_[found->second + 1], kind,
             [this](uint32_t place) { return edges_[place].kind; });
  edges.reserve(static_cast<size_t>(end - begin));
  for (const uint32_t* place = begin; place != end; ++place) {
    edges.push_back(EdgeAt(edges_[*place]));
  }
  return edges;
}

absl::StatusOr<std::vector<NodeId>> MemoryGraph::Nodes(v1::NodeKind kind) const {
  const auto first = std::partition_point(ids_.begin(), ids_.end(),
                                          [&](const NodeId& id) { return id.kind() < kind; });
  const auto last =
      std::partition_point(first, ids_.end(), [&](const NodeId& id) { return id.kind() == kind; });
  return std::vector<NodeId>(first, last);
}

absl::StatusOr<std::vector<NodeId>> MemoryGraph::Find(Index index, std::string_view term) const {
  const std::pair<Index, std::string_view> wanted(index, term);
  const auto first = std::partition_point(terms_.begin(), terms_.end(),
                                          [&](const Term& one) { return KeyOf(one) < wanted; });
  std::vector<NodeId> ids;
  for (auto one = first; one != terms_.end() && KeyOf(*one) == wanted; ++one) {
    ids.push_back(ids_[one->node]);
  }
  return ids;
}

absl::StatusOr<Digest> MemoryGraph::NodeDigest(const NodeId& id) const {
  const auto found = places_.find(id);
  if (found != places_.end()) return digests_[found->second];
  return MakeError(absl::StatusCode::kNotFound, "NODE_UNKNOWN",
                   "there is no node " + HexEncode(id.view()));
}

absl::StatusOr<bool> SameNodes(const GraphReader& a, const GraphReader& b, v1::NodeKind kind) {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> left, a.Nodes(kind));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> right, b.Nodes(kind));
  if (left != right) return false;
  for (const NodeId& id : left) {
    EVIDENT_ASSIGN_OR_RETURN(const Digest one, a.NodeDigest(id));
    EVIDENT_ASSIGN_OR_RETURN(const Digest other, b.NodeDigest(id));
    if (one != other) return false;
  }
  return true;
}

absl::StatusOr<NodePtr> FindByName(const GraphReader& reader, std::string_view name) {
  for (const v1::NodeKind kind : NodeKinds()) {
    EVIDENT_ASSIGN_OR_RETURN(NodePtr node, reader.GetNode(MakeNodeId(kind, name)));
    if (node != nullptr) return node;
  }
  return NodePtr();
}

}  // namespace evident::graph
