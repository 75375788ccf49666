#include "graph/release/pack_merge.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

using NodeMap = std::map<NodeId, NodePtr>;

absl::StatusOr<NodeMap> ParseNodes(const RowMap& rows) {
  NodeMap nodes;
  for (const auto& [key, bytes] : rows) {
    EVIDENT_ASSIGN_OR_RETURN(NodePtr node, ParseNodeRow(key, bytes));
    nodes.emplace(LeadingId(key), std::move(node));
  }
  return nodes;
}

// The other pack that owns the stored node; empty when there is none.
std::string OtherOwner(const NodeMap& stored, const NodeId& id, const std::string& pack) {
  const auto found = stored.find(id);
  return found == stored.end() || found->second->pack() == pack ? "" : found->second->pack();
}

absl::Status CheckOwner(const NodeMap& stored, const std::string& pack, const GraphDraft& draft) {
  std::vector<Violation> violations;
  for (const v1::NodeRecord& node : draft.nodes) {
    if (node.pack() != pack) {
      violations.push_back(
          {node.name(), "it belongs to the pack " + node.pack() + ", not " + pack});
    }
    const std::string owner = OtherOwner(stored, MakeNodeId(node), pack);
    if (!owner.empty()) {
      violations.push_back({node.name(), "the packs " + pack + " and " + owner +
                                             " both define it; a node has one owner"});
    }
  }
  for (const EdgeDraft& edge : draft.edges) {
    const std::string owner = OtherOwner(stored, MakeNodeId(edge.src_kind, edge.src), pack);
    if (!owner.empty()) {
      violations.push_back({edge.src + " -> " + edge.dst,
                            "its source belongs to the pack " + owner + ", and so would the edge"});
    }
  }
  if (violations.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "GRAPH_INVALID",
                   "the pack " + pack + " defines what is not its own; first: " +
                       violations[0].field + ": " + violations[0].description,
                   violations);
}

std::set<NodeId> KeptNodes(const GraphDraft& draft) {
  std::set<NodeId> kept;
  for (const v1::NodeRecord& node : draft.nodes) kept.insert(MakeNodeId(node));
  return kept;
}

std::string ReviewKey(const EdgeDraft& edge) {
  return OutRow(MakeNodeId(edge.src_kind, edge.src), edge.kind, MakeNodeId(edge.dst_kind, edge.dst),
                0) +
         edge.record.SerializeAsString();
}

// Acts of review that the draft brings along itself.
std::set<std::string> ReviewsIn(const GraphDraft& draft) {
  std::set<std::string> reviews;
  for (const EdgeDraft& edge : draft.edges) {
    if (edge.record.has_reviewed_by()) reviews.insert(ReviewKey(edge));
  }
  return reviews;
}

absl::Status CheckChanges(const NodeMap& stored, const ChangeSet& changes) {
  std::vector<Violation> violations;
  std::set<NodeId> seen;
  for (const NodeChange& change : changes) {
    const auto complain = [&](const char* why) { violations.push_back({change.name, why}); };
    const NodeId id = MakeNodeId(change.kind, change.name);
    const auto found = stored.find(id);
    if (!seen.insert(id).second) complain("the node is changed twice");
    if (!change.node.has_value()) {
      if (found == stored.end()) complain("there is no such node to take away");
      if (!change.out.empty()) complain("edges leave a node that is to go");
    } else if (KindOf(*change.node) != change.kind || change.node->name() != change.name) {
      complain("the node is of another kind or name than the change says");
    } else if (found != stored.end() && found->second->pack() != change.node->pack()) {
      complain("a node keeps the pack that owns it");
    }
    for (const EdgeDraft& edge : change.out) {
      if (edge.src_kind != change.kind || edge.src != change.name) {
        complain("one of its edges leaves another node");
      }
    }
  }
  if (violations.empty()) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, "GRAPH_INVALID",
      "the changes are not sound; first: " + violations[0].field + ": " + violations[0].description,
      violations);
}

absl::StatusOr<EdgeDraft> NameEdge(const NodeMap& stored, const std::string& key,
                                   const std::string& bytes) {
  EVIDENT_ASSIGN_OR_RETURN(const EdgeRowParts parts, ParseEdgeRow(key));
  const auto src = stored.find(parts.near);
  const auto dst = stored.find(parts.far);
  if (src == stored.end() || dst == stored.end()) {
    return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                     "out key " + HexEncode(key) + ": an end is missing");
  }
  EVIDENT_ASSIGN_OR_RETURN(const EdgeRecordPtr record, ParseEdgeRecord(key, bytes));
  return EdgeDraft{static_cast<v1::NodeKind>(parts.near.kind()), src->second->name(), parts.kind,
                   static_cast<v1::NodeKind>(parts.far.kind()),  dst->second->name(), *record};
}

}  // namespace

absl::StatusOr<GraphDraft> MergePack(const Rows& before, const std::string& pack,
                                     const GraphDraft& draft) {
  EVIDENT_ASSIGN_OR_RETURN(const NodeMap stored, ParseNodes(before.nodes));
  EVIDENT_RETURN_IF_ERROR(CheckOwner(stored, pack, draft));
  GraphDraft merged = draft;
  const std::set<NodeId> kept = KeptNodes(draft);
  const std::set<std::string> reviews = ReviewsIn(draft);
  for (const auto& [id, node] : stored) {
    if (node->pack() != pack) merged.nodes.push_back(*node);
  }
  for (const auto& [key, bytes] : before.out) {
    const auto src = stored.find(LeadingId(key));
    const bool own = src != stored.end() && src->second->pack() == pack;
    if (own && kept.count(src->first) == 0) continue;
    EVIDENT_ASSIGN_OR_RETURN(EdgeDraft edge, NameEdge(stored, key, bytes));
    if (own && (!edge.record.has_reviewed_by() || reviews.count(ReviewKey(edge)) > 0)) continue;
    merged.edges.push_back(std::move(edge));
  }
  return merged;
}

absl::StatusOr<GraphDraft> MergeChanges(const Rows& before, const ChangeSet& changes) {
  EVIDENT_ASSIGN_OR_RETURN(const NodeMap stored, ParseNodes(before.nodes));
  EVIDENT_RETURN_IF_ERROR(CheckChanges(stored, changes));
  GraphDraft merged;
  std::set<NodeId> changed;
  for (const NodeChange& change : changes) {
    changed.insert(MakeNodeId(change.kind, change.name));
    if (change.node.has_value()) merged.nodes.push_back(*change.node);
    merged.edges.insert(merged.edges.end(), change.out.begin(), change.out.end());
  }
  for (const auto& [id, node] : stored) {
    if (changed.count(id) == 0) merged.nodes.push_back(*node);
  }
  for (const auto& [key, bytes] : before.out) {
    if (changed.count(LeadingId(key)) > 0) continue;
    EVIDENT_ASSIGN_OR_RETURN(EdgeDraft edge, NameEdge(stored, key, bytes));
    merged.edges.push_back(std::move(edge));
  }
  return merged;
}

}  // namespace evident::graph
