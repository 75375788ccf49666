#include "server/call_path.h"

#include <utility>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "base/unicode.h"

namespace evident::server {
namespace {

absl::Status AuditUnavailableStatus() {
  return MakeError(absl::StatusCode::kUnavailable, "AUDIT_UNAVAILABLE",
                   "the call could not be recorded, and nothing is answered without a record");
}

absl::Status UnknownMethod(const std::string& method) {
  return MakeError(absl::StatusCode::kUnimplemented, "METHOD_UNKNOWN",
                   "there is no method " + Beginning(method, kMethodBytesMax) + " here");
}

}  // namespace

struct CallPath::State {
  State(Arrival arrival_in, MessageReader read_in, DepartureDone done_in)
      : arrival(std::move(arrival_in)), read(std::move(read_in)), done(std::move(done_in)) {}

  Arrival arrival;
  MessageReader read;
  DepartureDone done;
  std::unique_ptr<Call> call;
  Admission::Ticket ticket;
  const Method* method = nullptr;  // null: unknown
  std::optional<std::string> request;
};

absl::Status WorkersBusy() {
  return MakeError(absl::StatusCode::kResourceExhausted, "WORKERS_BUSY",
                   "all workers are busy and their queue is full");
}

absl::Status CheckRequest(const Call& call, const std::optional<std::string>& request) {
  EVIDENT_RETURN_IF_ERROR(Admission::Authorise(call));
  if (!request) {
    return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_MISSING",
                     "the call ended before a whole request message had come");
  }
  return Admission::CheckSize(request->size());
}

EntryDraft DraftReply(Call& call, const Method* method, const absl::StatusOr<Reply>& reply) {
  audit::LeafKind kind = audit::LeafKind::kRefusal;
  if (reply.ok()) kind = reply->earlier_receipt.empty() ? method->kind : audit::LeafKind::kRead;
  EntryDraft draft = DraftEntry(call, kind, reply.status());
  if (!reply.ok()) return draft;
  draft.answer = reply->bytes;
  if (call.notes().decision) {
    *draft.body.mutable_decision() = *std::move(call.notes().decision);
    draft.outcome = static_cast<uint8_t>(draft.body.decision().outcome());
  }
  return draft;
}

absl::Status CheckOut(const Call& call, const Reply& reply) {
  constexpr size_t kReplyBytesMax = kTransportMessageBytesMax - kReceiptBytesMax - 64;
  EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
  if (reply.bytes.size() <= kReplyBytesMax) return absl::OkStatus();
  return MakeError(absl::StatusCode::kResourceExhausted, "RESPONSE_BYTES",
                   "the response has " + std::to_string(reply.bytes.size()) +
                       " bytes; the cap is " + std::to_string(kReplyBytesMax) +
                       ": ask for less at a time");
}

Departure AuditUnavailable() { return {ToWire(AuditUnavailableStatus(), 0), {}, {}}; }

void LogCall(const Call& call, const absl::Status& status, const std::string& entry) {
  Log(LogLevel::kInfo, "call",
      {{"call", HexEncode(call.id())},
       {"method", Beginning(call.method(), kMethodBytesMax)},
       {"caller", call.caller().identity},
       {"peer", call.caller().peer},
       {"status", absl::StatusCodeToString(status.code())},
       {"reason", status.ok() ? std::string() : WireReason(status)},
       {"entry", entry},
       {"trace", call.trace_id()},
       {"latency_us", (call.clock().NowNs() - call.received_ns()) / 1000}});
}

void CallPath::Take(Arrival arrival, MessageReader read, DepartureDone done) {
  auto state = std::make_shared<State>(std::move(arrival), std::move(read), std::move(done));
  state->call = parts_.admission.NewCall(state->arrival);
  const auto method = methods_.find(state->arrival.method);
  if (method != methods_.end()) state->method = &method->second;
  state->ticket = parts_.admission.Enter();
  absl::Status overload = state->ticket.overload();
  if (overload.ok()) {
    if (parts_.pool.TrySubmit([this, state] { Run(state, absl::OkStatus()); })) return;
    overload = WorkersBusy();
  }
  if (parts_.overflow.TrySubmit([this, state, overload] { Run(state, overload); })) return;
  RefuseUnrecorded(state, overload, AggregateReason::kOverload);
}

