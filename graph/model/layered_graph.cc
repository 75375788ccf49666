#include "graph/model/layered_graph.h"

#include <algorithm>
#include <tuple>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/keys.h"

namespace evident::graph {
namespace {

bool InOrder(const Edge& a, const Edge& b) {
  return std::tie(a.kind, a.src, a.ordinal) < std::tie(b.kind, b.src, b.ordinal);
}

std::vector<Edge> OfKind(const std::vector<Edge>& edges, std::optional<v1::EdgeKind> kind) {
  std::vector<Edge> chosen;
  std::copy_if(edges.begin(), edges.end(), std::back_inserter(chosen),
               [&](const Edge& edge) { return !kind.has_value() || edge.kind == *kind; });
  return chosen;
}

void Insert(std::vector<NodeId>& ids, const NodeId& id) {
  const auto place = std::lower_bound(ids.begin(), ids.end(), id);
  if (place == ids.end() || *place != id) ids.insert(place, id);
}

void Remove(std::vector<NodeId>& ids, const NodeId& id) {
  const auto place = std::lower_bound(ids.begin(), ids.end(), id);
  if (place != ids.end() && *place == id) ids.erase(place);
}

}  // namespace

absl::StatusOr<RevisionPtr> RevisionIn(const Rows& rows, const NodeId& id, uint32_t release) {
  auto revision = std::make_shared<NodeRevision>();
  revision->release = release;
  const std::string row = NodeRow(id);
  const auto node = rows.nodes.find(row);
  if (node == rows.nodes.end()) return RevisionPtr(std::move(revision));
  EVIDENT_ASSIGN_OR_RETURN(revision->record, ParseNodeRow(row, node->second));
  Sha256Stream hash;
  AddRow(hash, row, node->second);
  for (auto edge = rows.out.lower_bound(row);
       edge != rows.out.end() && edge->first.compare(0, row.size(), row) == 0; ++edge) {
    EVIDENT_ASSIGN_OR_RETURN(const EdgeRowParts parts, ParseEdgeRow(edge->first));
    EVIDENT_ASSIGN_OR_RETURN(EdgeRecordPtr record, ParseEdgeRecord(edge->first, edge->second));
    revision->out.push_back({id, parts.kind, parts.far, parts.ordinal, std::move(record)});
    if (parts.kind != v1::EDGE_KIND_REVIEWED_BY) AddRow(hash, edge->first, edge->second);
  }
  revision->digest = hash.Finish();
  return RevisionPtr(std::move(revision));
}

std::shared_ptr<const LayeredGraph> LayeredGraph::Over(std::shared_ptr<const GraphReader> below,
                                                       const Revisions& changed,
                                                       storage::v1::ReleaseRecord release) {
  const auto* const layered = dynamic_cast<const LayeredGraph*>(below.get());
  const std::shared_ptr<const GraphReader> base = layered == nullptr ? below : layered->base_;
  std::shared_ptr<LayeredGraph> graph(new LayeredGraph(base, std::move(release)));
  if (layered != nullptr) {
    graph->changed_ = layered->changed_;
    graph->in_ = layered->in_;
    graph->terms_ = layered->terms_;
  }
  for (const auto& [id, revision] : changed) graph->Put(id, revision);
  return graph;
}

std::shared_ptr<const LayeredGraph> LayeredGraph::Rebased(
    std::shared_ptr<const GraphReader> base) const {
  const uint32_t since = base->release().number();
  std::shared_ptr<LayeredGraph> graph(new LayeredGraph(std::move(base), release_));
  for (const auto& [id, revision] : changed_) {
    if (revision->release > since) graph->Put(id, revision);
  }
  return graph;
}

void LayeredGraph::Put(const NodeId& id, const RevisionPtr& revision) {
  RevisionPtr& here = changed_[id];
  static const std::vector<Edge>* const kNone = new std::vector<Edge>();
  if (here != nullptr) TakeOut(id, *here);
  ChangeIn(id, here == nullptr ? *kNone : here->out, revision->out);
  here = revision;
  if (revision->record == nullptr) return;
  for (auto& term : IndexTerms(*revision->record)) Insert(terms_[std::move(term)], id);
}

void LayeredGraph::TakeOut(const NodeId& id, const NodeRevision& revision) {
  if (revision.record == nullptr) return;
  for (const auto& term : IndexTerms(*revision.record)) {
    const auto found = terms_.find(term);
    Remove(found->second, id);
    if (found->second.empty()) terms_.erase(found);
  }
}

void LayeredGraph::ChangeIn(const NodeId& src, const std::vector<Edge>& gone,
                            const std::vector<Edge>& fresh) {
  std::map<NodeId, std::vector<Edge>> by_target;
  for (const Edge& edge : gone) by_target[edge.dst];
  for (const Edge& edge : fresh) by_target[edge.dst].push_back(edge);
  for (auto& [dst, edges] : by_target) {
    EdgesPtr& here = in_[dst];
    if (here != nullptr) {
      std::copy_if(here->begin(), here->end(), std::back_inserter(edges),
                   [&src](const Edge& edge) { return edge.src != src; });
    }
    std::sort(edges.begin(), edges.end(), InOrder);
    here = std::make_shared<const std::vector<Edge>>(std::move(edges));
  }
}

const NodeRevision* LayeredGraph::Changed(const NodeId& id) const {
  const auto found = changed_.find(id);
  return found == changed_.end() ? nullptr : found->second.get();
}

absl::StatusOr<NodePtr> LayeredGraph::GetNode(const NodeId& id) const {
  const NodeRevision* const changed = Changed(id);
  return changed == nullptr ? base_->GetNode(id) : changed->record;
}

absl::StatusOr<std::vector<Edge>> LayeredGraph::Out(const NodeId& src,
                                                    std::optional<v1::EdgeKind> kind) const {
  const NodeRevision* const changed = Changed(src);
  return changed == nullptr ? base_->Out(src, kind) : OfKind(changed->out, kind);
}

absl::StatusOr<std::vector<Edge>> LayeredGraph::In(const NodeId& dst,
                                                   std::optional<v1::EdgeKind> kind) const {
  EVIDENT_ASSIGN_OR_RETURN(std::vector<Edge> edges, base_->In(dst, kind));
  edges.erase(std::remove_if(edges.begin(), edges.end(),
                             [this](const Edge& edge) { return Changed(edge.src) != nullptr; }),
              edges.end());
  const auto found = in_.find(dst);
  if (found == in_.end()) return edges;
  const std::vector<Edge> fresh = OfKind(*found->second, kind);
  std::vector<Edge> all;
  all.reserve(edges.size() + fresh.size());
  std::merge(edges.begin(), edges.end(), fresh.begin(), fresh.end(), std::back_inserter(all),
             InOrder);
  return all;
}

absl::StatusOr<std::vector<NodeId>> LayeredGraph::Nodes(v1::NodeKind kind) const {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> below, base_->Nodes(kind));
  std::vector<NodeId> fresh;
  for (const auto& [id, revision] : changed_) {
    if (id.kind() == kind && revision->record != nullptr) fresh.push_back(id);
  }
  std::sort(fresh.begin(), fresh.end());
  std::vector<NodeId> kept;
  std::copy_if(below.begin(), below.end(), std::back_inserter(kept),
               [this](const NodeId& id) { return Changed(id) == nullptr; });
  std::vector<NodeId> all;
  all.reserve(kept.size() + fresh.size());
  std::merge(kept.begin(), kept.end(), fresh.begin(), fresh.end(), std::back_inserter(all));
  return all;
}

absl::StatusOr<std::vector<NodeId>> LayeredGraph::Find(Index index, std::string_view term) const {
  EVIDENT_ASSIGN_OR_RETURN(std::vector<NodeId> ids, base_->Find(index, term));
  ids.erase(std::remove_if(ids.begin(), ids.end(),
                           [this](const NodeId& id) { return Changed(id) != nullptr; }),
            ids.end());
  const auto found = terms_.find({index, std::string(term)});
  if (found == terms_.end()) return ids;
  for (const NodeId& id : found->second) Insert(ids, id);
  return ids;
}

absl::StatusOr<Digest> LayeredGraph::NodeDigest(const NodeId& id) const {
  const NodeRevision* const changed = Changed(id);
  if (changed == nullptr) return base_->NodeDigest(id);
  if (changed->record != nullptr) return changed->digest;
  return MakeError(absl::StatusCode::kNotFound, "NODE_UNKNOWN",
                   "there is no node " + HexEncode(id.view()));
}

}  // namespace evident::graph
