#include "graph/release/draft_changes.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/digest.h"
#include "graph/model/current_node.h"
#include "graph/model/enum_words.h"
#include "graph/model/node_id.h"
#include "graph/release/pack_changes.h"

namespace evident::graph {
namespace {

absl::Status Invalid(const v1::NodeEdit& edit, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "EDIT_INVALID",
                   "the edit of " + edit.name() + " is not valid: " + why, {{edit.name(), why}});
}

// The digest of the head's revision, empty when it has no such node.
absl::StatusOr<std::string> BaseIn(const GraphReader& head, const NodeId& id) {
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, head.GetNode(id));
  if (node == nullptr) return std::string();
  EVIDENT_ASSIGN_OR_RETURN(const Digest digest, head.NodeDigest(id));
  return std::string(digest.view());
}

// Whether the head has another revision than the one that the change was made upon.
absl::StatusOr<bool> HasMoved(const GraphReader& head,
                              const storage::v1::DraftChangeRecord& record) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string base,
                           BaseIn(head, MakeNodeId(record.kind(), record.name())));
  return base != record.base();
}

bool IsAct(const EdgeDraft& edge) {
  return edge.kind == v1::EDGE_KIND_REVIEWED_BY && edge.record.has_reviewed_by();
}

// What an edge says, without its source.
using EdgeWords = std::tuple<int, int, std::string, std::string>;

std::multiset<EdgeWords> EdgesOf(const NodeChange& change) {
  std::multiset<EdgeWords> edges;
  for (const EdgeDraft& edge : change.out) {
    if (IsAct(edge)) continue;
    edges.emplace(edge.kind, edge.dst_kind, edge.dst, edge.record.SerializeAsString());
  }
  return edges;
}

// Whether the head has what the change is to bring; acts of review do not count.
absl::StatusOr<bool> Holds(const GraphReader& head, const NodeChange& change) {
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr stored,
                           head.GetNode(MakeNodeId(change.kind, change.name)));
  if (stored == nullptr || !change.node) return stored == nullptr && !change.node;
  if (stored->SerializeAsString() != change.node->SerializeAsString()) return false;
  EVIDENT_ASSIGN_OR_RETURN(const NodeChange current, CurrentNode(head, *stored));
  return EdgesOf(current) == EdgesOf(change);
}

absl::Status CheckPut(const v1::NodeEdit& edit) {
  const v1::NodeRecord& node = edit.put().node();
  if (KindOf(node) != edit.kind() || node.name() != edit.name()) {
    return Invalid(edit, "the node is of another kind or name");
  }
  for (const v1::NodeEdge& edge : edit.put().edges()) {
    if (edge.record().has_reviewed_by()) {
      return Invalid(edit, "acts of review are not edited: they stay as they are");
    }
  }
  return absl::OkStatus();
}

storage::v1::DraftChangeRecord RecordOf(const NodeChange& change, std::string base) {
  storage::v1::DraftChangeRecord record;
  record.set_kind(change.kind);
  record.set_name(change.name);
  record.set_base(std::move(base));
  if (!change.node) return record;
  *record.mutable_node() = *change.node;
  for (const EdgeDraft& edge : change.out) {
    if (IsAct(edge)) continue;
    v1::NodeEdge& out = *record.add_edges();
    out.set_kind(edge.kind);
    out.set_target_kind(edge.dst_kind);
    out.set_target(edge.dst);
    if (edge.record.ByteSizeLong() > 0) *out.mutable_record() = edge.record;
  }
  return record;
}

}  // namespace

