#include "graph/release/release_manager.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/status.h"
#include "graph/model/affected_part.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"
#include "graph/model/rows.h"
#include "graph/release/bulk_merge.h"
#include "graph/release/pack_changes.h"
#include "graph/release/release_plan.h"
#include "graph/storage/derived_rows.h"
#include "graph/storage/direct_reader.h"
#include "graph/storage/head_mark.h"
#include "graph/storage/live_rows.h"
#include "graph/storage/release_writer.h"
#include "graph/storage/row_history.h"
#include "graph/storage/verified_graph.h"

namespace evident::graph {
namespace {

absl::Status HeadMoved(ReleaseNumber expected, ReleaseNumber found) {
  return MakeError(absl::StatusCode::kAborted, "HEAD_MOVED",
                   "publishing onto release " + std::to_string(expected.value) +
                       ": the head is release " + std::to_string(found.value) + " by now");
}

// The packs whose nodes it changes; of a pack's import that pack alone.
absl::StatusOr<std::set<std::string>> PacksOf(const GraphReader& head, const std::string& pack,
                                              const ChangeSet& changes) {
  if (!pack.empty()) return std::set<std::string>{pack};
  std::set<std::string> packs;
  for (const NodeChange& change : changes) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr old, head.GetNode(MakeNodeId(change.kind, change.name)));
    if (change.node.has_value()) packs.insert(change.node->pack());
    if (old != nullptr) packs.insert(old->pack());
  }
  return packs;
}

storage::v1::ReleaseRecord NextRecord(const storage::v1::ReleaseRecord& parent,
                                      const PublishRequest& request,
                                      const std::set<std::string>& packs) {
  storage::v1::ReleaseRecord record;
  record.set_number(parent.number() + 1);
  record.set_parent(parent.number());
  record.set_label(request.label);
  record.set_publish_time_ns(std::max(request.now_ns, parent.publish_time_ns()));
  record.set_author(request.author);
  for (const std::string& reviewer : request.reviewers) record.add_reviewers(reviewer);
  for (const std::string& pack : packs) record.add_packs(pack);
  record.set_intent(request.intent);
  return record;
}

