#include "graph/model/test_changes.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/status.h"
#include "graph/model/node_id.h"
#include "graph/model/rows.h"

namespace evident::graph {
namespace {

using Key = std::pair<v1::NodeKind, std::string>;

struct Whole {
  const v1::NodeRecord* node = nullptr;
  std::vector<EdgeDraft> out;
  std::multiset<std::string> bytes;  // of all of it
};

std::map<Key, Whole> ByNode(const GraphDraft& draft) {
  std::map<Key, Whole> nodes;
  for (const v1::NodeRecord& node : draft.nodes) {
    Whole& whole = nodes[{KindOf(node), node.name()}];
    whole.node = &node;
    whole.bytes.insert("node " + node.SerializeAsString());
  }
  for (const EdgeDraft& edge : draft.edges) {
    const auto src = nodes.find({edge.src_kind, edge.src});
    if (src == nodes.end()) continue;
    src->second.out.push_back(edge);
    src->second.bytes.insert(std::to_string(edge.kind) + " " + std::to_string(edge.dst_kind) + " " +
                             edge.dst + " " + edge.record.SerializeAsString());
  }
  return nodes;
}

}  // namespace

ChangeSet ChangesBetween(const GraphDraft& before, const GraphDraft& after) {
  std::map<Key, Whole> left = ByNode(before);
  ChangeSet changes;
  for (auto& [key, whole] : ByNode(after)) {
    const auto old = left.find(key);
    const bool same = old != left.end() && old->second.bytes == whole.bytes;
    if (!same) changes.push_back({key.first, key.second, *whole.node, whole.out});
    if (old != left.end()) left.erase(old);
  }
  for (const auto& [key, whole] : left) {
    changes.push_back({key.first, key.second, std::nullopt, {}});
  }
  return changes;
}

absl::StatusOr<std::shared_ptr<const LayeredGraph>> WithChanges(
    std::shared_ptr<const GraphReader> below, const ChangeSet& changes,
    storage::v1::ReleaseRecord release) {
  GraphDraft fresh;
  for (const NodeChange& change : changes) {
    if (change.node.has_value()) fresh.nodes.push_back(*change.node);
    fresh.edges.insert(fresh.edges.end(), change.out.begin(), change.out.end());
  }
  EVIDENT_ASSIGN_OR_RETURN(const Rows rows, BuildRows(fresh));
  Revisions revisions;
  for (const NodeChange& change : changes) {
    const NodeId id = MakeNodeId(change.kind, change.name);
    EVIDENT_ASSIGN_OR_RETURN(revisions[id], RevisionIn(rows, id, release.number()));
  }
  return LayeredGraph::Over(std::move(below), revisions, std::move(release));
}

}  // namespace evident::graph
