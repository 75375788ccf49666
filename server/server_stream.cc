#include "server/server_stream.h"

#include <utility>

#include "audit/proof/commitment.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::server {
namespace {

absl::Status WorkersBusy() {
  return MakeError(absl::StatusCode::kResourceExhausted, "WORKERS_BUSY",
                   "all workers are busy and their queue is full");
}

absl::Status StreamsBusy() {
  return MakeError(absl::StatusCode::kResourceExhausted, "STREAMS_IN_FLIGHT",
                   "the server has " + std::to_string(kServerStreamsMax) +
                       " streams of answers under way, which is its cap (kServerStreamsMax)");
}

absl::Status NotTaken() {
  return MakeError(absl::StatusCode::kCancelled, "CALL_CANCELLED",
                   "the caller took no more messages");
}

}  // namespace

ServerStream::ServerStream(ServerStreamParts& parts, Arrival arrival, Writer write,
                           DepartureDone done)
    : parts_(parts),
      arrival_(std::move(arrival)),
      write_(std::move(write)),
      done_(std::move(done)),
      call_(parts.call.admission.NewCall(arrival_)),
      ticket_(parts.call.admission.Enter()) {}

ServerStream::~ServerStream() {
  if (holds_slot_) --parts_.in_flight;
}

bool ServerStream::TakeSlot() {
  size_t taken = parts_.in_flight.load();
  while (taken < kServerStreamsMax) {
    if (parts_.in_flight.compare_exchange_weak(taken, taken + 1)) return holds_slot_ = true;
  }
  return false;
}

void ServerStream::Begin(MessageReader read) {
  auto take = std::make_shared<MessageReader>(std::move(read));
  auto self = shared_from_this();
  if (parts_.call.pool.TrySubmit([self, take] { self->Open(std::move(*take)); })) return;
  const auto refuse = [self, take] {
    if (self->parts_.call.admission.Authenticate(self->arrival_, *self->call_).ok()) {
      self->Refuse(WorkersBusy(), (*take)());
    } else {
      self->Open(std::move(*take));
    }
  };
  if (parts_.call.overflow.TrySubmit(refuse)) return;
  parts_.call.aggregates.Count(PeerHost(arrival_.peer), AggregateReason::kOverload);
  Depart(WorkersBusy(), {ToWire(WorkersBusy(), 0), {}, {}}, "");
}

void ServerStream::Open(MessageReader read) {
  const absl::Status known = parts_.call.admission.Authenticate(arrival_, *call_);
  if (!known.ok()) {
    parts_.call.aggregates.Count(PeerHost(arrival_.peer), AggregateReason::kUnauthenticated);
    return Depart(known, {ToWire(known, 0), {}, {}}, "");
  }
  std::optional<std::string> request = read();
  auto source = MakeSource(request);
  if (!source.ok()) return Refuse(source.status(), std::move(request));
  EntryDraft draft = DraftEntry(*call_, audit::LeafKind::kStreamOpen, absl::OkStatus());
  draft.request = std::move(request);
  const absl::StatusOr<Committed> recorded = parts_.call.recorder.AppendAndWait(std::move(draft));
  if (!recorded.ok()) return Depart(recorded.status(), AuditUnavailable(), "");
  opening_ = recorded->name;
  salt_ = recorded->receipt.request_salt().substr(0, audit::kSaltBytes);
  source_ = *std::move(source);
  wakeable_ = source_.get();
  Pump();
}

absl::StatusOr<std::unique_ptr<MessageSource>> ServerStream::MakeSource(
    const std::optional<std::string>& request) {
  EVIDENT_RETURN_IF_ERROR(ticket_.overload());
  EVIDENT_RETURN_IF_ERROR(call_->CheckAlive());
  EVIDENT_RETURN_IF_ERROR(Admission::Authorise(*call_));
  if (!request) {
    return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_MISSING",
                     "the call ended before a whole request message had come");
  }
  EVIDENT_RETURN_IF_ERROR(Admission::CheckSize(request->size()));
  if (!TakeSlot()) return StreamsBusy();
  return parts_.methods.at(arrival_.method)(*call_, *request);
}

void ServerStream::Go() {
  auto self = shared_from_this();
  if (parts_.call.pool.TrySubmit([self] { self->Pump(); })) return;
  // A stream that is in the log must not stay open there.
  if (parts_.call.overflow.TrySubmit([self] { self->Close(WorkersBusy()); })) return;
  Close(WorkersBusy());
}

void ServerStream::Pump() {
  const absl::Status alive = call_->CheckAlive();
  if (!alive.ok()) return Close(alive);
  absl::StatusOr<MessageSource::Next> next = source_->Take(*call_);
  if (!next.ok()) return Close(next.status());
  if (next->message.has_value()) return Send(*std::move(next->message));
  if (!next->waits) return Close(absl::OkStatus());
  source_->Await([self = shared_from_this()] { self->Go(); });
  // Whoever left between the question and the waiting woke nobody.
  if (!call_->CheckAlive().ok()) source_->Wake();
}

void ServerStream::Send(std::string message) {
  ++sent_.messages;
  sent_.rolling = audit::ExtendRolling(sent_.rolling, audit::CommitAnswer(salt_, message));
  write_(std::move(message));
}

void ServerStream::OnWritten(bool sent) {
  if (sent) return Go();
  auto self = shared_from_this();
  const auto end = [self] {
    const absl::Status alive = self->call_->CheckAlive();
    self->Close(alive.ok() ? NotTaken() : alive);
  };
  if (!parts_.call.pool.TrySubmit(end) && !parts_.call.overflow.TrySubmit(end)) end();
}

void ServerStream::OnCancel() {
  MessageSource* const source = wakeable_;
  if (source != nullptr) source->Wake();
}

void ServerStream::Refuse(const absl::Status& status, std::optional<std::string> request) {
  EntryDraft draft = DraftEntry(*call_, audit::LeafKind::kRefusal, status);
  draft.request = std::move(request);
  Finish(std::move(draft), status);
}

void ServerStream::Close(const absl::Status& status) {
  call_->notes().effect = "closes the stream opened by " + opening_;
  EntryDraft draft = DraftEntry(*call_, audit::LeafKind::kStreamClose, status);
  draft.detail = sent_;
  Finish(std::move(draft), status);
}

void ServerStream::Finish(EntryDraft draft, const absl::Status& status) {
  parts_.call.recorder.Append(
      std::move(draft), [self = shared_from_this(), status](absl::StatusOr<Committed> recorded) {
        if (!recorded.ok()) return self->Depart(recorded.status(), AuditUnavailable(), "");
        self->Depart(status,
                     {ToWire(status, recorded->receipt_bytes.size()), {}, recorded->receipt_bytes},
                     recorded->name);
      });
}

void ServerStream::Depart(const absl::Status& status, Departure departure,
                          const std::string& entry) {
  LogCall(*call_, status, entry);
  departure.ticket = std::move(ticket_);
  done_(std::move(departure));
}

}  // namespace evident::server
