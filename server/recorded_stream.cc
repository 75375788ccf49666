#include "server/recorded_stream.h"

#include <utility>

#include "audit/proof/commitment.h"
#include "base/status.h"

namespace evident::server {

absl::Status NotTaken() {
  return MakeError(absl::StatusCode::kCancelled, "CALL_CANCELLED",
                   "the caller took no more messages");
}

RecordedStream::RecordedStream(const CallPathParts& parts, std::atomic<size_t>& in_flight,
                               Arrival arrival, DepartureDone done)
    : parts_(parts),
      in_flight_(in_flight),
      arrival_(std::move(arrival)),
      done_(std::move(done)),
      call_(parts.admission.NewCall(arrival_)),
      ticket_(parts.admission.Enter()) {}

RecordedStream::~RecordedStream() {
  if (holds_slot_) --in_flight_;
}

void RecordedStream::RunFirst(std::function<void(const absl::Status& busy)> step) {
  const auto first = [self = shared_from_this(), step = std::move(step)](const absl::Status& busy) {
    if (self->Authenticate()) step(busy);
  };
  if (parts_.pool.TrySubmit([first] { first(absl::OkStatus()); })) return;
  if (parts_.overflow.TrySubmit([first] { first(WorkersBusy()); })) return;
  RefuseUnrecorded(WorkersBusy(), AggregateReason::kOverload);
}

void RecordedStream::RunNext(std::function<void()> step, std::function<void()> when_busy) {
  if (parts_.pool.TrySubmit(std::move(step))) return;
  if (!parts_.overflow.TrySubmit(when_busy)) when_busy();
}

bool RecordedStream::Authenticate() {
  const absl::Status known = parts_.admission.Authenticate(arrival_, *call_);
  if (known.ok()) return true;
  RefuseUnrecorded(known, AggregateReason::kUnauthenticated);
  return false;
}

void RecordedStream::RefuseUnrecorded(const absl::Status& status, AggregateReason reason) {
  parts_.aggregates.Count(PeerHost(arrival_.peer), reason);
  Depart(status, {ToWire(status, 0), {}, {}}, "");
}

bool RecordedStream::TakeSlot(size_t most) {
  size_t taken = in_flight_.load();
  while (taken < most) {
    if (in_flight_.compare_exchange_weak(taken, taken + 1)) return holds_slot_ = true;
  }
  return false;
}

bool RecordedStream::RecordOpening(std::optional<std::string> request) {
  EntryDraft draft = DraftEntry(*call_, audit::LeafKind::kStreamOpen, absl::OkStatus());
  draft.request = std::move(request);
  const absl::StatusOr<Committed> recorded = parts_.recorder.AppendAndWait(std::move(draft));
  if (!recorded.ok()) {
    Depart(recorded.status(), AuditUnavailable(), "");
    return false;
  }
  opening_ = recorded->name;
  salt_ = recorded->receipt.request_salt().substr(0, audit::kSaltBytes);
  return true;
}

void RecordedStream::Count(const Digest& commitment) {
  ++sent_.messages;
  sent_.rolling = audit::ExtendRolling(sent_.rolling, commitment);
}

void RecordedStream::Refuse(const absl::Status& status, std::optional<std::string> request) {
  EntryDraft draft = DraftEntry(*call_, audit::LeafKind::kRefusal, status);
  draft.request = std::move(request);
  Finish(std::move(draft), status);
}

void RecordedStream::Close(const absl::Status& status, std::optional<std::string> response) {
  call_->notes().effect = "closes the stream opened by " + opening_;
  EntryDraft draft = DraftEntry(*call_, audit::LeafKind::kStreamClose, status);
  draft.detail = sent_;
  if (status.ok()) draft.answer = std::move(response);
  Finish(std::move(draft), status);
}

void RecordedStream::Finish(EntryDraft draft, const absl::Status& status) {
  std::string response = draft.answer.value_or("");
  parts_.recorder.Append(
      std::move(draft), [self = shared_from_this(), status, response = std::move(response)](
                            absl::StatusOr<Committed> recorded) mutable {
        if (!recorded.ok()) return self->Depart(recorded.status(), AuditUnavailable(), "");
        self->Depart(status, WithReceipt(status, std::move(response), *recorded), recorded->name);
      });
}

void RecordedStream::Depart(const absl::Status& status, Departure departure,
                            const std::string& entry) {
  LogCall(*call_, status, entry);
  departure.ticket = std::move(ticket_);
  done_(std::move(departure));
}

}  // namespace evident::server
