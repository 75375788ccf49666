// Releases of the knowledge: publishing them, and pinning one to read.
#ifndef EVIDENT_GRAPH_RELEASE_RELEASE_MANAGER_H_
#define EVIDENT_GRAPH_RELEASE_RELEASE_MANAGER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/growth_signal.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/mutex.h"
#include "graph/model/bulk_graph.h"
#include "graph/model/change_set.h"
#include "graph/model/content_tree.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"
#include "graph/release/draft_store.h"
#include "graph/release/head_view.h"
#include "graph/storage/bulk_writer.h"
#include "graph/storage/graph_database.h"
#include "graph/storage/release_writer.h"

namespace evident::graph {

// Which release to read: the one of this number, else the one known then, else the head.
struct ReleaseSelector {
  std::optional<ReleaseNumber> number;
  std::optional<int64_t> as_known_on_ns;  // the newest that was published at or before this time
};

// A change to publish: everything that one pack owns from now on, or single nodes.
struct PublishRequest {
  std::string pack;  // empty: `changes` say what differs
  GraphDraft draft;
  ChangeSet changes;
  std::string label;
  std::string author;
  std::vector<std::string> reviewers;
  std::string intent;  // name of the audit entry that announced it
  int64_t now_ns = 0;
  std::optional<ReleaseNumber> expected_head;
  bool validate_only = false;
  // Rows that become durable with the release, which it is given, and only with it; an error ends
  // the publish, with nothing written. Not asked when nothing is published.
  std::function<absl::StatusOr<std::vector<AttachedRow>>(const GraphReader&)> attached = nullptr;
};

struct PublishResult {
  storage::v1::ReleaseRecord release;  // the new one; the head when nothing was published
  bool unchanged = false;              // nothing differs: nothing was published
  uint64_t nodes_changed = 0;          // added, changed or removed
  uint64_t edges_changed = 0;
};

// A pack as a bulk graph, found to be sound on a head; nothing has changed yet.
struct BulkRelease {
  std::string pack;
  ReleaseNumber head{0};
  std::unique_ptr<const BulkRows> rows;
  std::unique_ptr<const BulkWriter> writer;  // of `rows`
};

// One stretch of releases in which an edge was there.
struct LinkSpan {
  NodeId other;  // the node at its other end
  ReleaseNumber from;
  std::optional<ReleaseNumber> until;  // the first without it; nullopt: the head has it
};

// Thread safe. One process owns the database.
class ReleaseManager {
 public:
  // Opens the database, checks every row of its head and compiles it; where it would take more than
  // about `view_bytes_max` in memory it is read from the disk instead. The errors of
  // OpenGraphDatabase, ReadVerifiedGraph, CheckDerivedRows and WriteHeadMark.
  static absl::StatusOr<std::unique_ptr<ReleaseManager>> Open(
      const GraphDatabaseOptions& options, size_t view_bytes_max = kViewBytesDefault);

  // The head. Never null: before the first release it is an empty graph of release 0. A release
  // that is held stays readable as it is; one that is read from the disk must be gone before Close.
  std::shared_ptr<const GraphReader> Head() const { return head_.Get(); }

  // Bytes of memory that the compiled head takes, about; 0 when it is read from the disk.
  size_t view_bytes() const { return head_.memory_bytes(); }

  // Waits until the head is compiled as far as it will be. For tests and benchmarks.
  void WaitUntilSettled() { head_.WaitUntilSettled(); }

  // The release that the selector names; it stays readable for as long as the pointer is held.
  // NOT_FOUND (RELEASE_UNKNOWN): no such release, or none known at that time. An older release is
  // proven against its digests when it is first asked for, which reads all of it: the errors of
  // ReadVerifiedGraph and CheckDerivedRows.
  absl::StatusOr<std::shared_ptr<const GraphReader>> Pin(const ReleaseSelector& selector) const;

  // The record of the release that the selector names, number 0 before the first one; nothing of
  // its rows is looked at. NOT_FOUND (RELEASE_UNKNOWN). ReadRelease's errors.
  absl::StatusOr<storage::v1::ReleaseRecord> Record(const ReleaseSelector& selector) const;

  // Records of at most `most` releases below `before` (0: from the head), newest first.
  absl::StatusOr<std::vector<storage::v1::ReleaseRecord>> List(ReleaseNumber before,
                                                               size_t most) const;

  // Replaces what the pack owns, or the nodes of the changes, and publishes a release, or checks
  // whether that would do; where nothing differs it publishes nothing. ABORTED (HEAD_MOVED).
  // INVALID_ARGUMENT: GRAPH_INVALID with every violation of PackChanges or CheckChangeSet,
  // BuildRows or CheckChanges, RECORD_NOT_CANONICAL for a label, author, reviewer or intent that
  // cannot be stored. DATA_LOSS naming the key when rows of the head in the buckets that it touches
  // are damaged. Costs what the change and its surroundings cost, not the whole head.
  // ReleaseWriter's errors. After an error the head is what it was; after RELEASE_UNCERTAIN the
  // release may stand all the same once the database is opened again, and FindByIntent then tells.
  absl::StatusOr<PublishResult> Publish(PublishRequest request);

