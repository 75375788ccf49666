#include <algorithm>
#include <iterator>
#include <set>

#include "audit/log/log.h"
#include "audit/proof/body_envelope.h"
#include "audit/proof/merkle.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr size_t kReleasedTogether = 32;
constexpr size_t kMarksForgottenEach = 2;  // old request marks that a new one takes away at most

absl::Status Unavailable(const char* reason, const std::string& why) {
  return MakeError(absl::StatusCode::kUnavailable, reason, "the audit log takes no entry: " + why);
}

// Once the log passes a full tile, the leaves before it can be told from one another by the tile:
// of the checkpoints of such a stretch the first one stays. At most kTileHashes rows are read.
absl::Status ThinCheckpoints(const kv::Database& store, uint64_t first, uint64_t size,
                             kv::WriteBatch& writes) {
  const uint64_t stretch = first / kTileHashes;
  if (size / kTileHashes == stretch) return absl::OkStatus();
  const auto rows = store.NewIterator(kStoreCheckpoints, SizeKey((stretch + 1) * kTileHashes));
  rows->Seek(SizeKey(stretch * kTileHashes));
  if (rows->Valid()) rows->Next();
  for (; rows->Valid(); rows->Next()) writes.Delete(kStoreCheckpoints, rows->key());
  return rows->status();
}

}  // namespace

// Lets go of the oldest request marks that are past their time: of at most `most` of them, so that
// what comes in is paid for by what comes in.
absl::Status Log::ForgetMarks(size_t most, kv::WriteBatch& writes) const {
  const int64_t oldest_ns = last_time_ns_ - int64_t{kRequestIdHours} * 3'600 * 1'000'000'000;
  const auto rows = store_->NewIterator(kStoreMarks);
  rows->SeekToFirst();
  for (size_t i = 0; i < most && rows->Valid(); ++i, rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(const uint64_t marked, ParseNumberKey(rows->key()));
    EVIDENT_ASSIGN_OR_RETURN(const Leaf leaf, ReadStoredLeaf(*store_, EntryIndex(marked)));
    if (leaf.commit_time_ns >= oldest_ns) break;
    const std::string mark(rows->value());
    EVIDENT_ASSIGN_OR_RETURN(const auto newest, store_->Get(kStoreRequests, mark));
    // A later entry may bear the mark by now.
    if (newest == rows->key()) writes.Delete(kStoreRequests, mark);
    writes.Delete(kStoreMarks, rows->key());
  }
  return rows->status();
}

void Log::CommitLoop() {
  while (true) {
    Batch batch = TakeBatch(kAppendBatchMax);
    if (batch.empty()) return;
    CommitBatch(std::move(batch));
  }
}