void CallPath::Run(const StatePtr& state, const absl::Status& overload) {
  const absl::Status known = parts_.admission.Authenticate(state->arrival, *state->call);
  if (!known.ok()) return RefuseUnrecorded(state, known, AggregateReason::kUnauthenticated);
  if (!parts_.recorder.ReadOnlyReason().empty() &&
      !(state->method != nullptr && state->method->when_read_only)) {
    return Depart(state, AuditUnavailableStatus(), AuditUnavailable(), "");
  }
  state->request = state->read();
  if (!overload.ok()) return Record(state, overload);
  absl::StatusOr<Reply> reply = Handle(*state);
  if (reply.ok()) {
    const absl::Status ready = CheckOut(*state->call, *reply);
    if (!ready.ok()) reply = ready;
  }
  if (reply.ok() && reply->change != nullptr) return CarryOut(state, *reply->change);
  Record(state, std::move(reply));
}

void CallPath::CarryOut(const StatePtr& state, PreparedChange& change) {
  const absl::StatusOr<Committed> intent =
      Announce(parts_.recorder, *state->call, std::move(state->request), change.Effect());
  if (!intent.ok()) return Depart(state, intent.status(), AuditUnavailable(), "");
  absl::StatusOr<std::string> response = change.Apply(*state->call, intent->name);
  const absl::Status status = response.status();
  Conclude(
      parts_.recorder, parts_.hooks, *state->call, status,
      response.ok() ? *std::move(response) : std::string(), *intent,
      [this, state](const absl::Status& result, Departure departure, const std::string& entry) {
        Depart(state, result, std::move(departure), entry);
      });
}

absl::StatusOr<Reply> CallPath::Handle(State& state) {
  EVIDENT_RETURN_IF_ERROR(state.call->CheckAlive());
  if (state.method == nullptr) return UnknownMethod(state.arrival.method);
  EVIDENT_RETURN_IF_ERROR(CheckRequest(*state.call, state.request));
  return state.method->handle(*state.call, *state.request);
}

void CallPath::Record(const StatePtr& state, absl::StatusOr<Reply> reply) {
  const absl::Status status = reply.status();
  if (!parts_.recorder.ReadOnlyReason().empty() && state->method != nullptr &&
      state->method->when_read_only) {
    return Depart(state, status, {ToWire(status, 0), reply.ok() ? reply->bytes : "", {}}, "");
  }
  EntryDraft draft = DraftReply(*state->call, state->method, reply);
  draft.request = std::move(state->request);
  parts_.recorder.Append(std::move(draft), [this, state, status, reply = std::move(reply)](
                                               absl::StatusOr<Committed> recorded) mutable {
    if (!recorded.ok()) {
      return Depart(state, recorded.status(), AuditUnavailable(), "");
    }
    Departure departure{ToWire(status, recorded->receipt_bytes.size()), {}, {}};
    if (reply.ok() && !reply->earlier_receipt.empty()) {
      departure.response = AnswerResponse(reply->bytes, reply->earlier_receipt);
      departure.receipt = std::move(recorded->receipt_bytes);
    } else if (reply.ok() && reply->is_answer) {
      departure.response = AnswerResponse(reply->bytes, recorded->receipt_bytes);
    } else {
      if (reply.ok()) departure.response = std::move(reply->bytes);
      departure.receipt = std::move(recorded->receipt_bytes);
    }
    Depart(state, status, std::move(departure), recorded->name);
  });
}

void CallPath::RefuseUnrecorded(const StatePtr& state, const absl::Status& status,
                                AggregateReason reason) {
  parts_.aggregates.Count(PeerHost(state->arrival.peer), reason);
  Departure departure{ToWire(status, 0), {}, {}};
  departure.ticket = std::move(state->ticket);
  state->done(std::move(departure));
}

void CallPath::Depart(const StatePtr& state, const absl::Status& status, Departure departure,
                      const std::string& entry) {
  LogCall(*state->call, status, entry);
  departure.ticket = std::move(state->ticket);
  // Last: the transport may be gone once it has its departure.
  state->done(std::move(departure));
}

}  // namespace evident::server
