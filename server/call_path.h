// The one path that every unary call takes, those that are refused, malformed or unknown included:
// id, deadline, authenticate, authorise, limits, parse, validate, handle, record, reply. No answer
// leaves before its entry is durable; what changes something is announced before it does. Knows
// nothing of gRPC.
#ifndef EVIDENT_SERVER_CALL_PATH_H_
#define EVIDENT_SERVER_CALL_PATH_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "base/worker_pool.h"
#include "server/admission.h"
#include "server/aggregates.h"
#include "server/departure.h"
#include "server/effect.h"
#include "server/method.h"
#include "server/recorder.h"

namespace evident::server {

// Reads the message of a call, on a thread that may block; nullopt when no whole message came.
using MessageReader = absl::AnyInvocable<std::optional<std::string>()>;

// What calls are carried out with. All outlive the call path and what runs in the pools.
struct CallPathParts {
  Admission& admission;
  Recorder& recorder;
  Aggregates& aggregates;
  WorkerPool& pool;
  WorkerPool& overflow;  // records refusals when `pool` takes no more
  EffectHooks hooks = {};
};

// Thread safe.
class CallPath {
 public:
  CallPath(CallPathParts parts, MethodTable methods)
      : parts_(parts), methods_(std::move(methods)) {}

  // Takes a call; never blocks. `done` runs exactly once, on any thread.
  void Take(Arrival arrival, MessageReader read, DepartureDone done);

 private:
  struct State;
  using StatePtr = std::shared_ptr<State>;

  void Run(const StatePtr& state, const absl::Status& overload);
  absl::StatusOr<Reply> Handle(State& state);
  void CarryOut(const StatePtr& state, PreparedChange& change);
  void Record(const StatePtr& state, absl::StatusOr<Reply> reply);
  void RefuseUnrecorded(const StatePtr& state, const absl::Status& status, AggregateReason reason);
  void Depart(const StatePtr& state, const absl::Status& status, Departure departure,
              const std::string& entry);

  const CallPathParts parts_;
  const MethodTable methods_;
};

// Why a call is refused whose first step no worker takes.
absl::Status WorkersBusy();

// Whether the caller may make this call, and its one request has come and is not too large.
// PERMISSION_DENIED, INVALID_ARGUMENT (MESSAGE_MISSING), or what Admission::CheckSize says.
absl::Status CheckRequest(const Call& call, const std::optional<std::string>& request);

// That somebody is there to answer, or the entry would say wrongly that somebody was answered:
// CheckAlive's errors. RESOURCE_EXHAUSTED (RESPONSE_BYTES) for what gRPC would drop, as larger than
// its cap, after the entry had said that it went out.
absl::Status CheckOut(const Call& call, const Reply& reply);

// The entry of a call that ends with `reply`, but for its request: of the method's kind, a read
// where an earlier answer is given again, a refusal. Takes the decision out of the call's notes.
// `method` may be null where the reply is an error.
EntryDraft DraftReply(Call& call, const Method* method, const absl::StatusOr<Reply>& reply);

// The reply to a call whose entry could not be made durable: UNAVAILABLE and nothing else.
Departure AuditUnavailable();

// One line of the operating log for a call that ends: never its content.
void LogCall(const Call& call, const absl::Status& status, const std::string& entry);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_CALL_PATH_H_
