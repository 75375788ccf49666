#include <algorithm>
#include <filesystem>

#include "audit/log/log.h"
#include "audit/proof/merkle.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr size_t kCompletionThreads = 2;

absl::Status Refuse(absl::StatusCode code, const char* reason, const std::string& path,
                    const std::string& why) {
  return MakeError(code, reason, "opening the audit log " + path + ": " + why);
}

bool HasGuard(const LogOptions& options) {
  std::error_code ignored;
  return std::filesystem::exists(options.guard_path, ignored);
}

// A log begins only where nothing of one is left: a lost database beside its guard is a loss, not a
// beginning.
bool IsFresh(const LogOptions& options) {
  std::error_code ignored;
  return !HasGuard(options) && !std::filesystem::exists(options.path + "/CURRENT", ignored);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Log>> Log::Open(LogOptions options) {
  EVIDENT_ASSIGN_OR_RETURN(NoteSigner signer, NoteSigner::Parse(options.signer_key));
  if (!IsValidLogName(options.id.name) || signer.verifier().name() != options.id.Origin()) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "SIGNER_MISMATCH", options.path,
                  "the signer key is that of '" + signer.verifier().name() + "', not of '" +
                      options.id.Origin() + "'");
  }
  std::unique_ptr<Log> log(new Log(std::move(options), std::move(signer)));
  EVIDENT_RETURN_IF_ERROR(log->ReadPredecessor());
  EVIDENT_RETURN_IF_ERROR(log->OpenParts());
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t size, ReadSize(*log->store_));
  EVIDENT_RETURN_IF_ERROR(log->CheckPredecessor(size));
  if (size > log->id().FirstKeyEntry().value) EVIDENT_RETURN_IF_ERROR(log->CheckSigner());
  EVIDENT_RETURN_IF_ERROR(log->CheckTree(size));
  EVIDENT_ASSIGN_OR_RETURN(log->guard_, log->OpenGuard(size));
  EVIDENT_RETURN_IF_ERROR(log->CheckGuard());
  EVIDENT_RETURN_IF_ERROR(log->CheckPruned());
  if (size > 0) EVIDENT_RETURN_IF_ERROR(log->CheckKeys(size));
  if (!log->options_.stepped) {
    log->completions_ = std::make_unique<WorkerPool>("audit-done", kCompletionThreads, SIZE_MAX);
    log->committer_ = std::thread([raw = log.get()] { raw->CommitLoop(); });
  }
  EVIDENT_RETURN_IF_ERROR(log->Begin(size));
  return log;
}

// What an opened log writes before anybody else does.
absl::Status Log::Begin(uint64_t size) {
  if (size == 0 && predecessor_.has_value()) EVIDENT_RETURN_IF_ERROR(RecordPredecessor());
  if (size <= id().FirstKeyEntry().value) {
    EVIDENT_RETURN_IF_ERROR(RecordKey("the log begins; its verifier key is "));
  }
  if (gives_way_.has_value()) {
    EVIDENT_RETURN_IF_ERROR(RecordKey("the log's key is replaced; its verifier key is now "));
    gives_way_.reset();
    EVIDENT_ASSIGN_OR_RETURN(rotations_, ReadRotations(*store_));
  }
  return keys_->TakeOver(id().Origin());
}

absl::Status Log::ReadPredecessor() {
  const std::optional<Predecessor>& from = options_.restored_from;
  if (!from.has_value()) return absl::OkStatus();
  const auto checkpoint = OpenCheckpoint(from->checkpoint, from->keys);
  if (!checkpoint.ok()) {
    return Annotate(checkpoint.status(), "the checkpoint that " + id().Origin() + " goes on from");
  }
  EVIDENT_ASSIGN_OR_RETURN(const LogId before, ParseOrigin(checkpoint->origin));
  if (before.name != id().name || before.incarnation >= id().incarnation) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "RESTORE_MISMATCH", options_.path,
                  "'" + id().Origin() + "' cannot go on from '" + checkpoint->origin + "'");
  }
  predecessor_ = *checkpoint;
  return absl::OkStatus();
}

// A later incarnation begins only where it is declared; and what it was declared to go on from is
// what it says that it goes on from.
absl::Status Log::CheckPredecessor(uint64_t size) const {
  if (size == 0 && id().incarnation != 1 && !predecessor_.has_value()) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "INCARNATION_UNDECLARED", options_.path,
                  "a log begins as incarnation 1, not " + std::to_string(id().incarnation) +
                      ", unless it is told what it goes on from");
  }
  if (size == 0 || !predecessor_.has_value()) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const Leaf leaf, ReadStoredLeaf(*store_, EntryIndex(0)));
  const auto* const from = std::get_if<IncarnationDetail>(&leaf.detail);
  if (from != nullptr && *from == IncarnationDetail{predecessor_->size, predecessor_->root}) {
    return absl::OkStatus();
  }
  return Refuse(absl::StatusCode::kFailedPrecondition, "RESTORE_MISMATCH", options_.path,
                "its first entry does not cite the checkpoint of " + predecessor_->origin +
                    " of size " + std::to_string(predecessor_->size));
}

