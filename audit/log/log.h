// The audit log: append-only, Merkle-hashed, sealed, guarded. Nothing that a caller was answered
// from exists only in memory.
//
//   Append seals on the caller's thread and queues. One committer takes whatever is queued, assigns
//   indexes and times, extends the tree, signs the checkpoint, writes all of it in one synced
//   batch, then the guard, and only then lets the completions run, on threads of their own. A
//   failed write, sync or guard ends all appending until the log is opened again: every waiter is
//   told UNAVAILABLE.
#ifndef EVIDENT_AUDIT_LOG_LOG_H_
#define EVIDENT_AUDIT_LOG_LOG_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "audit/log/entry_draft.h"
#include "audit/log/follower.h"
#include "audit/log/guard.h"
#include "audit/log/key_ring.h"
#include "audit/log/key_rotations.h"
#include "audit/log/sealer.h"
#include "audit/log/store.h"
#include "audit/log/stored_tree.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/log_keys.h"
#include "audit/proof/note.h"
#include "base/clock.h"
#include "base/growth_signal.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/worker_pool.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {

// What crash tests break on purpose, to see that the checks turn red. All false in production.
struct Mutants {
  bool no_sync = false;
  bool release_before_sync = false;
  bool guard_before_database = false;
  bool skip_tree_update = false;
};

// The log that this one goes on from, after a restore that was declared.
struct Predecessor {
  std::string checkpoint;  // the last one that is known of it: a signed note
  LogKeys keys;            // of that log
};

struct LogOptions {
  std::string path;        // the log's database
  std::string keys_path;   // the wrapped keys' database
  std::string guard_path;  // best on another volume
  LogId id;
  std::string signer_key;           // as NoteSigner reads it; its name must be id.Origin()
  std::string previous_signer_key;  // what `signer_key` may take over from; empty: from none
  std::optional<Predecessor>
      restored_from;                // an earlier incarnation; for later ones than the first
  std::string key_encryption_key;   // 32 bytes
  uint64_t disk_reserve_bytes = 0;  // below so much free space nothing is appended
  Clock* clock = &Clock::System();
  Random* random = &Random::System();
  std::function<void(const absl::Status&)> on_read_only;   // told once; must not block
  std::shared_ptr<kv::FaultFileSystem> fault_file_system;  // tests only
  std::function<int(int fd)> guard_sync;                   // tests only
  bool stepped = false;  // tests only: entries are committed by CommitNext, and all is done there
  kv::WalRecovery wal_recovery = kv::WalRecovery::kTolerateTornTail;
  Mutants mutants;
};

