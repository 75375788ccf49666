// A call that changes something leaves two entries: an intent before, and an outcome after that
// cites it. What lies between, a crash or a disk that fails, is settled from them later.
#ifndef EVIDENT_SERVER_EFFECT_H_
#define EVIDENT_SERVER_EFFECT_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "server/call.h"
#include "server/departure.h"
#include "server/recorder.h"

namespace evident::server {

// Who is told of effects that did not end as they should.
struct EffectHooks {
  std::function<void()> on_uncertain = [] {};  // it may or may not stand: only a restart tells
  std::function<void(EntryIndex)> on_unrecorded = [](EntryIndex) {
  };  // an intent whose outcome was not taken
};

// Whether `status` says that a change may or may not stand, or stands in part, until the server
// starts again: RELEASE_UNCERTAIN, ERASURE_UNFINISHED, PRUNING_UNFINISHED.
bool IsUncertain(const absl::Status& status);

// What goes back with the receipt of `entry`; the response only with OK.
Departure WithReceipt(const absl::Status& status, std::string response, const Committed& entry);

// Records durably that `effect`, in one line, is about to happen. The recorder's errors: then it
// must not.
absl::StatusOr<Committed> Announce(Recorder& recorder, const Call& call,
                                   std::optional<std::string> request, const std::string& effect);

using EffectDone =
    absl::AnyInvocable<void(const absl::Status&, Departure, const std::string& entry)>;

// Records what came of `intent`: `status`, the notes of the call and the response of a change that
// came about. `done` runs once, on any thread, with what goes back to the caller: the response once
// its record is durable; UNAVAILABLE (OUTCOME_UNRECORDED) when the log did not take it, of an
// effect that is known and will be recorded; for a status that IsUncertain nothing is
// recorded, because nobody knows: UNAVAILABLE with its reason.
void Conclude(Recorder& recorder, const EffectHooks& hooks, const Call& call,
              const absl::Status& status, std::string response, const Committed& intent,
              EffectDone done);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_EFFECT_H_