absl::Status Log::OpenParts() {
  const bool fresh = IsFresh(options_);
  StoreOptions store;
  store.path = options_.path;
  // Without a guard nothing was ever answered from: a first start may have been cut off anywhere.
  store.create = !HasGuard(options_);
  store.wal_recovery = options_.wal_recovery;
  store.fault_file_system = options_.fault_file_system;
  if (fresh) EVIDENT_RETURN_IF_ERROR(CheckPredecessor(0));
  // The keys first, so that a log that must not begin leaves no trace.
  if (fresh) EVIDENT_RETURN_IF_ERROR(OpenKeys(true));
  EVIDENT_ASSIGN_OR_RETURN(store_, OpenStore(store));
  EVIDENT_RETURN_IF_ERROR(CheckOrigin());
  if (fresh) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t size, ReadSize(*store_));
  return OpenKeys(size == 0 && !HasGuard(options_));
}

// `begins`: neither an entry nor a guard is there. Then no body's key can be either, since the
// first one is made after the guard.
absl::Status Log::OpenKeys(bool begins) {
  KeyRingOptions keys;
  keys.path = options_.keys_path;
  keys.origin = options_.id.Origin();
  keys.create = begins;
  keys.take_over = predecessor_.has_value();
  keys.key_encryption_key = options_.key_encryption_key;
  keys.random = options_.random;
  keys.fault_file_system = options_.fault_file_system;
  EVIDENT_ASSIGN_OR_RETURN(keys_, KeyRing::Open(keys));
  if (!begins) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const bool used, keys_->HasBodyKeys());
  if (!used || keys_->origin() != id().Origin()) return absl::OkStatus();
  return Refuse(absl::StatusCode::kFailedPrecondition, "LOG_MISSING", options_.path,
                "the log and its guard are gone, but " + options_.keys_path +
                    " has keys of its bodies: it cannot begin again as " + options_.id.Origin());
}

absl::StatusOr<std::unique_ptr<Guard>> Log::OpenGuard(uint64_t size) {
  GuardOptions guard;
  guard.sync = options_.guard_sync;
  guard.on_failed = [this](const absl::Status& status) { GoReadOnly(status); };
  return size == 0 && !HasGuard(options_) ? Guard::Create(options_.guard_path, std::move(guard))
                                          : Guard::Open(options_.guard_path, std::move(guard));
}

absl::Status Log::CheckOrigin() {
  EVIDENT_ASSIGN_OR_RETURN(const auto origin, store_->Get(kStoreDefault, kOriginKey));
  if (!origin.has_value()) {
    EVIDENT_ASSIGN_OR_RETURN(const uint64_t size, ReadSize(*store_));
    if (size > 0) {
      return Refuse(absl::StatusCode::kDataLoss, "LOG_CORRUPT", options_.path,
                    "its origin is gone");
    }
    kv::WriteBatch batch;
    batch.Put(kStoreDefault, kOriginKey, options_.id.Origin());
    return store_->Write(batch, kv::Durability::kSync);
  }
  if (*origin == options_.id.Origin()) return absl::OkStatus();
  return Refuse(absl::StatusCode::kFailedPrecondition, "LOG_MISMATCH", options_.path,
                "it is the log '" + *origin + "', not '" + options_.id.Origin() + "'");
}

// Said here rather than by a signature that does not verify.
absl::Status Log::CheckSigner() {
  EVIDENT_ASSIGN_OR_RETURN(rotations_, ReadRotations(*store_));
  const EntryIndex named = rotations_.empty() ? id().FirstKeyEntry() : rotations_.back().entry;
  if (CheckNamesKey(*store_, named, verifier()).ok()) {
    EVIDENT_ASSIGN_OR_RETURN(verifier_keys_, KeysOf(rotations_, verifier()));
    return absl::OkStatus();
  }
  if (!options_.previous_signer_key.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(NoteSigner previous, NoteSigner::Parse(options_.previous_signer_key));
    EVIDENT_ASSIGN_OR_RETURN(LogKeys keys, KeysOf(rotations_, previous.verifier()));
    // A key that gave way does not come back.
    if (CheckNamesKey(*store_, named, previous.verifier()).ok() && keys.Add(verifier()).ok()) {
      verifier_keys_ = std::move(keys);
      gives_way_ = std::move(previous);
      return absl::OkStatus();
    }
  }
  return Refuse(absl::StatusCode::kFailedPrecondition, "SIGNER_MISMATCH", options_.path,
                "the signer key is not the one that its entry " + std::to_string(named.value) +
                    " names, nor is a previous one given that is");
}

