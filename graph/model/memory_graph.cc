#include "graph/model/memory_graph.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/invariants.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

absl::Status AtKey(const absl::Status& status, std::string_view family, std::string_view key) {
  return Annotate(status, std::string(family) + " key " + HexEncode(key));
}

std::vector<Edge> OfKind(const std::vector<Edge>& edges, std::optional<v1::EdgeKind> kind) {
  if (!kind.has_value()) return edges;
  std::vector<Edge> chosen;
  for (const Edge& edge : edges) {
    if (edge.kind == *kind) chosen.push_back(edge);
  }
  return chosen;
}

bool InOrder(const Edge& a, const Edge& b) {
  return std::tie(a.kind, a.src, a.ordinal) < std::tie(b.kind, b.src, b.ordinal);
}

}  // namespace

absl::Status MemoryGraph::AddNodes(const RowMap& nodes) {
  for (const auto& [key, bytes] : nodes) {
    absl::StatusOr<NodeId> id = ParseNodeId(key);
    if (!id.ok()) return AtKey(id.status(), "nodes", key);
    EVIDENT_ASSIGN_OR_RETURN(NodePtr record, ParseNodeRow(key, bytes));
    by_kind_[static_cast<v1::NodeKind>(id->kind())].push_back(*id);
    for (auto& term : IndexTerms(*record)) index_[std::move(term)].push_back(*id);
    entries_[*id].record = std::move(record);
  }
  return absl::OkStatus();
}

absl::Status MemoryGraph::AddEdges(const RowMap& out) {
  for (const auto& [key, bytes] : out) {
    absl::StatusOr<EdgeRowParts> parts = ParseEdgeRow(key);
    if (!parts.ok()) return AtKey(parts.status(), "out", key);
    EVIDENT_ASSIGN_OR_RETURN(EdgeRecordPtr record, ParseEdgeRecord(key, bytes));
    const Edge edge{parts->near, parts->kind, parts->far, parts->ordinal, std::move(record)};
    const auto src = entries_.find(edge.src);
    const auto dst = entries_.find(edge.dst);
    if (src == entries_.end() || dst == entries_.end()) {
      return AtKey(MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING", "an end is missing"),
                   "out", key);
    }
    src->second.out.push_back(edge);
    dst->second.in.push_back(edge);
  }
  for (auto& [id, entry] : entries_) std::sort(entry.in.begin(), entry.in.end(), InOrder);
  return absl::OkStatus();
}

void MemoryGraph::AddDigests(const Rows& rows) {
  Sha256Stream hash;
  for (const auto& [key, bytes] : rows.nodes) {
    AddRow(hash, key, bytes);
    for (auto edge = rows.out.lower_bound(key);
         edge != rows.out.end() && std::string_view(edge->first).substr(0, kIdBytes) == key;
         ++edge) {
      if (ParseEdgeRow(edge->first)->kind != v1::EDGE_KIND_REVIEWED_BY) {
        AddRow(hash, edge->first, edge->second);
      }
    }
    entries_[*ParseNodeId(key)].digest = hash.Finish();
  }
}

absl::StatusOr<std::shared_ptr<const MemoryGraph>> MemoryGraph::FromRows(
    const Rows& rows, storage::v1::ReleaseRecord release) {
  auto graph = std::make_shared<MemoryGraph>();
  graph->release_ = std::move(release);
  EVIDENT_RETURN_IF_ERROR(graph->AddNodes(rows.nodes));
  EVIDENT_RETURN_IF_ERROR(graph->AddEdges(rows.out));
  graph->AddDigests(rows);
  return std::shared_ptr<const MemoryGraph>(std::move(graph));
}

absl::StatusOr<std::shared_ptr<const MemoryGraph>> MemoryGraph::Build(
    const GraphDraft& draft, storage::v1::ReleaseRecord release) {
  EVIDENT_ASSIGN_OR_RETURN(const Rows rows, BuildRows(draft));
  EVIDENT_RETURN_IF_ERROR(CheckGraph(draft));
  return FromRows(rows, std::move(release));
}

absl::StatusOr<NodePtr> MemoryGraph::GetNode(const NodeId& id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? NodePtr() : found->second.record;
}

absl::StatusOr<std::vector<Edge>> MemoryGraph::Out(const NodeId& src,
                                                   std::optional<v1::EdgeKind> kind) const {
  const auto found = entries_.find(src);
  return found == entries_.end() ? std::vector<Edge>() : OfKind(found->second.out, kind);
}

absl::StatusOr<std::vector<Edge>> MemoryGraph::In(const NodeId& dst,
                                                  std::optional<v1::EdgeKind> kind) const {
  const auto found = entries_.find(dst);
  return found == entries_.end() ? std::vector<Edge>() : OfKind(found->second.in, kind);
}

absl::StatusOr<std::vector<NodeId>> MemoryGraph::Nodes(v1::NodeKind kind) const {
  const auto found = by_kind_.find(kind);
  return found == by_kind_.end() ? std::vector<NodeId>() : found->second;
}

absl::StatusOr<std::vector<NodeId>> MemoryGraph::Find(Index index, std::string_view term) const {
  const auto found = index_.find({index, std::string(term)});
  return found == index_.end() ? std::vector<NodeId>() : found->second;
}

absl::StatusOr<Digest> MemoryGraph::NodeDigest(const NodeId& id) const {
  const auto found = entries_.find(id);
  if (found != entries_.end()) return found->second.digest;
  return MakeError(absl::StatusCode::kNotFound, "NODE_UNKNOWN",
                   "there is no node " + HexEncode(id.view()));
}

absl::StatusOr<NodePtr> FindByName(const GraphReader& reader, std::string_view name) {
  for (const v1::NodeKind kind : NodeKinds()) {
    EVIDENT_ASSIGN_OR_RETURN(NodePtr node, reader.GetNode(MakeNodeId(kind, name)));
    if (node != nullptr) return node;
  }
  return NodePtr();
}

}  // namespace evident::graph