// Thread safe.
class Log {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<Committed>)>;

  // Opens the log, or begins it where neither database nor guard exists: its entry 0 then names its
  // verifier key; in a later incarnation entry 0 cites the checkpoint that it goes on from, and
  // entry 1 names the key. Where the log names `previous_signer_key`, an entry names the new key,
  // and a checkpoint of the log up to there is signed by the previous one.
  // FAILED_PRECONDITION: LOG_MISMATCH (another log's name or incarnation), SIGNER_MISMATCH (neither
  // the key that this log names, nor one that takes over from it), INCARNATION_UNDECLARED (a log
  // begins as its first incarnation; later ones need `restored_from`), RESTORE_MISMATCH
  // (`restored_from` is no earlier incarnation, or not the one that the log goes on from),
  // LOG_MISSING (neither database nor guard, but keys of bodies: there was a log, and its origin
  // must not sign another history). DATA_LOSS: LOG_BEHIND_GUARD, LOG_FORKED (another root at the
  // guard's size), LOG_CORRUPT (the root is not the newest checkpoint's), KEY_MISSING (of the first
  // or last body, or the one made last, and no erasure names it), GUARD_INVALID. NOT_FOUND:
  // GUARD_MISSING. kv's and KeyRing's errors.
  static absl::StatusOr<std::unique_ptr<Log>> Open(LogOptions options);
  ~Log();

  // Takes the entry; `done` runs exactly once, on a thread of the log's. UNAVAILABLE:
  // LOG_READ_ONLY, DISK_RESERVE, LOG_CLOSED, SUBJECT_ERASED (while it was on its way).
  // RESOURCE_EXHAUSTED: APPEND_QUEUE_FULL (kAppendQueueMax entries whose `done` has not run).
  // FAILED_PRECONDITION: INTENT_NOT_OPEN, for an outcome or pruning, or another outcome came first;
  // PRUNING_MISPLACED, for one that ends before an earlier one or past the log. DATA_LOSS:
  // KEY_CORRUPT. SealEntry's errors. Waits for the disk only when a body key is made.
  void Append(EntryDraft draft, Done done);

  // The same, and waits. Not from `done`.
  absl::StatusOr<Committed> AppendAndWait(EntryDraft draft);

  // Of a stepped log: commits up to `most` entries of those that are queued, on this thread, and
  // runs what waits for them. How many it took.
  size_t CommitNext(size_t most);

  // What was released: entries below this size are durable and stay.
  uint64_t Size() const;
  std::string LatestCheckpoint() const;

  // OUT_OF_RANGE (ENTRY_UNKNOWN) at or past Size(). DATA_LOSS.
  absl::StatusOr<std::string> ReadLeaf(EntryIndex index) const;
  // NOT_FOUND (BODY_PRUNED) naming the entry that says that it was removed.
  absl::StatusOr<std::string> ReadEnvelope(EntryIndex index) const;

  // The leaf, decoded. ReadLeaf's errors; DATA_LOSS.
  absl::StatusOr<Leaf> LeafAt(EntryIndex index) const;

  // Index of the oldest entry that has its body.
  absl::StatusOr<uint64_t> FirstBody() const;

  // The body, opened. ReadEnvelope's errors; NOT_FOUND (KEY_ERASED), where an entry says that its
  // key was destroyed; DATA_LOSS (KEY_MISSING), where none does; OpenBody's.
  absl::StatusOr<storage::v1::SealedBody> OpenEntry(EntryIndex index) const;
  // The same, of what ReadEnvelope gave.
  absl::StatusOr<storage::v1::SealedBody> OpenEnvelope(EntryIndex index,
                                                       const std::string& envelope) const;

  // OUT_OF_RANGE (PROOF_RANGE) beyond what was released.
  absl::StatusOr<std::vector<Digest>> ProveInclusion(uint64_t index, uint64_t size) const;
  absl::StatusOr<std::vector<Digest>> ProveConsistency(uint64_t first, uint64_t second) const;

  // The leaves from `begin` to before `end`. OUT_OF_RANGE (ENTRY_UNKNOWN); DATA_LOSS.
  absl::StatusOr<std::vector<std::string>> ReadLeaves(uint64_t begin, uint64_t end) const;

  // The stored signed checkpoint of exactly this size, or of the largest size at most that; empty
  // when none was kept.
  absl::StatusOr<std::string> CheckpointAt(uint64_t size) const;
  absl::StatusOr<std::string> CheckpointAtMost(uint64_t size) const;

  // The first entry that was committed at or after `time_ns`; Size() when there is none.
  absl::StatusOr<uint64_t> FindTime(int64_t time_ns) const;

  // The newest entry whose body bears this request mark, 32 bytes; nullopt when there is none, or
  // when it was let go of after kRequestIdHours. DATA_LOSS.
  absl::StatusOr<std::optional<EntryIndex>> FindRequest(const std::string& mark) const;

  // The receipt of an entry, whose body is `sealed`, proven at the newest checkpoint. ReadLeaf's
  // and BuildReceipt's errors.
  absl::StatusOr<std::string> ReceiptOf(EntryIndex index,
                                        const storage::v1::SealedBody& sealed) const;

  // Intents whose outcome is not in the log, oldest first.
  absl::StatusOr<std::vector<EntryIndex>> OpenIntents() const;

  // Whether an entry says that this key was destroyed.
  absl::StatusOr<bool> SaysErased(const KeyId& id) const;

  // Gives back the space of bodies that were removed: when it returns, they are in no file of the
  // log. kv's errors.
  absl::Status ScrubPruned();

  // The keys of bodies.
  KeyRing& keys() const { return *keys_; }

  // A keyed hash, 32 bytes, that only who has the keys can make: for indexes of sealed text.
  std::string HashForIndex(std::string_view text) const { return keys_->HashForIndex(text); }

  // One at a time; null: none. The earlier one may be called for a moment more, and is let go of
  // then.
  void SetFollower(std::shared_ptr<Follower> follower);

  // Tells of Size() as it grows, after the entries can be read. To be closed by whoever closes what
  // waits for it.
  GrowthSignal& growth() const { return growth_; }

  // Why nothing is appended; empty while entries are taken.
  std::string ReadOnlyReason() const;

  const LogId& id() const { return options_.id; }
  const NoteVerifier& verifier() const { return signer_.verifier(); }

  // That one and those that signed before it, and how each gave way to the next.
  const LogKeys& verifier_keys() const { return verifier_keys_; }
  const std::vector<KeyRotation>& rotations() const { return rotations_; }
  absl::StatusOr<uint64_t> FreeBytes() const { return kv::FreeBytes(options_.path); }

  // Commits what is queued, waits for every `done`, writes the guard, closes. Idempotent. Not from
  // `done`, nor while others read.
  absl::Status Close();

 private:
  struct Pending {
    SealedEntry entry;
    Done done;
    std::string leaf;       // encoded, once it has its time
    bool admitted = false;  // counted in admitted_
  };
  using Batch = std::vector<Pending>;

  Log(LogOptions options, NoteSigner signer)
      : options_(std::move(options)),
        signer_(std::move(signer)),
        verifier_keys_(signer_.verifier()) {}

  // log_open.cc
  absl::Status OpenParts();
  absl::Status OpenKeys(bool begins);
  absl::StatusOr<std::unique_ptr<Guard>> OpenGuard(uint64_t size);
  absl::Status CheckOrigin();
  absl::Status ReadPredecessor();
  absl::Status CheckPredecessor(uint64_t size) const;
  absl::Status CheckSigner();
  absl::Status CheckTree(uint64_t size);
  absl::Status CheckGuard();
  absl::Status CheckKeys(uint64_t size) const;
  absl::Status Begin(uint64_t size);
  absl::Status RecordPredecessor();
  absl::Status RecordKey(const std::string& effect);

  // log_prune.cc
  absl::Status CheckPruned();
  absl::Status CheckPruning(const PruningDetail& pruning);

  // log_append.cc
  absl::Status Admit();
  absl::Status CheckIntent(const LeafDetail& detail) const;
  absl::StatusOr<SealedEntry> Seal(EntryDraft draft);
  absl::StatusOr<Committed> Receive(Pending& pending, uint64_t index, uint64_t size,
                                    const std::string& checkpoint) const;
  void Complete(std::function<void()> task) const;
  void Tell(Pending& pending, absl::StatusOr<Committed> result);
  void FailBatch(Batch batch, const absl::Status& status);

  // log_commit.cc
  void CommitLoop();
  Batch TakeBatch(size_t most);
  void CommitStepped();
  absl::Status ReadOnlyStatus() const;
  void RefuseMisplaced(Batch& batch);
  absl::Status CheckPlace(const SealedEntry& entry, std::set<uint64_t>& decided);
  void CommitBatch(Batch batch);
  absl::Status FillBatch(Batch& batch, uint64_t first, kv::WriteBatch& writes);
  absl::Status ForgetMarks(size_t most, kv::WriteBatch& writes) const;
  absl::StatusOr<std::string> SignCheckpointOf(uint64_t first, uint64_t size,
                                               kv::WriteBatch& writes);
  absl::Status HandOver(const Checkpoint& checkpoint, kv::WriteBatch& writes);
  absl::Status MakeDurable(const kv::WriteBatch& writes, const std::string& checkpoint);
  void Release(Batch batch, uint64_t first, const std::string& checkpoint);
  void GoReadOnly(const absl::Status& status);
  absl::Status CheckReserve() const;

  std::shared_ptr<Follower> TheFollower() const;
  absl::Status CheckReleased(EntryIndex index) const;
  absl::StatusOr<std::string> FindBodyKey(const std::string& envelope) const;
  absl::StatusOr<std::string> FindKey(const KeyId& id) const;

  const LogOptions options_;
  const NoteSigner signer_;
  // Set by Open. The one that still is to give way, while it does; no other entry is taken then.
  std::optional<NoteSigner> gives_way_;
  LogKeys verifier_keys_;
  std::vector<KeyRotation> rotations_;
  std::optional<Checkpoint> predecessor_;
  std::unique_ptr<kv::Database> store_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<Guard> guard_;

  std::unique_ptr<StoredTree> tree_;

  mutable Mutex mutex_;
  CondVar queued_;
  CondVar told_;
  std::deque<Pending> queue_ EVIDENT_GUARDED_BY(mutex_);
  bool closing_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool closed_ EVIDENT_GUARDED_BY(mutex_) = false;
  absl::Status read_only_ EVIDENT_GUARDED_BY(mutex_);
  size_t admitted_ EVIDENT_GUARDED_BY(mutex_) = 0;  // entries whose `done` has not run
  uint64_t size_ EVIDENT_GUARDED_BY(mutex_) = 0;
  std::string checkpoint_ EVIDENT_GUARDED_BY(mutex_);

  mutable Mutex follower_mutex_;
  std::shared_ptr<Follower> follower_ EVIDENT_GUARDED_BY(follower_mutex_);

  mutable GrowthSignal growth_;

  // The committer's own.
  int64_t last_time_ns_ = 0;
  std::set<KeyId> erased_;   // keys that entries of this process say are destroyed
  uint64_t first_body_ = 0;  // once the entries that are on their way are durable

  std::unique_ptr<WorkerPool> completions_;  // null: stepped
  std::thread committer_;
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_LOG_H_
