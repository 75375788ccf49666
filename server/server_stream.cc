#include "server/server_stream.h"

#include <utility>

#include "audit/proof/commitment.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::server {
namespace {

absl::Status StreamsBusy() {
  return MakeError(absl::StatusCode::kResourceExhausted, "STREAMS_IN_FLIGHT",
                   "the server has " + std::to_string(kServerStreamsMax) +
                       " streams of answers under way, which is its cap (kServerStreamsMax)");
}

}  // namespace

ServerStream::ServerStream(ServerStreamParts& parts, Arrival arrival, Writer write,
                           DepartureDone done)
    : RecordedStream(parts.call, parts.in_flight, std::move(arrival), std::move(done)),
      methods_(parts.methods),
      write_(std::move(write)) {}

std::shared_ptr<ServerStream> ServerStream::Self() {
  return std::static_pointer_cast<ServerStream>(shared_from_this());
}

void ServerStream::Begin(MessageReader read) {
  auto take = std::make_shared<MessageReader>(std::move(read));
  RunFirst([self = Self(), take](const absl::Status& busy) { self->Open(busy, std::move(*take)); });
}

void ServerStream::Open(const absl::Status& busy, MessageReader read) {
  std::optional<std::string> request = read();
  auto source = MakeSource(busy, request);
  if (!source.ok()) return Refuse(source.status(), std::move(request));
  if (!RecordOpening(std::move(request))) return;
  source_ = *std::move(source);
  wakeable_ = source_.get();
  Pump();
}

absl::StatusOr<std::unique_ptr<MessageSource>> ServerStream::MakeSource(
    const absl::Status& busy, const std::optional<std::string>& request) {
  EVIDENT_RETURN_IF_ERROR(busy);
  EVIDENT_RETURN_IF_ERROR(overload());
  EVIDENT_RETURN_IF_ERROR(call().CheckAlive());
  EVIDENT_RETURN_IF_ERROR(CheckRequest(call(), request));
  if (!TakeSlot(kServerStreamsMax)) return StreamsBusy();
  return methods_.at(arrival().method)(call(), *request);
}

void ServerStream::Go() {
  RunNext([self = Self()] { self->Pump(); }, [self = Self()] { self->Close(WorkersBusy()); });
}

void ServerStream::Pump() {
  const absl::Status alive = call().CheckAlive();
  if (!alive.ok()) return Close(alive);
  absl::StatusOr<MessageSource::Next> next = source_->Take(call());
  if (!next.ok()) return Close(next.status());
  if (next->message.has_value()) return Send(*std::move(next->message));
  if (!next->waits) return Close(absl::OkStatus());
  source_->Await([self = Self()] { self->Go(); });
  // Whoever left between the question and the waiting woke nobody.
  if (!call().CheckAlive().ok()) source_->Wake();
}

void ServerStream::Send(std::string message) {
  Count(audit::CommitAnswer(salt(), message));
  write_(std::move(message));
}

void ServerStream::OnWritten(bool sent) {
  if (sent) return Go();
  const auto end = [self = Self()] {
    const absl::Status alive = self->call().CheckAlive();
    self->Close(alive.ok() ? NotTaken() : alive);
  };
  RunNext(end, end);
}

void ServerStream::OnCancel() {
  MessageSource* const source = wakeable_;
  if (source != nullptr) source->Wake();
}

}  // namespace evident::server
