#include "graph/release/pack_changes.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

absl::Status Refuse(const std::string& what, const std::vector<Violation>& violations) {
  if (violations.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "GRAPH_INVALID",
                   what + "; first: " + violations[0].field + ": " + violations[0].description,
                   violations);
}

bool Has(const std::vector<EdgeDraft>& edges, const EdgeDraft& act) {
  const std::string bytes = act.record.SerializeAsString();
  return std::any_of(edges.begin(), edges.end(), [&](const EdgeDraft& edge) {
    return edge.kind == act.kind && edge.dst_kind == act.dst_kind && edge.dst == act.dst &&
           edge.record.SerializeAsString() == bytes;
  });
}

class PackDifference {
 public:
  PackDifference(const GraphReader& head, const std::string& pack, const GraphDraft& draft)
      : head_(head), pack_(pack), draft_(draft) {}

  absl::StatusOr<ChangeSet> Run() {
    for (const v1::NodeRecord& node : draft_.nodes) EVIDENT_RETURN_IF_ERROR(AddNode(node));
    for (const EdgeDraft& edge : draft_.edges) EVIDENT_RETURN_IF_ERROR(AddEdge(edge));
    EVIDENT_RETURN_IF_ERROR(
        Refuse("the pack " + pack_ + " defines what is not its own", violations_));
    EVIDENT_RETURN_IF_ERROR(AddOld());
    return std::move(changes_);
  }

 private:
  // The other pack that owns the stored node; empty when there is none.
  absl::StatusOr<std::string> OtherOwner(const NodeId& id) const {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr stored, head_.GetNode(id));
    return stored == nullptr || stored->pack() == pack_ ? std::string() : stored->pack();
  }

  absl::Status AddNode(const v1::NodeRecord& node) {
    const NodeId id = MakeNodeId(node);
    if (node.pack() != pack_) {
      violations_.push_back(
          {node.name(), "it belongs to the pack " + node.pack() + ", not " + pack_});
    }
    EVIDENT_ASSIGN_OR_RETURN(const std::string owner, OtherOwner(id));
    if (!owner.empty()) {
      violations_.push_back({node.name(), "the packs " + pack_ + " and " + owner +
                                              " both define it; a node has one owner"});
    }
    if (!places_.emplace(id, changes_.size()).second) {
      violations_.push_back({node.name(), "the node is defined twice"});
    }
    changes_.push_back({KindOf(node), node.name(), node, {}});
    return absl::OkStatus();
  }

  absl::Status AddEdge(const EdgeDraft& edge) {
    const NodeId src = MakeNodeId(edge.src_kind, edge.src);
    EVIDENT_ASSIGN_OR_RETURN(const std::string owner, OtherOwner(src));
    const auto place = places_.find(src);
    if (!owner.empty()) {
      violations_.push_back({edge.src + " -> " + edge.dst, "its source belongs to the pack " +
                                                               owner + ", and so would the edge"});
    } else if (place == places_.end()) {
      violations_.push_back({edge.src + " -> " + edge.dst, "there is no node " + edge.src});
    } else {
      changes_[place->second].out.push_back(edge);
    }
    return absl::OkStatus();
  }

  absl::Status AddOld() {
    for (const v1::NodeKind kind : NodeKinds()) {
      EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, head_.Nodes(kind));
      for (const NodeId& id : ids) {
        EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, head_.GetNode(id));
        if (node == nullptr || node->pack() != pack_) continue;
        const auto place = places_.find(id);
        if (place == places_.end()) {
          changes_.push_back({kind, node->name(), std::nullopt, {}});
        } else {
          EVIDENT_RETURN_IF_ERROR(KeepReviews(head_, changes_[place->second]));
        }
      }
    }
    return absl::OkStatus();
  }

  const GraphReader& head_;
  const std::string& pack_;
  const GraphDraft& draft_;
  ChangeSet changes_;
  std::map<NodeId, size_t> places_;  // in `changes_`
  std::vector<Violation> violations_;
};

}  // namespace

absl::Status KeepReviews(const GraphReader& head, NodeChange& change) {
  EVIDENT_ASSIGN_OR_RETURN(
      const auto edges, head.Out(MakeNodeId(change.kind, change.name), v1::EDGE_KIND_REVIEWED_BY));
  for (const Edge& edge : edges) {
    if (!edge.record->has_reviewed_by()) continue;
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr reviewer, head.GetNode(edge.dst));
    if (reviewer == nullptr) {
      return MakeError(
          absl::StatusCode::kDataLoss, "EDGE_DANGLING",
          "a review of " + change.name + " leads to no node: " + HexEncode(edge.dst.view()));
    }
    EdgeDraft act{change.kind,      change.name,
                  edge.kind,        static_cast<v1::NodeKind>(edge.dst.kind()),
                  reviewer->name(), *edge.record};
    if (!Has(change.out, act)) change.out.push_back(std::move(act));
  }
  return absl::OkStatus();
}

absl::StatusOr<ChangeSet> PackChanges(const GraphReader& head, const std::string& pack,
                                      const GraphDraft& draft) {
  return PackDifference(head, pack, draft).Run();
}

absl::Status CheckChangeSet(const GraphReader& head, const ChangeSet& changes) {
  std::vector<Violation> violations;
  std::set<NodeId> seen;
  for (const NodeChange& change : changes) {
    const auto complain = [&](const char* why) { violations.push_back({change.name, why}); };
    const NodeId id = MakeNodeId(change.kind, change.name);
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr stored, head.GetNode(id));
    if (!seen.insert(id).second) complain("the node is changed twice");
    if (!change.node.has_value()) {
      if (stored == nullptr) complain("there is no such node to take away");
      if (!change.out.empty()) complain("edges leave a node that is to go");
    } else if (KindOf(*change.node) != change.kind || change.node->name() != change.name) {
      complain("the node is of another kind or name than the change says");
    } else if (stored != nullptr && stored->pack() != change.node->pack()) {
      complain("a node keeps the pack that owns it");
    }
    for (const EdgeDraft& edge : change.out) {
      if (edge.src_kind != change.kind || edge.src != change.name) {
        complain("one of its edges leaves another node");
      }
    }
  }
  return Refuse("the changes are not sound", violations);
}

}  // namespace evident::graph