absl::Status Log::CheckTree(uint64_t size) {
  EVIDENT_ASSIGN_OR_RETURN(tree_, StoredTree::Load(*store_, size));
  EVIDENT_ASSIGN_OR_RETURN(const Digest root, tree_->Root());
  EVIDENT_ASSIGN_OR_RETURN(const std::string note, ReadCheckpointAtMost(*store_, UINT64_MAX));
  if (size > 0 || !note.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(const Checkpoint newest, OpenCheckpoint(note, verifier_keys_));
    if (newest.size != size || newest.root != root) {
      return Refuse(absl::StatusCode::kDataLoss, "LOG_CORRUPT", options_.path,
                    "its " + std::to_string(size) +
                        " leaves do not give the root of its newest "
                        "checkpoint, of size " +
                        std::to_string(newest.size));
    }
    EVIDENT_ASSIGN_OR_RETURN(const Leaf last, ReadStoredLeaf(*store_, EntryIndex(size - 1)));
    last_time_ns_ = last.commit_time_ns;
  }
  MutexLock lock(mutex_);
  size_ = size;
  growth_.Announce(size);
  checkpoint_ = note;
  return absl::OkStatus();
}

absl::Status Log::CheckGuard() {
  const uint64_t size = Size();
  if (guard_->newest().empty()) return absl::OkStatus();
  const auto opened = OpenCheckpoint(guard_->newest(), verifier_keys_);
  if (!opened.ok()) return Annotate(opened.status(), "reading the guard " + options_.guard_path);
  const Checkpoint& guarded = *opened;
  if (guarded.size > size) {
    return Refuse(absl::StatusCode::kDataLoss, "LOG_BEHIND_GUARD", options_.path,
                  "it has " + std::to_string(size) + " entries, but " +
                      std::to_string(guarded.size) +
                      " were released: it was cut off or rolled back");
  }
  EVIDENT_ASSIGN_OR_RETURN(const Digest root, TreeRoot(*tree_, guarded.size));
  if (root == guarded.root) return absl::OkStatus();
  return Refuse(absl::StatusCode::kDataLoss, "LOG_FORKED", options_.path,
                "its first " + std::to_string(guarded.size) + " of " + std::to_string(size) +
                    " entries are not those that were released");
}

// That the keys are the ones of this log, and not those of an earlier day: the first and the last
// body have theirs, and the one that was made last is there.
absl::Status Log::CheckKeys(uint64_t size) const {
  const auto check = [this](const absl::Status& found) {
    if (found.ok() || ErrorReason(found) == "KEY_ERASED") return absl::OkStatus();
    return Annotate(found, "opening the audit log " + options_.path);
  };
  for (const EntryIndex index : {EntryIndex(first_body_), EntryIndex(size - 1)}) {
    EVIDENT_ASSIGN_OR_RETURN(const std::string envelope, ReadEnvelope(index));
    EVIDENT_RETURN_IF_ERROR(check(FindBodyKey(envelope).status()));
  }
  EVIDENT_ASSIGN_OR_RETURN(const auto newest, store_->Get(kStoreDefault, kNewestKeyKey));
  if (!newest.has_value()) return absl::OkStatus();
  KeyId id{};
  if (newest->size() != id.size()) {
    return Refuse(absl::StatusCode::kDataLoss, "LOG_CORRUPT", options_.path,
                  "the id of its newest key does not have 16 bytes");
  }
  std::copy(newest->begin(), newest->end(), id.begin());
  return check(FindKey(id).status());
}

absl::Status Log::RecordPredecessor() {
  EntryDraft draft;
  draft.kind = LeafKind::kIncarnation;
  draft.detail = IncarnationDetail{predecessor_->size, predecessor_->root};
  draft.body.set_received_time_ns(options_.clock->NowNs());
  draft.body.set_effect("the log goes on after a restore, from this checkpoint:\n" +
                        options_.restored_from->checkpoint);
  return AppendAndWait(std::move(draft)).status();
}

absl::Status Log::RecordKey(const std::string& effect) {
  EntryDraft draft;
  draft.kind = LeafKind::kKey;
  draft.detail = KeyDetail{Sha256(verifier().ToText())};
  draft.body.set_received_time_ns(options_.clock->NowNs());
  draft.body.set_effect(effect + verifier().ToText());
  return AppendAndWait(std::move(draft)).status();
}

}  // namespace evident::audit
