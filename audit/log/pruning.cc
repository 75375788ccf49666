#include "audit/log/pruning.h"

#include <string>
#include <utility>
#include <vector>

#include "audit/proof/body_envelope.h"
#include "audit/proof/entry_name.h"
#include "base/status.h"

namespace evident::audit {
namespace {

absl::Status Refused(const char* reason, const std::string& why) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, why);
}

absl::Status CheckIntents(const Log& log, uint64_t end) {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<EntryIndex> open, log.OpenIntents());
  if (open.empty() || open.front().value >= end) return absl::OkStatus();
  return Refused("INTENT_OPEN", NameEntry(log.id(), open.front(), LeafKind::kIntent).ToString() +
                                    " has no outcome yet: bodies can be removed to before it");
}

absl::Status OnHold(const Log& log, EntryIndex index, LeafKind kind,
                    const storage::v1::LegalHold& hold) {
  return Refused("LEGAL_HOLD", "the body of " + NameEntry(log.id(), index, kind).ToString() +
                                   " is under a legal hold, which " + hold.placed_by() +
                                   " placed: bodies can be removed to before it");
}

absl::StatusOr<std::optional<PruningDetail>> PruningAt(const Log& log, uint64_t index) {
  EVIDENT_ASSIGN_OR_RETURN(const Leaf leaf, log.LeafAt(EntryIndex(index)));
  const auto* const pruning = std::get_if<PruningDetail>(&leaf.detail);
  return pruning == nullptr ? std::nullopt : std::optional(*pruning);
}

absl::Status CheckHolds(const KeyRing::HeldKeys& held, const PruneSurvey& survey) {
  for (const auto& [id, hold] : held) {
    if (survey.held.count(id) > 0) continue;
    return MakeError(
        absl::StatusCode::kAborted, "HOLDS_CHANGED",
        "a legal hold came into force meanwhile, which " + hold.placed_by() + " placed; ask again");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PruneSurvey> SurveyBodies(const Log& log, uint64_t end,
                                         const std::function<absl::Status()>& go_on) {
  if (end > log.Size()) {
    return MakeError(absl::StatusCode::kOutOfRange, "ENTRY_UNKNOWN",
                     "bodies cannot be removed to before entry " + std::to_string(end) +
                         ": the log has " + std::to_string(log.Size()));
  }
  EVIDENT_RETURN_IF_ERROR(CheckIntents(log, end));
  EVIDENT_ASSIGN_OR_RETURN(const KeyRing::HeldKeys held, log.keys().FindHeldKeys());
  PruneSurvey survey;
  EVIDENT_ASSIGN_OR_RETURN(survey.begin, log.FirstBody());
  survey.end = end;
  for (const auto& [id, hold] : held) survey.held.insert(id);
  for (uint64_t i = survey.begin; i < end; ++i) {
    EVIDENT_RETURN_IF_ERROR(go_on());
    const EntryIndex index(i);
    EVIDENT_ASSIGN_OR_RETURN(const Leaf leaf, log.LeafAt(index));
    EVIDENT_ASSIGN_OR_RETURN(const std::string envelope, log.ReadEnvelope(index));
    EVIDENT_ASSIGN_OR_RETURN(const EnvelopeHeader header, ReadEnvelopeHeader(envelope));
    const auto hold = held.find(header.key_id);
    if (hold != held.end()) return OnHold(log, index, leaf.kind, hold->second);
    survey.decisions += leaf.kind == LeafKind::kDecision ? 1 : 0;
    survey.bytes += envelope.size();
  }
  return survey;
}

absl::StatusOr<Committed> PruneBodies(Log& log, const PruneSurvey& survey, EntryIndex intent,
                                      EntryDraft entry) {
  entry.kind = LeafKind::kPruning;
  entry.detail = PruningDetail{EntryIndex(survey.end), intent};
  Committed said;
  EVIDENT_RETURN_IF_ERROR(log.keys().WhileHoldsStay([&](const KeyRing::HeldKeys& held) {
    EVIDENT_RETURN_IF_ERROR(CheckHolds(held, survey));
    EVIDENT_ASSIGN_OR_RETURN(said, log.AppendAndWait(std::move(entry)));
    return absl::OkStatus();
  }));
  const absl::Status scrubbed = log.ScrubPruned();
  if (scrubbed.ok()) return said;
  return MakeError(absl::StatusCode::kUnavailable, "PRUNING_UNFINISHED",
                   "the bodies are removed, as " + said.name +
                       " says, but the space that they took is not known to be given back: " +
                       std::string(scrubbed.message()));
}

absl::StatusOr<std::optional<EntryIndex>> FindPruning(const Log& log, EntryIndex intent) {
  for (uint64_t i = intent.value + 1; i < log.Size(); ++i) {
    EVIDENT_ASSIGN_OR_RETURN(const auto pruning, PruningAt(log, i));
    if (pruning.has_value() && pruning->intent == intent) return std::optional(EntryIndex(i));
  }
  return std::optional<EntryIndex>();
}

absl::StatusOr<std::optional<EntryIndex>> FinishPruning(Log& log, EntryIndex intent) {
  EVIDENT_ASSIGN_OR_RETURN(const auto said, FindPruning(log, intent));
  if (said.has_value()) EVIDENT_RETURN_IF_ERROR(log.ScrubPruned());
  return said;
}

}  // namespace evident::audit