// Whatever queued while the last batch was syncing: no lingering. Empty once the log closes and the
// queue is done.
Log::Batch Log::TakeBatch(size_t most) {
  Batch batch;
  size_t bytes = 0;
  MutexLock lock(mutex_);
  while (queue_.empty() && !closing_) queued_.Wait(mutex_);
  while (!queue_.empty() && batch.size() < most) {
    bytes += queue_.front().entry.envelope.size();
    if (!batch.empty() && bytes > kAppendBatchBytesMax) break;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

size_t Log::CommitNext(size_t most) {
  {
    MutexLock lock(mutex_);
    if (queue_.empty()) return 0;
  }
  Batch batch = TakeBatch(most);
  const size_t taken = batch.size();
  CommitBatch(std::move(batch));
  return taken;
}

// Where nobody else commits what is queued.
void Log::CommitStepped() {
  while (options_.stepped && CommitNext(kAppendBatchMax) > 0) {
  }
}

absl::Status Log::CheckReserve() const {
  if (options_.disk_reserve_bytes == 0) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t free, FreeBytes());
  if (free >= options_.disk_reserve_bytes) return absl::OkStatus();
  return Unavailable("DISK_RESERVE", "its volume has " + std::to_string(free) +
                                         " bytes left, less than the reserve of " +
                                         std::to_string(options_.disk_reserve_bytes));
}

absl::Status Log::FillBatch(Batch& batch, uint64_t first, kv::WriteBatch& writes) {
  last_time_ns_ = std::max(last_time_ns_, options_.clock->NowNs());
  const auto marked = std::count_if(batch.begin(), batch.end(), [](const Pending& pending) {
    return !pending.entry.request_mark.empty();
  });
  // Before the new marks are put: what is put behind a deletion of its key stands.
  if (marked > 0) {
    EVIDENT_RETURN_IF_ERROR(ForgetMarks(kMarksForgottenEach * static_cast<size_t>(marked), writes));
  }
  for (size_t i = 0; i < batch.size(); ++i) {
    Leaf& leaf = batch[i].entry.leaf;
    leaf.commit_time_ns = last_time_ns_;
    EVIDENT_ASSIGN_OR_RETURN(batch[i].leaf, EncodeLeaf(leaf));
    const EntryIndex index(first + i);
    writes.Put(kStoreLeaves, IndexKey(index), batch[i].leaf);
    writes.Put(kStoreBodies, IndexKey(index), batch[i].entry.envelope);
    if (leaf.kind == LeafKind::kIntent) writes.Put(kStoreIntents, IndexKey(index), "");
    if (const auto* const outcome = std::get_if<OutcomeDetail>(&leaf.detail)) {
      writes.Delete(kStoreIntents, IndexKey(outcome->intent));
    }
    if (const std::string& mark = batch[i].entry.request_mark; !mark.empty()) {
      writes.Put(kStoreRequests, mark, IndexKey(index));
      writes.Put(kStoreMarks, IndexKey(index), mark);
    }
    if (const auto& made = batch[i].entry.made_key; made.has_value()) {
      writes.Put(kStoreDefault, kNewestKeyKey, KeyIdBytes(*made));
    }
    if (const auto* const erasure = std::get_if<ErasureDetail>(&leaf.detail)) {
      writes.Put(kStoreErasures, KeyIdBytes(erasure->key_id), IndexKey(index));
    }
    if (const auto* const pruning = std::get_if<PruningDetail>(&leaf.detail)) {
      writes.DeleteRange(kStoreBodies, IndexKey(EntryIndex(0)), IndexKey(pruning->end));
      writes.Put(kStoreDefault, kPrunedKey, PrunedBytes({pruning->end.value, index}));
    }
    const Digest hash = LeafHash(options_.mutants.skip_tree_update ? "" : batch[i].leaf);
    tree_->Append(hash, writes);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Log::SignCheckpointOf(uint64_t first, uint64_t size,
                                                  kv::WriteBatch& writes) {
  Checkpoint checkpoint;
  checkpoint.origin = options_.id.Origin();
  checkpoint.size = size;
  EVIDENT_ASSIGN_OR_RETURN(checkpoint.root, tree_->Root());
  EVIDENT_ASSIGN_OR_RETURN(std::string note, SignCheckpoint(checkpoint, signer_));
  EVIDENT_RETURN_IF_ERROR(ThinCheckpoints(*store_, first, size, writes));
  writes.Put(kStoreCheckpoints, SizeKey(size), note);
  if (gives_way_.has_value()) EVIDENT_RETURN_IF_ERROR(HandOver(checkpoint, writes));
  return note;
}

// The batch is the one entry that names the new key.
absl::Status Log::HandOver(const Checkpoint& checkpoint, kv::WriteBatch& writes) {
  EVIDENT_ASSIGN_OR_RETURN(std::string note, SignCheckpoint(checkpoint, *gives_way_));
  PutRotation(
      {EntryIndex(checkpoint.size - 1), gives_way_->verifier(), verifier(), std::move(note)},
      writes);
  return absl::OkStatus();
}

// The one place that makes a batch durable.
absl::Status Log::MakeDurable(const kv::WriteBatch& writes, const std::string& checkpoint) {
  if (options_.mutants.guard_before_database) EVIDENT_RETURN_IF_ERROR(guard_->Write(checkpoint));
  const bool sync = !options_.mutants.no_sync;
  EVIDENT_RETURN_IF_ERROR(
      store_->Write(writes, sync ? kv::Durability::kSync : kv::Durability::kBuffered));
  return options_.mutants.guard_before_database ? absl::OkStatus() : guard_->Write(checkpoint);
}

absl::Status Log::ReadOnlyStatus() const {
  MutexLock lock(mutex_);
  return read_only_;
}

// What may have been sealed before an entry that rules it out was written: a second outcome of one
// intent, and a body under a key that was destroyed meanwhile, which nobody could ever open. And a
// pruning that ends elsewhere than its bodies allow.
absl::Status Log::CheckPlace(const SealedEntry& entry, std::set<uint64_t>& decided) {
  EVIDENT_RETURN_IF_ERROR(CheckIntent(entry.leaf.detail));
  const auto* const outcome = std::get_if<OutcomeDetail>(&entry.leaf.detail);
  if (outcome != nullptr && !decided.insert(outcome->intent.value).second) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, "INTENT_NOT_OPEN",
        "entry " + std::to_string(outcome->intent.value) + " has just been given another outcome");
  }
  if (!erased_.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(const EnvelopeHeader header, ReadEnvelopeHeader(entry.envelope));
    if (erased_.count(header.key_id) > 0) {
      return Unavailable("SUBJECT_ERASED", "its subject has just been erased; ask again");
    }
  }
  if (const auto* const erasure = std::get_if<ErasureDetail>(&entry.leaf.detail)) {
    erased_.insert(erasure->key_id);
  }
  const auto* const pruning = std::get_if<PruningDetail>(&entry.leaf.detail);
  return pruning == nullptr ? absl::OkStatus() : CheckPruning(*pruning);
}

void Log::RefuseMisplaced(Batch& batch) {
  std::set<uint64_t> decided;
  Batch kept;
  for (Pending& pending : batch) {
    const absl::Status status = CheckPlace(pending.entry, decided);
    if (status.ok()) {
      kept.push_back(std::move(pending));
      continue;
    }
    Batch refused;
    refused.push_back(std::move(pending));
    FailBatch(std::move(refused), status);
  }
  batch = std::move(kept);
}

void Log::CommitBatch(Batch batch) {
  if (const absl::Status reserve = CheckReserve(); !reserve.ok()) {
    return FailBatch(std::move(batch), reserve);
  }
  // Told outside the lock: a waiter may ask the log something.
  if (const absl::Status refused = ReadOnlyStatus(); !refused.ok()) {
    return FailBatch(std::move(batch), refused);
  }
  RefuseMisplaced(batch);
  if (batch.empty()) return;
  const uint64_t first = Size();
  kv::WriteBatch writes;
  absl::Status status = FillBatch(batch, first, writes);
  absl::StatusOr<std::string> checkpoint = std::string();
  if (status.ok()) {
    checkpoint = SignCheckpointOf(first, first + batch.size(), writes);
    status = checkpoint.status();
  }
  if (status.ok() && options_.mutants.release_before_sync) {
    Release(std::move(batch), first, *checkpoint);
    batch.clear();
  }
  if (status.ok()) status = MakeDurable(writes, *checkpoint);
  if (!status.ok()) {
    // Empty where a mutant has released it: then its receipts are being made.
    if (!batch.empty()) tree_->Rollback();
    GoReadOnly(status);
    return FailBatch(std::move(batch), Unavailable("LOG_READ_ONLY", std::string(status.message())));
  }
  tree_->Commit();
  if (!batch.empty()) Release(std::move(batch), first, *checkpoint);
}

void Log::Release(Batch batch, uint64_t first, const std::string& checkpoint) {
  const uint64_t size = first + batch.size();
  {
    MutexLock lock(mutex_);
    size_ = size;
    checkpoint_ = checkpoint;
  }
  if (const std::shared_ptr<Follower> follower = TheFollower()) {
    std::vector<std::string> digests;
    digests.reserve(batch.size());
    for (Pending& pending : batch) digests.push_back(std::move(pending.entry.digest));
    follower->OnReleased(first, std::move(digests));
  }
  // Not here: who waits may have to append before it can go.
  Complete([this, size] { growth_.Announce(size); });
  // In pieces, so that the last of a large batch need not wait for the proofs of all the others.
  // The pool's queue has no bound of its own: entries are bounded where they come in.
  for (size_t from = 0; from < batch.size(); from += kReleasedTogether) {
    const size_t to = std::min(from + kReleasedTogether, batch.size());
    auto piece = std::make_shared<Batch>(
        std::make_move_iterator(batch.begin() + static_cast<std::ptrdiff_t>(from)),
        std::make_move_iterator(batch.begin() + static_cast<std::ptrdiff_t>(to)));
    Complete([this, piece, index = first + from, size, checkpoint] {
      for (size_t i = 0; i < piece->size(); ++i) {
        Tell((*piece)[i], Receive((*piece)[i], index + i, size, checkpoint));
      }
    });
  }
}

void Log::SetFollower(std::shared_ptr<Follower> follower) {
  MutexLock lock(follower_mutex_);
  follower_.swap(follower);
}

std::shared_ptr<Follower> Log::TheFollower() const {
  MutexLock lock(follower_mutex_);
  return follower_;
}

void Log::GoReadOnly(const absl::Status& status) {
  {
    MutexLock lock(mutex_);
    if (!read_only_.ok()) return;
    read_only_ = Unavailable("LOG_READ_ONLY", std::string(status.message()));
  }
  if (options_.on_read_only) options_.on_read_only(status);
}

absl::Status Log::Close() {
  {
    MutexLock lock(mutex_);
    if (closed_) return absl::OkStatus();
    closed_ = true;
    closing_ = true;
  }
  queued_.NotifyAll();
  if (committer_.joinable()) committer_.join();
  CommitStepped();
  {
    // Those still sealing read the key ring.
    MutexLock lock(mutex_);
    while (admitted_ > 0) told_.Wait(mutex_);
  }
  if (completions_ != nullptr) completions_->Stop();
  absl::Status status;
  const auto keep_first = [&status](const absl::Status& next) {
    if (status.ok()) status = next;
  };
  if (store_ != nullptr) keep_first(store_->Close());
  if (keys_ != nullptr) keep_first(keys_->Close());
  // Last, so that the guard never is ahead of what the database has on disk.
  if (guard_ != nullptr) keep_first(guard_->Close());
  return status;
}

Log::~Log() {
  const absl::Status ignored = Close();
  static_cast<void>(ignored);
}

}  // namespace evident::audit
