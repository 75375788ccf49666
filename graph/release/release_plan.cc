#include "graph/release/release_plan.h"

#include <set>
#include <string>
#include <utility>

#include "base/status.h"
#include "graph/model/affected_part.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"
#include "graph/release/pack_changes.h"
#include "graph/storage/verified_graph.h"

namespace evident::graph {
namespace {

absl::StatusOr<Rows> FreshRows(const ChangeSet& changes) {
  GraphDraft fresh;
  for (const NodeChange& change : changes) {
    if (change.node.has_value()) fresh.nodes.push_back(*change.node);
    fresh.edges.insert(fresh.edges.end(), change.out.begin(), change.out.end());
  }
  return BuildRows(fresh);
}

bool HasPrefix(const std::string& text, std::string_view prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

void EraseNode(Rows& rows, const NodeId& id) {
  const std::string row = NodeRow(id);
  rows.nodes.erase(row);
  const auto first = rows.out.lower_bound(row);
  auto last = first;
  while (last != rows.out.end() && HasPrefix(last->first, row)) ++last;
  rows.out.erase(first, last);
}

bool SameNode(const Rows& a, const Rows& b, const NodeId& id) {
  const std::string row = NodeRow(id);
  const auto left = a.nodes.find(row);
  const auto right = b.nodes.find(row);
  if ((left == a.nodes.end()) != (right == b.nodes.end())) return false;
  if (left != a.nodes.end() && left->second != right->second) return false;
  auto x = a.out.lower_bound(row);
  auto y = b.out.lower_bound(row);
  while (true) {
    const bool more_x = x != a.out.end() && HasPrefix(x->first, row);
    const bool more_y = y != b.out.end() && HasPrefix(y->first, row);
    if (!more_x || !more_y) return more_x == more_y;
    if (*x++ != *y++) return false;
  }
}

}  // namespace

absl::StatusOr<ReleasePlan> PlanRelease(const kv::Database& database,
                                        const storage::v1::ReleaseRecord& head,
                                        const std::vector<Digest>& buckets, ChangeSet changes) {
  EVIDENT_ASSIGN_OR_RETURN(Rows fresh, FreshRows(changes));
  std::set<uint16_t> touched;
  for (const NodeChange& change : changes) {
    touched.insert(BucketOf(MakeNodeId(change.kind, change.name)));
  }
  ReleasePlan plan;
  EVIDENT_ASSIGN_OR_RETURN(
      plan.before, ReadVerifiedBuckets(database, head, NewerRows::kRefuse, touched, buckets));
  plan.after = plan.before;
  for (const NodeChange& change : changes) {
    EraseNode(plan.after, MakeNodeId(change.kind, change.name));
  }
  plan.after.nodes.merge(fresh.nodes);
  plan.after.out.merge(fresh.out);
  for (NodeChange& change : changes) {
    const NodeId id = MakeNodeId(change.kind, change.name);
    if (!SameNode(plan.before, plan.after, id)) plan.changes.push_back(std::move(change));
  }
  return plan;
}

absl::StatusOr<std::shared_ptr<const LayeredGraph>> PlannedGraph(
    std::shared_ptr<const GraphReader> head, const ReleasePlan& plan,
    storage::v1::ReleaseRecord release) {
  Revisions revisions;
  for (const NodeChange& change : plan.changes) {
    const NodeId id = MakeNodeId(change.kind, change.name);
    EVIDENT_ASSIGN_OR_RETURN(revisions[id], RevisionIn(plan.after, id, release.number()));
  }
  return LayeredGraph::Over(std::move(head), revisions, std::move(release));
}

absl::StatusOr<std::shared_ptr<const GraphReader>> PreviewChanges(
    std::shared_ptr<const GraphReader> head, const ChangeSet& changes) {
  EVIDENT_RETURN_IF_ERROR(CheckChangeSet(*head, changes));
  ReleasePlan plan;
  EVIDENT_ASSIGN_OR_RETURN(plan.after, FreshRows(changes));
  plan.changes = changes;
  storage::v1::ReleaseRecord release = head->release();
  release.set_number(release.number() + 1);
  EVIDENT_ASSIGN_OR_RETURN(const auto graph, PlannedGraph(head, plan, std::move(release)));
  EVIDENT_RETURN_IF_ERROR(CheckChanges(*head, *graph, changes));
  return std::shared_ptr<const GraphReader>(graph);
}

}  // namespace evident::graph
