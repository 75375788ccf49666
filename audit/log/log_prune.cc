// What the log itself holds to when bodies are removed.
#include "audit/log/log.h"
#include "base/status.h"

namespace evident::audit {

// That the entry which the row of removed bodies names says so.
absl::Status Log::CheckPruned() {
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<Pruned> pruned, ReadPruned(*store_));
  if (!pruned.has_value()) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const bool said, IsSaid(*store_, *pruned));
  if (!said || pruned->end > pruned->entry.value) {
    return MakeError(absl::StatusCode::kDataLoss, "LOG_CORRUPT",
                     "opening the audit log " + options_.path + ": entry " +
                         std::to_string(pruned->entry.value) + " does not say that the bodies of " +
                         std::to_string(pruned->end) + " entries were removed");
  }
  first_body_ = pruned->end;
  return absl::OkStatus();
}

// On the committer's thread.
absl::Status Log::CheckPruning(const PruningDetail& pruning) {
  const uint64_t end = pruning.end.value;
  if (end <= first_body_ || end > Size()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "PRUNING_MISPLACED",
                     "bodies cannot be removed to before entry " + std::to_string(end) +
                         ": those before entry " + std::to_string(first_body_) +
                         " are removed, and the log has " + std::to_string(Size()));
  }
  first_body_ = end;
  return absl::OkStatus();
}

absl::Status Log::ScrubPruned() {
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t end, FirstBody());
  return store_->ScrubRange(kStoreBodies, IndexKey(EntryIndex(0)), IndexKey(EntryIndex(end)));
}

}  // namespace evident::audit
