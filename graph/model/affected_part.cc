#include "graph/model/affected_part.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/invariants.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

constexpr v1::EdgeKind kChains[] = {v1::EDGE_KIND_IS_A, v1::EDGE_KIND_COMPONENT_OF,
                                    v1::EDGE_KIND_SUPERSEDES, v1::EDGE_KIND_ELABORATES};

// Kinds that records name without an edge.
bool IsNamed(v1::NodeKind kind) {
  return kind == v1::NODE_KIND_CONCEPT || kind == v1::NODE_KIND_FACT ||
         kind == v1::NODE_KIND_BOARD || kind == v1::NODE_KIND_PERSON;
}

bool SameEdges(const std::vector<Edge>& a, const std::vector<Edge>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Edge& x, const Edge& y) {
    return x.dst == y.dst && x.ordinal == y.ordinal;
  });
}

class Collector {
 public:
  Collector(const GraphReader& before, const GraphReader& after, const ChangeSet& changes)
      : before_(before), after_(after), changes_(changes) {}

  absl::StatusOr<GraphDraft> Run() {
    for (const NodeChange& change : changes_) {
      const NodeId id = MakeNodeId(change.kind, change.name);
      changed_.insert(id);
      if (change.node.has_value()) part_.nodes.push_back(*change.node);
      part_.edges.insert(part_.edges.end(), change.out.begin(), change.out.end());
    }
    EVIDENT_RETURN_IF_ERROR(AddNodesOf(v1::NODE_KIND_FACT));
    for (const NodeChange& change : changes_) EVIDENT_RETURN_IF_ERROR(AddNear(change));
    if (names_matter_) EVIDENT_RETURN_IF_ERROR(AddWhatNames());
    EVIDENT_RETURN_IF_ERROR(AddAddOns());
    return std::move(part_);
  }

  absl::StatusOr<GraphDraft> RunWhole() {
    names_matter_ = true;
    EVIDENT_RETURN_IF_ERROR(AddNodesOf(v1::NODE_KIND_FACT));
    EVIDENT_RETURN_IF_ERROR(AddWhatNames());
    EVIDENT_RETURN_IF_ERROR(AddEdgesOf(v1::NODE_KIND_STATEMENT, v1::EDGE_KIND_PART_OF));
    EVIDENT_RETURN_IF_ERROR(AddAddOns());
    return std::move(part_);
  }