absl::Status SetDigests(const storage::v1::ReleaseRecord& parent, const Digest& content,
                        storage::v1::ReleaseRecord& record) {
  record.set_content_digest(std::string(content.view()));
  EVIDENT_ASSIGN_OR_RETURN(const Digest above, Digest::FromBytes(parent.release_digest()));
  EVIDENT_ASSIGN_OR_RETURN(const Digest digest, ReleaseDigest(above, record));
  record.set_release_digest(std::string(digest.view()));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<AttachedRow>> AttachedTo(const GraphReader& release,
                                                    const PublishRequest& request) {
  if (!request.attached) return std::vector<AttachedRow>();
  return request.attached(release);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReleaseManager>> ReleaseManager::Open(
    const GraphDatabaseOptions& options, size_t view_bytes_max) {
  EVIDENT_ASSIGN_OR_RETURN(std::unique_ptr<kv::Database> database, OpenGraphDatabase(options));
  std::unique_ptr<ReleaseManager> manager(
      new ReleaseManager(options.path, std::move(database), view_bytes_max));
  {
    MutexLock lock(manager->publish_mutex_);
    EVIDENT_RETURN_IF_ERROR(manager->LoadHead());
  }
  const storage::v1::ReleaseRecord head = manager->Head()->release();
  if (!options.read_only && head.number() > 0) {
    EVIDENT_RETURN_IF_ERROR(WriteHeadMark(options.path, head));
  }
  return manager;
}

absl::Status ReleaseManager::LoadHead() {
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord record, ReadNewestRelease(*database_));
  EVIDENT_ASSIGN_OR_RETURN(
      VerifiedGraph verified,
      ReadVerifiedGraph(*database_, record, NewerRows::kRefuse, view_bytes_max_));
  std::shared_ptr<const GraphReader> head = verified.graph;
  if (head == nullptr) head = std::make_shared<DirectReader>(*database_, record);
  EVIDENT_RETURN_IF_ERROR(CheckDerivedRows(*database_, *head, NewerRows::kRefuse));
  tree_ = ContentTree(std::move(verified.buckets));
  SetHead(std::move(head));
  return absl::OkStatus();
}

void ReleaseManager::SetHead(std::shared_ptr<const GraphReader> head) {
  const uint32_t number = head->release().number();
  head_.Set(std::move(head));
  signal_.Announce(number);
}

absl::StatusOr<storage::v1::ReleaseRecord> ReleaseManager::KnownOn(
    const storage::v1::ReleaseRecord& head, int64_t time_ns) const {
  if (head.number() > 0 && head.publish_time_ns() <= time_ns) return head;
  // Numbers have no gaps and times never go back.
  storage::v1::ReleaseRecord newest;
  uint32_t above = head.number();
  while (newest.number() + 1 < above) {
    const uint32_t middle = newest.number() + (above - newest.number()) / 2;
    EVIDENT_ASSIGN_OR_RETURN(storage::v1::ReleaseRecord record,
                             ReadRelease(*database_, ReleaseNumber(middle)));
    if (record.publish_time_ns() <= time_ns) {
      newest = std::move(record);
    } else {
      above = middle;
    }
  }
  if (newest.number() > 0) return newest;
  return MakeError(absl::StatusCode::kNotFound, "RELEASE_UNKNOWN",
                   "no release was known at that time");
}

absl::StatusOr<storage::v1::ReleaseRecord> ReleaseManager::Record(
    const ReleaseSelector& selector) const {
  const storage::v1::ReleaseRecord head = Head()->release();
  if (selector.number.has_value() && selector.number->value != head.number()) {
    return ReadRelease(*database_, *selector.number);
  }
  if (!selector.number.has_value() && selector.as_known_on_ns.has_value()) {
    return KnownOn(head, *selector.as_known_on_ns);
  }
  return head;
}

absl::StatusOr<std::shared_ptr<const GraphReader>> ReleaseManager::Pin(
    const ReleaseSelector& selector) const {
  const std::shared_ptr<const GraphReader> head = Head();
  EVIDENT_ASSIGN_OR_RETURN(storage::v1::ReleaseRecord record, Record(selector));
  if (record.number() == head->release().number()) return head;
  EVIDENT_RETURN_IF_ERROR(Prove(record));
  return std::make_shared<DirectReader>(*database_, std::move(record));
}

absl::Status ReleaseManager::Prove(const storage::v1::ReleaseRecord& old) const {
  MutexLock lock(proven_mutex_);
  if (proven_.count(old.number()) > 0) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const VerifiedGraph verified,
                           ReadVerifiedGraph(*database_, old, NewerRows::kSkip, view_bytes_max_));
  std::shared_ptr<const GraphReader> graph = verified.graph;
  if (graph == nullptr) graph = std::make_shared<DirectReader>(*database_, old);
  EVIDENT_RETURN_IF_ERROR(CheckDerivedRows(*database_, *graph, NewerRows::kSkip));
  proven_.insert(old.number());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<storage::v1::ReleaseRecord>> ReleaseManager::List(ReleaseNumber before,
                                                                             size_t most) const {
  const uint32_t head = Head()->release().number();
  uint32_t next = before.value == 0 || before.value > head ? head : before.value - 1;
  std::vector<storage::v1::ReleaseRecord> records;
  while (next > 0 && records.size() < most) {
    EVIDENT_ASSIGN_OR_RETURN(storage::v1::ReleaseRecord record,
                             ReadRelease(*database_, ReleaseNumber(next)));
    next = record.parent();
    records.push_back(std::move(record));
  }
  return records;
}

absl::Status ReleaseManager::VisitRecords(
    const std::function<bool(const storage::v1::ReleaseRecord&)>& visit) const {
  for (uint32_t number = Head()->release().number(); number > 0;) {
    EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord record,
                             ReadRelease(*database_, ReleaseNumber(number)));
    if (!visit(record)) return absl::OkStatus();
    number = record.parent();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<storage::v1::ReleaseRecord>> ReleaseManager::FindByIntent(
    const std::string& intent) const {
  std::optional<storage::v1::ReleaseRecord> found;
  if (intent.empty()) return found;
  // Asked on start for the few intents without an outcome, whose releases are the newest.
  EVIDENT_RETURN_IF_ERROR(VisitRecords([&](const storage::v1::ReleaseRecord& record) {
    if (record.intent() == intent) found = record;
    return !found.has_value();
  }));
  return found;
}

absl::StatusOr<ReleaseNumber> ReleaseManager::LastChange(const NodeId& id, ChangeOf what) const {
  const ReleaseNumber head(Head()->release().number());
  const std::string reviews = EdgePrefix(id, v1::EDGE_KIND_REVIEWED_BY);
  if (what == ChangeOf::kReviews) return NewestRelease(*database_, kOutFamily, head, reviews);
  if (what == ChangeOf::kSuccessors) {
    return NewestRelease(*database_, kInFamily, head, EdgePrefix(id, v1::EDGE_KIND_SUPERSEDES));
  }
  EVIDENT_ASSIGN_OR_RETURN(const ReleaseNumber record,
                           NewestRelease(*database_, kNodesFamily, head, NodeRow(id)));
  EVIDENT_ASSIGN_OR_RETURN(const ReleaseNumber edges,
                           NewestRelease(*database_, kOutFamily, head, EdgePrefix(id), reviews));
  return std::max(record, edges);
}

absl::StatusOr<std::vector<LinkSpan>> ReleaseManager::LinkHistory(const NodeId& id,
                                                                  v1::EdgeKind kind,
                                                                  bool incoming) const {
  const ReleaseNumber head(Head()->release().number());
  EVIDENT_ASSIGN_OR_RETURN(
      const std::vector<RowSpan> rows,
      RowSpans(*database_, incoming ? kInFamily : kOutFamily, head, EdgePrefix(id, kind)));
  std::vector<LinkSpan> spans;
  spans.reserve(rows.size());
  for (const RowSpan& row : rows) {
    EVIDENT_ASSIGN_OR_RETURN(const EdgeRowParts parts, ParseEdgeRow(row.row));
    spans.push_back({parts.far, row.from, row.until});
  }
  return spans;
}

absl::StatusOr<NodePtr> ReleaseManager::LastRecord(const NodeId& id) const {
  const ReleaseNumber head(Head()->release().number());
  const std::string row = NodeRow(id);
  EVIDENT_ASSIGN_OR_RETURN(const auto record, LastRecordOf(*database_, kNodesFamily, head, row));
  if (!record.has_value()) return NodePtr();
  return ParseNodeRow(row, *record);
}

absl::StatusOr<PublishResult> ReleaseManager::Publish(PublishRequest request) {
  MutexLock one_at_a_time(publish_mutex_);
  const std::shared_ptr<const GraphReader> head = Head();
  const storage::v1::ReleaseRecord& parent = head->release();
  if (request.expected_head.has_value() && request.expected_head->value != parent.number()) {
    return HeadMoved(*request.expected_head, ReleaseNumber(parent.number()));
  }
  if (request.pack.empty()) {
    EVIDENT_RETURN_IF_ERROR(CheckChangeSet(*head, request.changes));
  } else {
    EVIDENT_ASSIGN_OR_RETURN(request.changes, PackChanges(*head, request.pack, request.draft));
  }
  EVIDENT_ASSIGN_OR_RETURN(const ReleasePlan plan, PlanRelease(*database_, parent, tree_.buckets(),
                                                               std::move(request.changes)));
  const ReleaseWriter writer(plan.before, plan.after, tree_);
  PublishResult result;
  result.release = parent;
  result.nodes_changed = writer.changes().nodes.size();
  result.edges_changed = writer.changes().out.size();
  result.unchanged = writer.changes().empty();
  if (result.unchanged) return result;

  EVIDENT_ASSIGN_OR_RETURN(const auto packs, PacksOf(*head, request.pack, plan.changes));
  storage::v1::ReleaseRecord record = NextRecord(parent, request, packs);
  record.set_nodes(parent.nodes() + plan.after.nodes.size() - plan.before.nodes.size());
  record.set_edges(parent.edges() + plan.after.out.size() - plan.before.out.size());
  EVIDENT_RETURN_IF_ERROR(SetDigests(parent, writer.content_digest(), record));
  // Made before it is written: a release that could not be served must not become the head.
  EVIDENT_ASSIGN_OR_RETURN(const auto next, PlannedGraph(head, plan, record));
  EVIDENT_RETURN_IF_ERROR(CheckChanges(*head, *next, plan.changes));
  if (request.validate_only) return result;
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<AttachedRow> attached, AttachedTo(*next, request));
  EVIDENT_RETURN_IF_ERROR(writer.Write(*database_, record, kBatchRowsMax, attached));
  tree_.Set(writer.buckets());
  result.release = record;
  Follow(std::move(record), next, view_bytes() > 0);
  return result;
}

absl::StatusOr<BulkRelease> ReleaseManager::PrepareBulk(const BulkGraph& graph,
                                                        std::optional<ReleaseNumber> expected_head,
                                                        const CheckAlive& alive) const {
  const std::shared_ptr<const GraphReader> head = Head();
  BulkRelease bulk;
  bulk.pack = graph.pack;
  bulk.head = ReleaseNumber(head->release().number());
  if (expected_head.has_value() && *expected_head != bulk.head) {
    return HeadMoved(*expected_head, bulk.head);
  }
  EVIDENT_ASSIGN_OR_RETURN(BulkRows rows, MergeBulk(*head, graph, alive));
  bulk.rows = std::make_unique<const BulkRows>(std::move(rows));
  EVIDENT_RETURN_IF_ERROR(alive());
  EVIDENT_RETURN_IF_ERROR(CheckWhole(*bulk.rows->graph));
  EVIDENT_ASSIGN_OR_RETURN(BulkWriter writer,
                           BulkWriter::Compare(*database_, head->release(), *bulk.rows, alive));
  bulk.writer = std::make_unique<const BulkWriter>(std::move(writer));
  return bulk;
}

absl::StatusOr<PublishResult> ReleaseManager::PublishBulk(const BulkRelease& bulk,
                                                          const PublishRequest& request,
                                                          const CheckAlive& alive) {
  MutexLock one_at_a_time(publish_mutex_);
  const storage::v1::ReleaseRecord parent = Head()->release();
  if (bulk.head.value != parent.number()) {
    return HeadMoved(bulk.head, ReleaseNumber(parent.number()));
  }
  PublishResult result;
  result.release = parent;
  result.nodes_changed = bulk.writer->nodes_changed();
  result.edges_changed = bulk.writer->edges_changed();
  result.unchanged = bulk.writer->empty();
  if (result.unchanged) return result;
  storage::v1::ReleaseRecord record = NextRecord(parent, request, {bulk.pack});
  record.set_nodes(bulk.rows->graph->node_count());
  record.set_edges(bulk.rows->graph->edge_count());
  ContentTree tree(bulk.rows->buckets);
  EVIDENT_RETURN_IF_ERROR(SetDigests(parent, tree.root(), record));
  if (request.validate_only) return result;
  const std::shared_ptr<const MemoryGraph> graph = bulk.rows->graph->AsRelease(record);
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<AttachedRow> attached, AttachedTo(*graph, request));
  EVIDENT_RETURN_IF_ERROR(bulk.writer->Write(*database_, record, tree_.buckets(), attached, alive));
  tree_ = std::move(tree);
  result.release = record;
  Follow(std::move(record), graph, graph->memory_bytes() <= view_bytes_max_);
  return result;
}

void ReleaseManager::Follow(storage::v1::ReleaseRecord record,
                            std::shared_ptr<const GraphReader> graph, bool fits) {
  if (const absl::Status marked = WriteHeadMark(path_, record); !marked.ok()) {
    // The release stands all the same; the next start writes the mark.
    Log(LogLevel::kWarning, "head mark not written", {{"error", marked.ToString()}});
  }
  if (fits) {
    SetHead(std::move(graph));
  } else {
    SetHead(std::make_shared<DirectReader>(*database_, std::move(record)));
  }
}

absl::StatusOr<storage::v1::ReleaseRecord> ReleaseManager::CopyTo(const std::string& folder) {
  MutexLock no_publish(publish_mutex_);
  EVIDENT_RETURN_IF_ERROR(database_->Checkpoint(folder));
  storage::v1::ReleaseRecord head = Head()->release();
  if (head.number() > 0) EVIDENT_RETURN_IF_ERROR(WriteHeadMark(folder, head));
  return head;
}

absl::Status ReleaseManager::Close() {
  head_.Stop();
  return database_->Close();
}

}  // namespace evident::graph