  // Works out and checks what replacing the pack by the bulk graph makes of the head, in flat
  // arrays, for graphs of up to millions of edges. ABORTED (HEAD_MOVED) when the head is another
  // than the expected one. The errors of MergeBulk and CheckWhole (bulk_merge.h), of
  // BulkWriter::Compare; `alive`'s.
  absl::StatusOr<BulkRelease> PrepareBulk(const BulkGraph& graph,
                                          std::optional<ReleaseNumber> expected_head,
                                          const CheckAlive& alive) const;

  // Publishes it as one ingestion; of `request` the label, author, reviewers, intent, time,
  // attached rows and validate_only count. ABORTED (HEAD_MOVED) when the head is another than the
  // one that it was prepared for. Otherwise as Publish.
  absl::StatusOr<PublishResult> PublishBulk(const BulkRelease& bulk, const PublishRequest& request,
                                            const CheckAlive& alive);

  // Gives `visit` the record of one release after another, newest first, until it returns false.
  // ReadRelease's errors.
  absl::Status VisitRecords(
      const std::function<bool(const storage::v1::ReleaseRecord&)>& visit) const;

  // The release that this audit entry announced; nullopt when there is none. Reads one record after
  // another from the head on.
  absl::StatusOr<std::optional<storage::v1::ReleaseRecord>> FindByIntent(
      const std::string& intent) const;

  // The newest release, up to the head, that changed what the node says (its record, or an edge
  // that leaves it but for its reviews), who reviewed it, or what supersedes it; 0 when none did.
  // DATA_LOSS naming the key; kv's errors. Reads all versions of the rows in question.
  enum class ChangeOf { kContent, kReviews, kSuccessors };
  absl::StatusOr<ReleaseNumber> LastChange(const NodeId& id, ChangeOf what) const;

  // When edges of this kind led to the node (`incoming`), or left it, over all releases up to the
  // head: a span for each stretch in which one was there unchanged. Nothing is proven against
  // digests. DATA_LOSS naming the key; kv's errors.
  absl::StatusOr<std::vector<LinkSpan>> LinkHistory(const NodeId& id, v1::EdgeKind kind,
                                                    bool incoming) const;

  // The newest record that a release up to the head has of the node, even if it is gone since; null
  // when none has. The same errors.
  absl::StatusOr<NodePtr> LastRecord(const NodeId& id) const;

  // Copies the database as it is now into `folder`, which must not exist, with its head mark; the
  // record of the newest release in it. Publishes wait for it, reads do not. kv's errors, and
  // WriteHeadMark's; what was begun may be left.
  absl::StatusOr<storage::v1::ReleaseRecord> CopyTo(const std::string& folder);

  // What nobody has published yet, and what else is kept beside releases.
  DraftStore& drafts() { return drafts_; }
  const DraftStore& drafts() const { return drafts_; }

  const std::string& database_id() const { return database_->id(); }
  const std::string& path() const { return path_; }

  // Told of each release once it is the head.
  GrowthSignal& signal() const { return signal_; }

  // Idempotent. Readers that are pinned to old releases must be gone.
  absl::Status Close();

 private:
  ReleaseManager(std::string path, std::unique_ptr<kv::Database> database, size_t view_bytes_max)
      : path_(std::move(path)),
        database_(std::move(database)),
        view_bytes_max_(view_bytes_max),
        drafts_(*database_) {}

  absl::Status LoadHead() EVIDENT_REQUIRES(publish_mutex_);
  void SetHead(std::shared_ptr<const GraphReader> head);
  // Makes what was written the head.
  void Follow(storage::v1::ReleaseRecord record, std::shared_ptr<const GraphReader> graph,
              bool fits);
  absl::Status Prove(const storage::v1::ReleaseRecord& old) const;
  absl::StatusOr<storage::v1::ReleaseRecord> KnownOn(const storage::v1::ReleaseRecord& head,
                                                     int64_t time_ns) const;

  const std::string path_;
  const std::unique_ptr<kv::Database> database_;
  const size_t view_bytes_max_;
  DraftStore drafts_;
  mutable GrowthSignal signal_;
  Mutex publish_mutex_;                                  // one publish at a time
  ContentTree tree_ EVIDENT_GUARDED_BY(publish_mutex_);  // of the head
  mutable Mutex proven_mutex_;                           // held while one is proven; others wait
  mutable std::set<uint32_t> proven_ EVIDENT_GUARDED_BY(proven_mutex_);  // older releases
  HeadView head_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_RELEASE_MANAGER_H_