 private:
  absl::Status AddNode(const NodeId& id) {
    if (changed_.count(id) > 0 || !nodes_.insert(id).second) return absl::OkStatus();
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, after_.GetNode(id));
    if (node != nullptr) part_.nodes.push_back(*node);
    return absl::OkStatus();
  }

  absl::Status AddNodesOf(v1::NodeKind kind) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, after_.Nodes(kind));
    for (const NodeId& id : ids) EVIDENT_RETURN_IF_ERROR(AddNode(id));
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> NameOf(const NodeId& id) const {
    EVIDENT_ASSIGN_OR_RETURN(NodePtr node, after_.GetNode(id));
    if (node == nullptr) {
      EVIDENT_ASSIGN_OR_RETURN(node, before_.GetNode(id));
    }
    return node == nullptr ? HexEncode(id.view()) : node->name();
  }

  // An edge with its ends. Those of changed nodes are there already.
  absl::Status AddEdge(const Edge& edge) {
    EVIDENT_RETURN_IF_ERROR(AddNode(edge.src));
    EVIDENT_RETURN_IF_ERROR(AddNode(edge.dst));
    if (changed_.count(edge.src) > 0) return absl::OkStatus();
    if (!edges_.insert({edge.src, edge.kind, edge.dst, edge.ordinal}).second) {
      return absl::OkStatus();
    }
    EVIDENT_ASSIGN_OR_RETURN(const std::string src, NameOf(edge.src));
    EVIDENT_ASSIGN_OR_RETURN(const std::string dst, NameOf(edge.dst));
    part_.edges.push_back({static_cast<v1::NodeKind>(edge.src.kind()), src, edge.kind,
                           static_cast<v1::NodeKind>(edge.dst.kind()), dst, *edge.record});
    return absl::OkStatus();
  }

  absl::Status AddEdges(const std::vector<Edge>& edges) {
    for (const Edge& edge : edges) EVIDENT_RETURN_IF_ERROR(AddEdge(edge));
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Differs(const NodeId& id, v1::EdgeKind kind) const {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> old_edges, before_.Out(id, kind));
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> new_edges, after_.Out(id, kind));
    return !SameEdges(old_edges, new_edges);
  }

  absl::Status AddNear(const NodeChange& change) {
    const NodeId id = MakeNodeId(change.kind, change.name);
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr old_node, before_.GetNode(id));
    if (!change.node.has_value()) {
      EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> dangling, after_.In(id, std::nullopt));
      EVIDENT_RETURN_IF_ERROR(AddEdges(dangling));
      names_matter_ |= IsNamed(change.kind);
    }
    names_matter_ |= change.kind == v1::NODE_KIND_FACT && old_node != nullptr;
    if (change.kind == v1::NODE_KIND_GUIDELINE) {
      EVIDENT_ASSIGN_OR_RETURN(const auto parts, after_.In(id, v1::EDGE_KIND_PART_OF));
      EVIDENT_RETURN_IF_ERROR(AddEdges(parts));
    }
    for (const v1::EdgeKind kind : kChains) {
      EVIDENT_ASSIGN_OR_RETURN(const bool differs, Differs(id, kind));
      if (differs) EVIDENT_RETURN_IF_ERROR(AddChains(id, kind));
      const bool gives = kind == v1::EDGE_KIND_IS_A || kind == v1::EDGE_KIND_COMPONENT_OF;
      gifts_differ_ |= differs && gives;
    }
    return absl::OkStatus();
  }

  // All edges of this kind that lead on from the node, and all by which it is reached.
  absl::Status AddChains(const NodeId& from, v1::EdgeKind kind) {
    for (const bool up : {true, false}) {
      std::set<NodeId> seen = {from};
      std::vector<NodeId> open = {from};
      while (!open.empty()) {
        const NodeId id = open.back();
        open.pop_back();
        EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges,
                                 up ? after_.Out(id, kind) : after_.In(id, kind));
        EVIDENT_RETURN_IF_ERROR(AddEdges(edges));
        for (const Edge& edge : edges) {
          const NodeId& next = up ? edge.dst : edge.src;
          if (seen.insert(next).second) open.push_back(next);
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddWhatNames() {
    for (const v1::NodeKind kind : {v1::NODE_KIND_STATEMENT, v1::NODE_KIND_EVIDENCE,
                                    v1::NODE_KIND_BOARD, v1::NODE_KIND_DECISION_POINT}) {
      EVIDENT_RETURN_IF_ERROR(AddNodesOf(kind));
    }
    EVIDENT_RETURN_IF_ERROR(AddEdgesOf(v1::NODE_KIND_STATEMENT, v1::EDGE_KIND_INVOLVES));
    EVIDENT_RETURN_IF_ERROR(AddEdgesOf(v1::NODE_KIND_STATEMENT, v1::EDGE_KIND_CONFLICTS_WITH));
    EVIDENT_RETURN_IF_ERROR(AddEdgesOf(v1::NODE_KIND_STATEMENT, v1::EDGE_KIND_REVIEWED_BY));
    return AddEdgesOf(v1::NODE_KIND_GUIDELINE, v1::EDGE_KIND_REVIEWED_BY);
  }

  absl::Status AddEdgesOf(v1::NodeKind node_kind, v1::EdgeKind kind) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, after_.Nodes(node_kind));
    for (const NodeId& id : ids) {
      EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges, after_.Out(id, kind));
      EVIDENT_RETURN_IF_ERROR(AddEdges(edges));
    }
    return absl::OkStatus();
  }

  // Statements whose add-ons a change may have left without what they are added to.
  absl::Status AddAddOns() {
    std::set<NodeId> near;
    if (gifts_differ_ || names_matter_) {
      EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> all,
                               after_.Nodes(v1::NODE_KIND_STATEMENT));
      near.insert(all.begin(), all.end());
    }
    for (const NodeChange& change : changes_) {
      if (change.kind != v1::NODE_KIND_STATEMENT) continue;
      const NodeId id = MakeNodeId(change.kind, change.name);
      near.insert(id);
      for (const GraphReader* const reader : {&before_, &after_}) {
        EVIDENT_RETURN_IF_ERROR(AddCompanions(*reader, id, near));
      }
      EVIDENT_ASSIGN_OR_RETURN(const auto details, after_.In(id, v1::EDGE_KIND_ELABORATES));
      for (const Edge& edge : details) near.insert(edge.src);
    }
    for (const NodeId& id : near) {
      EVIDENT_ASSIGN_OR_RETURN(const auto options, after_.Out(id, v1::EDGE_KIND_INVOLVES));
      const bool adds = std::any_of(options.begin(), options.end(), [](const Edge& edge) {
        return !edge.record->involves().add_on_to().empty();
      });
      if (adds) EVIDENT_RETURN_IF_ERROR(AddOptionsNear(id));
    }
    return absl::OkStatus();
  }

  // What decides the same as the statement, in `after`, and what it elaborates.
  absl::Status AddCompanions(const GraphReader& reader, const NodeId& statement,
                             std::set<NodeId>& companions) const {
    EVIDENT_ASSIGN_OR_RETURN(const auto points, reader.Out(statement, v1::EDGE_KIND_DECIDES));
    for (const Edge& point : points) {
      EVIDENT_ASSIGN_OR_RETURN(const auto deciders, after_.In(point.dst, v1::EDGE_KIND_DECIDES));
      for (const Edge& decider : deciders) companions.insert(decider.src);
    }
    EVIDENT_ASSIGN_OR_RETURN(const auto parents, reader.Out(statement, v1::EDGE_KIND_ELABORATES));
    for (const Edge& parent : parents) companions.insert(parent.dst);
    return absl::OkStatus();
  }

  absl::Status AddOptionsNear(const NodeId& statement) {
    std::set<NodeId> companions = {statement};
    EVIDENT_RETURN_IF_ERROR(AddCompanions(after_, statement, companions));
    for (const NodeId& id : companions) {
      for (const v1::EdgeKind kind :
           {v1::EDGE_KIND_INVOLVES, v1::EDGE_KIND_DECIDES, v1::EDGE_KIND_ELABORATES}) {
        EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges, after_.Out(id, kind));
        for (const Edge& edge : edges) {
          // The add-ons of a companion are nothing to add to, and their own companions not at hand.
          if (id != statement && !edge.record->involves().add_on_to().empty()) continue;
          EVIDENT_RETURN_IF_ERROR(AddEdge(edge));
          if (kind == v1::EDGE_KIND_INVOLVES) EVIDENT_RETURN_IF_ERROR(AddGifts(edge.dst));
        }
      }
    }
    return absl::OkStatus();
  }

  // All that giving it gives: what it is below, and its components.
  absl::Status AddGifts(const NodeId& from) {
    std::vector<NodeId> open = {from};
    while (!open.empty()) {
      const NodeId id = open.back();
      open.pop_back();
      if (!given_.insert(id).second) continue;
      EVIDENT_ASSIGN_OR_RETURN(const auto broader, after_.Out(id, v1::EDGE_KIND_IS_A));
      EVIDENT_ASSIGN_OR_RETURN(const auto parts, after_.In(id, v1::EDGE_KIND_COMPONENT_OF));
      EVIDENT_RETURN_IF_ERROR(AddEdges(broader));
      EVIDENT_RETURN_IF_ERROR(AddEdges(parts));
      for (const Edge& edge : broader) open.push_back(edge.dst);
      for (const Edge& edge : parts) open.push_back(edge.src);
    }
    return absl::OkStatus();
  }

  const GraphReader& before_;
  const GraphReader& after_;
  const ChangeSet& changes_;
  GraphDraft part_;
  std::set<NodeId> changed_;
  std::set<NodeId> nodes_;  // that were added, unchanged ones
  std::set<std::tuple<NodeId, v1::EdgeKind, NodeId, uint16_t>> edges_;
  std::set<NodeId> given_;
  bool names_matter_ = false;
  bool gifts_differ_ = false;
};

}  // namespace

absl::StatusOr<GraphDraft> AffectedPart(const GraphReader& before, const GraphReader& after,
                                        const ChangeSet& changes) {
  return Collector(before, after, changes).Run();
}

absl::StatusOr<GraphDraft> NamingPart(const GraphReader& graph) {
  const ChangeSet none;
  return Collector(graph, graph, none).RunWhole();
}

absl::Status CheckChanges(const GraphReader& before, const GraphReader& after,
                          const ChangeSet& changes) {
  EVIDENT_ASSIGN_OR_RETURN(const GraphDraft part, AffectedPart(before, after, changes));
  return CheckPart(part, after);
}

}  // namespace evident::graph