absl::StatusOr<storage::v1::DraftChangeRecord> ChangeOf(const GraphReader& head,
                                                        const v1::NodeEdit& edit) {
  if (edit.kind() == v1::NODE_KIND_UNSPECIFIED || !v1::NodeKind_IsValid(edit.kind())) {
    return Invalid(edit, "it has no known kind");
  }
  EVIDENT_RETURN_IF_ERROR(CheckName(edit.kind(), edit.name()));
  EVIDENT_ASSIGN_OR_RETURN(const std::string base,
                           BaseIn(head, MakeNodeId(edit.kind(), edit.name())));
  if (!edit.digest().empty() && edit.digest() != base) {
    return MakeError(absl::StatusCode::kAborted, "DRAFT_CONFLICT",
                     edit.name() + " has another revision in release " +
                         std::to_string(head.release().number()) + " than the one that was edited",
                     {{edit.name(), "read it again and edit it anew"}});
  }
  storage::v1::DraftChangeRecord record;
  record.set_kind(edit.kind());
  record.set_name(edit.name());
  record.set_base(base);
  if (edit.has_put()) {
    EVIDENT_RETURN_IF_ERROR(CheckPut(edit));
    *record.mutable_node() = edit.put().node();
    *record.mutable_edges() = edit.put().edges();
    return record;
  }
  if (!edit.remove()) return Invalid(edit, "it says neither put nor remove");
  if (!base.empty()) return record;
  return MakeError(absl::StatusCode::kNotFound, "NODE_NOT_FOUND",
                   "there is no " + EnumWord(edit.kind()) + " '" + edit.name() + "' to remove");
}

absl::StatusOr<std::vector<storage::v1::DraftChangeRecord>> ChangesOfPack(const GraphReader& head,
                                                                          const std::string& pack,
                                                                          const GraphDraft& draft) {
  EVIDENT_ASSIGN_OR_RETURN(const ChangeSet changes, PackChanges(head, pack, draft));
  std::vector<storage::v1::DraftChangeRecord> records;
  for (const NodeChange& change : changes) {
    EVIDENT_ASSIGN_OR_RETURN(const bool same, Holds(head, change));
    if (same) continue;
    EVIDENT_ASSIGN_OR_RETURN(std::string base, BaseIn(head, MakeNodeId(change.kind, change.name)));
    records.push_back(RecordOf(change, std::move(base)));
  }
  return records;
}

absl::StatusOr<NodeChange> ToNodeChange(const GraphReader& head,
                                        const storage::v1::DraftChangeRecord& record) {
  NodeChange change{record.kind(), record.name(), std::nullopt, {}};
  if (!record.has_node()) return change;
  change.node = record.node();
  for (const v1::NodeEdge& edge : record.edges()) {
    change.out.push_back({record.kind(), record.name(), edge.kind(), edge.target_kind(),
                          edge.target(), edge.record()});
  }
  EVIDENT_RETURN_IF_ERROR(KeepReviews(head, change));
  return change;
}

absl::StatusOr<bool> InConflict(const GraphReader& head,
                                const storage::v1::DraftChangeRecord& record) {
  EVIDENT_ASSIGN_OR_RETURN(const bool moved, HasMoved(head, record));
  if (!moved) return false;
  EVIDENT_ASSIGN_OR_RETURN(const NodeChange change, ToNodeChange(head, record));
  EVIDENT_ASSIGN_OR_RETURN(const bool there, Holds(head, change));
  return !there;
}

absl::StatusOr<ChangeSet> ChangesOnto(const GraphReader& head, const DraftChanges& changes) {
  ChangeSet onto;
  std::vector<Violation> conflicts;
  for (const auto& [place, record] : changes) {
    EVIDENT_ASSIGN_OR_RETURN(NodeChange change, ToNodeChange(head, record));
    EVIDENT_ASSIGN_OR_RETURN(const bool there, Holds(head, change));
    if (there) continue;
    EVIDENT_ASSIGN_OR_RETURN(const bool moved, HasMoved(head, record));
    if (moved) {
      conflicts.push_back(
          {record.name(), "release " + std::to_string(head.release().number()) +
                              " has another revision than the draft was made upon"});
    }
    onto.push_back(std::move(change));
  }
  if (conflicts.empty()) return onto;
  return MakeError(absl::StatusCode::kAborted, "DRAFT_CONFLICT",
                   std::to_string(conflicts.size()) +
                       " nodes were changed since the draft was made; first: " +
                       conflicts[0].field + ": read it again and edit it anew",
                   conflicts);
}

}  // namespace evident::graph
