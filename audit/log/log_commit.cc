#include <algorithm>

#include "audit/log/log.h"
#include "audit/proof/merkle.h"
#include "audit/proof/receipt.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::audit {
namespace {

// One checkpoint is kept for each so many entries, besides the newest.
constexpr uint64_t kKeptCheckpointEvery = 256;

absl::Status Unavailable(const char* reason, const std::string& why) {
  return MakeError(absl::StatusCode::kUnavailable, reason, "the audit log takes no entry: " + why);
}

}  // namespace

void Log::Append(EntryDraft draft, Done done) {
  absl::StatusOr<SealedEntry> sealed =
      SealEntry(std::move(draft), *keys_, *options_.clock, *options_.random);
  absl::Status refused = sealed.status();
  if (refused.ok()) {
    MutexLock lock(mutex_);
    if (!read_only_.ok()) {
      refused = read_only_;
    } else if (closing_) {
      refused = Unavailable("LOG_CLOSED", "it is closing");
    } else if (queue_.size() >= kAppendQueueMax) {
      refused = MakeError(absl::StatusCode::kResourceExhausted, "APPEND_QUEUE_FULL",
                          "the audit log has " + std::to_string(kAppendQueueMax) +
                              " entries waiting (kAppendQueueMax)");
    } else {
      queue_.push_back({*std::move(sealed), std::move(done), {}});
      queued_.NotifyOne();
      return;
    }
  }
  Batch one;
  one.push_back({{}, std::move(done), {}});
  FailBatch(std::move(one), refused);
}

absl::StatusOr<Committed> Log::AppendAndWait(EntryDraft draft) {
  Mutex mutex;
  CondVar finished;
  std::optional<absl::StatusOr<Committed>> result;
  Append(std::move(draft), [&](absl::StatusOr<Committed> committed) {
    MutexLock lock(mutex);
    result = std::move(committed);
    finished.NotifyAll();
  });
  MutexLock lock(mutex);
  while (!result.has_value()) finished.Wait(mutex);
  return *std::move(result);
}

void Log::CommitLoop() {
  while (true) {
    Batch batch = TakeBatch();
    if (batch.empty()) return;
    CommitBatch(std::move(batch));
  }
}

// Whatever queued while the last batch was syncing: no lingering. Empty once the log closes and the
// queue is done.
Log::Batch Log::TakeBatch() {
  Batch batch;
  MutexLock lock(mutex_);
  while (queue_.empty() && !closing_) queued_.Wait(mutex_);
  while (!queue_.empty() && batch.size() < kAppendBatchMax) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
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
  MutexLock lock(tree_mutex_);
  last_time_ns_ = std::max(last_time_ns_, options_.clock->NowNs());
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
    const Digest hash = LeafHash(options_.mutants.skip_tree_update ? "" : batch[i].leaf);
    tree_->Append(hash, writes);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Log::SignCheckpointOf(uint64_t size, kv::WriteBatch& writes) {
  Checkpoint checkpoint;
  checkpoint.origin = options_.id.Origin();
  checkpoint.size = size;
  {
    MutexLock lock(tree_mutex_);
    EVIDENT_ASSIGN_OR_RETURN(checkpoint.root, tree_->Root());
  }
  EVIDENT_ASSIGN_OR_RETURN(std::string note, SignCheckpoint(checkpoint, signer_));
  writes.Put(kStoreCheckpoints, SizeKey(size), note);
  const uint64_t newest = newest_checkpoint_size_;
  const bool first_of_its_stretch =
      newest / kKeptCheckpointEvery != kept_checkpoint_size_ / kKeptCheckpointEvery;
  if (newest > 0 && first_of_its_stretch) {
    kept_checkpoint_size_ = newest;
  } else if (newest > 0) {
    writes.Delete(kStoreCheckpoints, SizeKey(newest));
  }
  newest_checkpoint_size_ = size;
  return note;
}

// The one place that makes a batch durable.
absl::Status Log::MakeDurable(const kv::WriteBatch& writes, const std::string& checkpoint) {
  if (options_.mutants.guard_before_database) EVIDENT_RETURN_IF_ERROR(guard_->Write(checkpoint));
  const bool sync = !options_.mutants.no_sync;
  EVIDENT_RETURN_IF_ERROR(
      store_->Write(writes, sync ? kv::Durability::kSync : kv::Durability::kBuffered));
  return options_.mutants.guard_before_database ? absl::OkStatus() : guard_->Write(checkpoint);
}

void Log::CommitBatch(Batch batch) {
  const absl::Status reserve = CheckReserve();
  {
    MutexLock lock(mutex_);
    below_reserve_ = !reserve.ok();
  }
  if (!reserve.ok()) return FailBatch(std::move(batch), reserve);
  {
    MutexLock lock(mutex_);
    if (!read_only_.ok()) {
      const absl::Status status = read_only_;
      return FailBatch(std::move(batch), status);
    }
  }
  const uint64_t first = Size();
  kv::WriteBatch writes;
  absl::Status status = FillBatch(batch, first, writes);
  absl::StatusOr<std::string> checkpoint = std::string();
  if (status.ok()) {
    checkpoint = SignCheckpointOf(first + batch.size(), writes);
    status = checkpoint.status();
  }
  if (status.ok() && options_.mutants.release_before_sync) {
    Release(std::move(batch), first, *checkpoint);
    batch.clear();
  }
  if (status.ok()) status = MakeDurable(writes, *checkpoint);
  if (!status.ok()) {
    GoReadOnly(status);
    return FailBatch(std::move(batch), Unavailable("LOG_READ_ONLY", std::string(status.message())));
  }
  if (!batch.empty()) Release(std::move(batch), first, *checkpoint);
}

void Log::Release(Batch batch, uint64_t first, const std::string& checkpoint) {
  const uint64_t size = first + batch.size();
  {
    MutexLock lock(mutex_);
    size_ = size;
    checkpoint_ = checkpoint;
  }
  std::vector<absl::StatusOr<Committed>> results;
  for (size_t i = 0; i < batch.size(); ++i) {
    absl::StatusOr<std::vector<Digest>> proof = ProveInclusion(first + i, size);
    if (!proof.ok()) {
      results.emplace_back(proof.status());
      continue;
    }
    absl::StatusOr<v1::Receipt> receipt = BuildReceipt(
        {options_.id, EntryIndex(first + i), batch[i].leaf, batch[i].entry.request_salt,
         batch[i].entry.answer_salt, *std::move(proof), checkpoint});
    if (!receipt.ok()) {
      results.emplace_back(receipt.status());
      continue;
    }
    Committed committed;
    committed.index = EntryIndex(first + i);
    committed.name = receipt->entry();
    committed.receipt_bytes = SerializeReceipt(*receipt);
    committed.receipt = *std::move(receipt);
    results.emplace_back(std::move(committed));
  }
  // The pool's queue has no bound of its own: entries are bounded where they come in.
  const bool taken =
      completions_->TrySubmit([batch = std::move(batch), results = std::move(results)]() mutable {
        for (size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(results[i]));
      });
  static_cast<void>(taken);
}

void Log::FailBatch(Batch batch, const absl::Status& status) {
  if (batch.empty()) return;
  // Shared, so that the waiters can still be told here when the pool has stopped.
  auto shared = std::make_shared<Batch>(std::move(batch));
  const auto tell = [shared, status] {
    for (Pending& pending : *shared) pending.done(status);
  };
  if (!completions_->TrySubmit(tell)) tell();
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
