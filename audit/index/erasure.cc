#include "audit/index/erasure.h"

#include <optional>
#include <utility>

#include "base/status.h"

namespace evident::audit {
namespace {

absl::Status Unfinished(const absl::Status& status) {
  return MakeError(absl::StatusCode::kUnavailable, "ERASURE_UNFINISHED",
                   "the subject's bodies are closed, but its key is not known to be destroyed: " +
                       std::string(status.message()));
}

absl::Status FinishOne(Log& log, Index& index, const std::string& intent,
                       const std::string& index_key) {
  EVIDENT_RETURN_IF_ERROR(index.ForgetKey(index_key));
  return log.keys().Destroy(intent);
}

// Finishes it where an entry says that the key is destroyed, else takes it back.
absl::Status Settle(Log& log, Index& index, const std::string& intent,
                    const PendingErasure& erasure) {
  EVIDENT_ASSIGN_OR_RETURN(const bool said, log.SaysErased(erasure.key_id));
  return said ? FinishOne(log, index, intent, erasure.index_key) : log.keys().DropErasure(intent);
}

}  // namespace

absl::StatusOr<Erased> EraseSubject(Log& log, Index& index, const SealScope& scope,
                                    const std::string& intent, EntryDraft entry) {
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<KeyId> key, log.keys().FindKeyId(scope));
  if (!key.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, "SUBJECT_UNKNOWN",
                     "nothing is sealed for this subject of the tenant '" + scope.tenant + "'");
  }
  const PendingErasure pending{
      *key, index.KeyOf({IndexField::kSubject, SubjectText(scope.tenant, scope.subject)})};
  EVIDENT_RETURN_IF_ERROR(log.keys().NoteErasure(scope, intent, pending));
  entry.kind = LeafKind::kErasure;
  entry.detail = ErasureDetail{*key};
  absl::StatusOr<Committed> said = log.AppendAndWait(std::move(entry));
  if (!said.ok()) {
    // What an append that failed has left is only known once the log is opened again.
    if (log.ReadOnlyReason().empty()) EVIDENT_RETURN_IF_ERROR(log.keys().DropErasure(intent));
    return said.status();
  }
  const absl::Status finished = FinishOne(log, index, intent, pending.index_key);
  if (!finished.ok()) return Unfinished(finished);
  return Erased{*key, *std::move(said)};
}

absl::Status FinishErasures(Log& log, Index& index) {
  EVIDENT_ASSIGN_OR_RETURN(const auto pending, log.keys().PendingErasures());
  for (const auto& [intent, erasure] : pending) {
    EVIDENT_RETURN_IF_ERROR(Settle(log, index, intent, erasure));
  }
  return absl::OkStatus();
}

absl::Status FinishErasure(Log& log, Index& index, const std::string& intent) {
  EVIDENT_ASSIGN_OR_RETURN(const auto pending, log.keys().FindErasure(intent));
  return pending.has_value() ? Settle(log, index, intent, *pending) : absl::OkStatus();
}

}  // namespace evident::audit
