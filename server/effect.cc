#include "server/effect.h"

#include <utility>

#include "base/log.h"
#include "base/status.h"

namespace evident::server {
namespace {

void LeaveOpen(const EffectHooks& hooks, const absl::Status& status, const Committed& intent,
               EffectDone done) {
  Log(LogLevel::kError, "what became of a change is not known: restart to find out",
      {{"intent", intent.name}, {"error", std::string(status.message())}});
  hooks.on_uncertain();
  const absl::Status uncertain = MakeError(
      absl::StatusCode::kUnavailable, ErrorReason(status),
      std::string(status.message()) + "; its outcome will be recorded then, for " + intent.name);
  done(uncertain, WithReceipt(uncertain, "", intent), intent.name);
}

}  // namespace

bool IsUncertain(const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  return reason == "RELEASE_UNCERTAIN" || reason == "ERASURE_UNFINISHED" ||
         reason == "PRUNING_UNFINISHED";
}

Departure WithReceipt(const absl::Status& status, std::string response, const Committed& entry) {
  return {ToWire(status, entry.receipt_bytes.size()), std::move(response), entry.receipt_bytes};
}

absl::StatusOr<Committed> Announce(Recorder& recorder, const Call& call,
                                   std::optional<std::string> request, const std::string& effect) {
  EntryDraft intent = DraftEntry(call, audit::LeafKind::kIntent, absl::OkStatus());
  intent.request = std::move(request);
  intent.body.set_effect(effect);
  return recorder.AppendAndWait(std::move(intent));
}

void Conclude(Recorder& recorder, const EffectHooks& hooks, const Call& call,
              const absl::Status& status, std::string response, const Committed& intent,
              EffectDone done) {
  if (IsUncertain(status)) {
    return LeaveOpen(hooks, status, intent, std::move(done));
  }
  EntryDraft outcome = DraftEntry(call, audit::LeafKind::kOutcome, status);
  outcome.detail = audit::OutcomeDetail{intent.index};
  if (status.ok()) outcome.answer = response;
  recorder.Append(std::move(outcome), [&hooks, status, intent, response = std::move(response),
                                       done = std::move(done)](
                                          absl::StatusOr<Committed> recorded) mutable {
    if (recorded.ok()) {
      return done(status, WithReceipt(status, std::move(response), *recorded), recorded->name);
    }
    Log(LogLevel::kError, "the outcome of a change was not recorded",
        {{"intent", intent.name}, {"error", std::string(recorded.status().message())}});
    hooks.on_unrecorded(intent.index);
    const absl::Status unrecorded = MakeError(
        absl::StatusCode::kUnavailable, "OUTCOME_UNRECORDED",
        "the audit log took no outcome: once it takes entries again, one will be recorded for " +
            intent.name);
    done(unrecorded, WithReceipt(unrecorded, "", intent), intent.name);
  });
}

}  // namespace evident::server
