#include "server/batch_stream.h"

#include "audit/proof/commitment.h"
#include "base/limits.h"
#include "base/status.h"
#include "evident/v1/decision_service.pb.h"
#include "server/item_error.h"

namespace evident::server {
namespace {

absl::Status BatchesBusy() {
  return MakeError(absl::StatusCode::kResourceExhausted, "BATCHES_IN_FLIGHT",
                   "the server has " + std::to_string(kBatchesInFlightMax) +
                       " batches under way, which is its cap (kBatchesInFlightMax)");
}

// The place of an item, and why it has no answer.
std::string TailOf(uint64_t item, const absl::Status& status) {
  v1::BatchRecommendResponse tail;
  tail.set_item(item);
  if (!status.ok()) *tail.mutable_error() = ViewError(status);
  return tail.SerializeAsString();
}

}  // namespace

BatchStream::BatchStream(BatchParts& parts, Arrival arrival, Reader resume, Writer write,
                         DepartureDone done)
    : RecordedStream(parts.call, parts.in_flight, std::move(arrival), std::move(done)),
      open_(parts.open),
      resume_(std::move(resume)),
      write_(std::move(write)) {}

std::shared_ptr<BatchStream> BatchStream::Self() {
  return std::static_pointer_cast<BatchStream>(shared_from_this());
}

void BatchStream::Begin() {
  RunFirst([self = Self()](const absl::Status& busy) { self->Open(busy); });
}

void BatchStream::Open(const absl::Status& busy) {
  const absl::Status status = Prepare(busy);
  if (!status.ok()) return Refuse(status, std::nullopt);
  if (!RecordOpening(std::nullopt)) return;
  Pump();
}

absl::Status BatchStream::Prepare(const absl::Status& busy) {
  EVIDENT_RETURN_IF_ERROR(busy);
  EVIDENT_RETURN_IF_ERROR(overload());
  EVIDENT_RETURN_IF_ERROR(call().CheckAlive());
  EVIDENT_RETURN_IF_ERROR(Admission::Authorise(call()));
  if (!TakeSlot(kBatchesInFlightMax)) return BatchesBusy();
  EVIDENT_ASSIGN_OR_RETURN(method_, open_(call()));
  return absl::OkStatus();
}

void BatchStream::OnMessage(MessageReader read) {
  auto take = std::make_shared<MessageReader>(std::move(read));
  RunNext([self = Self(), take] { self->Take((*take)()); },
          [self = Self()] { self->End(WorkersBusy()); });
}

void BatchStream::Take(const std::optional<std::string>& message) {
  const absl::Status alive = call().CheckAlive();
  if (!message || !alive.ok()) return End(alive);
  uint64_t item = 0;
  {
    MutexLock lock(mutex_);
    item = taken_++;
  }
  std::shared_ptr<Call> one = parts().admission.NewCall(arrival());
  absl::StatusOr<Reply> reply = Handle(*one, *message);
  const absl::Status status = reply.status();
  {
    MutexLock lock(mutex_);
    held_.push_back(reply.ok() ? reply->bytes.size() : 0);
    held_bytes_ += held_.back();
  }
  EntryDraft draft = DraftReply(*one, &method_, reply);
  draft.request = *message;
  parts().recorder.Append(
      std::move(draft), [self = Self(), item, one, status,
                         answer = reply.ok() ? std::move(reply->bytes) : std::string()](
                            absl::StatusOr<Committed> recorded) mutable {
        self->OnRecorded(item, *one, status, std::move(answer), std::move(recorded));
      });
  {
    MutexLock lock(mutex_);
    reading_ = false;
  }
  Pump();
}

absl::StatusOr<Reply> BatchStream::Handle(Call& item, const std::string& message) {
  // Each for itself: a role that is taken away counts for the items behind.
  EVIDENT_RETURN_IF_ERROR(parts().admission.Authenticate(arrival(), item));
  item.notes().stream = opening();
  EVIDENT_RETURN_IF_ERROR(CheckRequest(item, message));
  EVIDENT_ASSIGN_OR_RETURN(Reply reply, method_.handle(item, message));
  EVIDENT_RETURN_IF_ERROR(CheckOut(item, reply));
  return reply;
}

void BatchStream::OnRecorded(uint64_t item, const Call& call, const absl::Status& status,
                             std::string response, absl::StatusOr<Committed> recorded) {
  LogCall(call, recorded.ok() ? status : recorded.status(), recorded.ok() ? recorded->name : "");
  {
    MutexLock lock(mutex_);
    ++recorded_;
    if (recorded.ok()) {
      ready_[item] = (status.ok() ? AnswerResponse(response, recorded->receipt_bytes)
                                  : ReceiptField(recorded->receipt_bytes)) +
                     TailOf(item, status);
    } else {
      // Those behind it must not be answered as if it had been.
      cut_ = true;
      end_ = recorded.status();
    }
  }
  Pump();
}

void BatchStream::OnWritten(bool sent) {
  {
    MutexLock lock(mutex_);
    writing_ = false;
    if (sent) {
      ++written_;
      held_bytes_ -= held_.front();
      held_.pop_front();
    }
    if (!sent) cut_ = true;
    if (!sent && !end_) end_ = NotTaken();
  }
  Pump();
}

void BatchStream::End(const absl::Status& status) {
  {
    MutexLock lock(mutex_);
    reading_ = false;
    if (!end_) end_ = status;
  }
  Pump();
}

void BatchStream::Pump() {
  std::optional<std::string> message;
  bool read = false;
  std::optional<absl::Status> close;
  {
    MutexLock lock(mutex_);
    if (closed_) return;
    const auto next = ready_.find(written_);
    if (!writing_ && !cut_ && next != ready_.end()) {
      message = std::move(next->second);
      ready_.erase(next);
      writing_ = true;
      // Under the lock: one response is on its way at a time, and they count in order.
      Count(audit::CommitAnswer(salt(), *message));
    }
    const bool room =
        taken_ - written_ < kBatchWindowMax && held_bytes_ < kTransportMessageBytesMax;
    if (!reading_ && !end_ && room) read = reading_ = true;
    const bool done = cut_ ? recorded_ == taken_ : written_ == taken_;
    if (end_ && done && !reading_ && !writing_) {
      closed_ = true;
      close = *end_;
    }
  }
  if (message) write_(*std::move(message));
  if (read) resume_();
  if (!close) return;
  // What the caller is told is the call's, where it has ended meanwhile.
  const absl::Status alive = call().CheckAlive();
  const auto end = [self = Self(), status = close->ok() ? alive : *close] { self->Close(status); };
  RunNext(end, end);
}

}  // namespace evident::server
