#include <optional>
#include <utility>

#include "audit/log/log.h"
#include "audit/proof/receipt.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::audit {
namespace {

absl::Status Unavailable(const char* reason, const std::string& why) {
  return MakeError(absl::StatusCode::kUnavailable, reason, "the audit log takes no entry: " + why);
}

// What concerns one key or draft alone; everything else is the disk's doing.
bool IsOfOneEntry(const absl::Status& status) {
  return status.code() == absl::StatusCode::kDataLoss ||
         status.code() == absl::StatusCode::kNotFound;
}

}  // namespace

absl::Status Log::Admit() {
  MutexLock lock(mutex_);
  if (!read_only_.ok()) return read_only_;
  if (closing_) return Unavailable("LOG_CLOSED", "it is closing");
  if (admitted_ >= kAppendQueueMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "APPEND_QUEUE_FULL",
                     "the audit log has " + std::to_string(kAppendQueueMax) +
                         " entries waiting (kAppendQueueMax)");
  }
  ++admitted_;
  return absl::OkStatus();
}

// That the intent of an outcome or a pruning has no outcome yet; other details pass.
absl::Status Log::CheckIntent(const LeafDetail& detail) const {
  const auto* const outcome = std::get_if<OutcomeDetail>(&detail);
  const auto* const pruning = std::get_if<PruningDetail>(&detail);
  if (outcome == nullptr && pruning == nullptr) return absl::OkStatus();
  const EntryIndex intent = outcome != nullptr ? outcome->intent : pruning->intent;
  EVIDENT_ASSIGN_OR_RETURN(const auto open, store_->Get(kStoreIntents, IndexKey(intent)));
  if (open.has_value()) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "INTENT_NOT_OPEN",
      "entry " + std::to_string(intent.value) + " is no intent that waits for its outcome");
}

absl::StatusOr<SealedEntry> Log::Seal(EntryDraft draft) {
  EVIDENT_RETURN_IF_ERROR(CheckIntent(draft.detail));
  const SealScope scope{draft.body.caller().tenant(), draft.body.subject(),
                        DateOfTimeNs(options_.clock->NowNs()).ToString()};
  const absl::StatusOr<BodyKey> key = keys_->KeyFor(scope);
  if (!key.ok() && !IsOfOneEntry(key.status())) {
    GoReadOnly(Annotate(key.status(), "making a body key durable"));
    return Unavailable("LOG_READ_ONLY", std::string(key.status().message()));
  }
  if (!key.ok()) return key.status();
  return SealEntry(std::move(draft), *key, *options_.random, TheFollower().get());
}

void Log::Append(EntryDraft draft, Done done) {
  Pending pending;
  pending.done = std::move(done);
  absl::Status refused = Admit();
  if (refused.ok()) {
    pending.admitted = true;
    absl::StatusOr<SealedEntry> sealed = Seal(std::move(draft));
    refused = sealed.status();
    if (sealed.ok()) pending.entry = *std::move(sealed);
  }
  if (refused.ok()) {
    MutexLock lock(mutex_);
    refused = closing_ ? Unavailable("LOG_CLOSED", "it is closing") : read_only_;
    if (refused.ok()) {
      queue_.push_back(std::move(pending));
      queued_.NotifyOne();
      return;
    }
  }
  Batch one;
  one.push_back(std::move(pending));
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
  CommitStepped();
  MutexLock lock(mutex);
  while (!result.has_value()) finished.Wait(mutex);
  return *std::move(result);
}

// The pool has stopped once the log is closed.
void Log::Complete(std::function<void()> task) const {
  if (completions_ == nullptr || !completions_->TrySubmit(task)) task();
}

void Log::Tell(Pending& pending, absl::StatusOr<Committed> result) {
  pending.done(std::move(result));
  if (!pending.admitted) return;
  MutexLock lock(mutex_);
  if (--admitted_ == 0) told_.NotifyAll();
}

void Log::FailBatch(Batch batch, const absl::Status& status) {
  if (batch.empty()) return;
  auto shared = std::make_shared<Batch>(std::move(batch));
  Complete([this, shared, status] {
    for (Pending& pending : *shared) Tell(pending, status);
  });
}

absl::StatusOr<Committed> Log::Receive(Pending& pending, uint64_t index, uint64_t size,
                                       const std::string& checkpoint) const {
  EVIDENT_ASSIGN_OR_RETURN(std::vector<Digest> proof, ProveInclusion(index, size));
  Committed committed;
  committed.index = EntryIndex(index);
  EVIDENT_ASSIGN_OR_RETURN(
      committed.receipt,
      BuildReceipt({options_.id, committed.index, std::move(pending.leaf),
                    std::move(pending.entry.request_salt), std::move(pending.entry.answer_salt),
                    std::move(proof), checkpoint}));
  committed.name = committed.receipt.entry();
  committed.receipt_bytes = SerializeReceipt(committed.receipt);
  return committed;
}

}  // namespace evident::audit
