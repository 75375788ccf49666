#include "server/grpc_reactors.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "server/trace_parent.h"

namespace evident::server {
namespace {

constexpr char kReceiptTrailer[] = "evident-receipt-bin";
constexpr char kTraceHeader[] = "traceparent";

std::vector<std::string> PropertyOf(const grpc::AuthContext& auth, const char* name) {
  std::vector<std::string> values;
  for (const grpc::string_ref& value : auth.FindPropertyValues(name)) {
    values.emplace_back(value.data(), value.size());
  }
  return values;
}

Arrival ArrivalOf(const grpc::CallbackServerContext& context, std::string method, bool tls) {
  Arrival arrival;
  arrival.method = std::move(method);
  arrival.peer = context.peer();
  arrival.credentials.tls = tls;
  if (tls && context.auth_context() != nullptr) {
    const grpc::AuthContext& auth = *context.auth_context();
    arrival.credentials.uris = PropertyOf(auth, "peer_uri");
    arrival.credentials.dns = PropertyOf(auth, "peer_dns");
    arrival.credentials.names = PropertyOf(auth, "x509_common_name");
  }
  const auto trace = context.client_metadata().find(kTraceHeader);
  if (trace != context.client_metadata().end()) {
    arrival.trace_id = TraceIdOf({trace->second.data(), trace->second.size()});
  }
  const auto deadline = context.deadline();
  if (deadline != std::chrono::system_clock::time_point::max()) {
    arrival.deadline_ns =
        std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch()).count();
  }
  return arrival;
}

Watchdog::TimePoint LatestEnd(const grpc::CallbackServerContext& context, const CallTimes& times) {
  const auto deadline = context.deadline();
  const auto now = std::chrono::system_clock::now();
  auto left = deadline == std::chrono::system_clock::time_point::max() ? times.without_deadline
                                                                       : times.with_deadline_max;
  if (deadline < now + left) {
    left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now);
  }
  return std::chrono::steady_clock::now() + left + times.grace;
}

std::optional<std::string> Flatten(const grpc::ByteBuffer& buffer) {
  if (!buffer.Valid()) return std::nullopt;
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return std::nullopt;
  std::string bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// Takes the bytes over. An empty response is one empty slice: a buffer that was never set aborts.
grpc::ByteBuffer BufferOf(std::string bytes) {
  if (bytes.empty()) {
    const grpc::Slice empty{std::string()};
    return grpc::ByteBuffer(&empty, 1);
  }
  auto* owned = new std::string(std::move(bytes));
  const grpc::Slice slice(
      owned->data(), owned->size(), [](void* string) { delete static_cast<std::string*>(string); },
      owned);
  return grpc::ByteBuffer(&slice, 1);
}

// What all kinds of calls share. A reactor, its context, request and response live until
// OnDone, which cannot come before Finish: whoever finishes touches nothing afterwards.
class CallFrame {
 public:
  CallFrame(const ReactorParts& parts, grpc::CallbackServerContext* context)
      : parts_(parts),
        context_(context),
        cancelled_(std::make_shared<std::atomic<bool>>(false)),
        watch_(parts.watchdog.Watch(LatestEnd(*context, parts.times),
                                    [context] { context->TryCancel(); })) {}

  Arrival MakeArrival(std::string method) const {
    Arrival arrival = ArrivalOf(*context_, std::move(method), parts_.tls);
    arrival.cancelled = cancelled_;
    return arrival;
  }
  grpc::Status Prepare(Departure& departure) {
    ticket_ = std::move(departure.ticket);
    if (!departure.receipt.empty()) {
      context_->AddTrailingMetadata(kReceiptTrailer, departure.receipt);
    }
    if (departure.status.code == 0) return grpc::Status::OK;
    return grpc::Status(static_cast<grpc::StatusCode>(departure.status.code),
                        departure.status.message, departure.status.details);
  }
  void SetCancelled() { cancelled_->store(true, std::memory_order_relaxed); }
  void Forget() { parts_.watchdog.Forget(watch_); }
  const ReactorParts& parts() const { return parts_; }

 private:
  const ReactorParts& parts_;
  grpc::CallbackServerContext* const context_;
  const std::shared_ptr<std::atomic<bool>> cancelled_;
  const Watchdog::Id watch_;
  Admission::Ticket ticket_;  // until OnDone: a caller that does not read pins its reply
};

class UnaryReactor final : public grpc::ServerUnaryReactor {
 public:
  UnaryReactor(const ReactorParts& parts, grpc::CallbackServerContext* context)
      : frame_(parts, context) {}

  void Take(const char* method, const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
    frame_.parts().path.Take(
        frame_.MakeArrival(method), [request] { return Flatten(*request); },
        [this, response](Departure departure) {
          const grpc::Status status = frame_.Prepare(departure);
          if (status.ok()) *response = BufferOf(std::move(departure.response));
          Finish(status);
        });
  }
  void OnCancel() override { frame_.SetCancelled(); }
  void OnDone() override {
    frame_.Forget();
    delete this;
  }

 private:
  CallFrame frame_;
};

class ImportReactor final : public grpc::ServerReadReactor<grpc::ByteBuffer> {
 public:
  ImportReactor(const ReactorParts& parts, const char* method, grpc::CallbackServerContext* context,
                grpc::ByteBuffer* response)
      : frame_(parts, context) {
    stream_ = parts.open_import(frame_.MakeArrival(method), [this, response](Departure departure) {
      const grpc::Status status = frame_.Prepare(departure);
      if (status.ok()) *response = BufferOf(std::move(departure.response));
      Finish(status);
    });
    // Held here: a stream that is refused at once may end this reactor before Begin returns.
    const std::shared_ptr<ClientStream> stream = stream_;
    stream->Begin([this] { StartRead(&message_); });
  }
  void OnReadDone(bool ok) override {
    stream_->OnMessage([this, ok] { return ok ? Flatten(message_) : std::nullopt; },
                       [this] {
                         message_.Clear();
                         StartRead(&message_);
                       });
  }
  void OnCancel() override { frame_.SetCancelled(); }
  void OnDone() override {
    frame_.Forget();
    delete this;
  }

 private:
  CallFrame frame_;
  grpc::ByteBuffer message_;
  std::shared_ptr<ClientStream> stream_;
};

class StreamReactor final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  StreamReactor(const ReactorParts& parts, const char* method, grpc::CallbackServerContext* context,
                const grpc::ByteBuffer* request)
      : frame_(parts, context) {
    stream_ = parts.open_stream(
        frame_.MakeArrival(method),
        [this](std::string message) {
          message_ = BufferOf(std::move(message));
          StartWrite(&message_);
        },
        [this](Departure departure) { Finish(frame_.Prepare(departure)); });
    // Held here: a stream that is refused at once may end this reactor before Begin returns.
    const std::shared_ptr<ServerStream> stream = stream_;
    stream->Begin([request] { return Flatten(*request); });
  }
  void OnWriteDone(bool ok) override { stream_->OnWritten(ok); }
  void OnCancel() override {
    frame_.SetCancelled();
    stream_->OnCancel();
  }
  void OnDone() override {
    frame_.Forget();
    delete this;
  }

 private:
  CallFrame frame_;
  grpc::ByteBuffer message_;
  std::shared_ptr<ServerStream> stream_;
};

class BatchReactor final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  BatchReactor(const ReactorParts& parts, const char* method, grpc::CallbackServerContext* context)
      : frame_(parts, context) {
    stream_ = parts.open_batch(
        frame_.MakeArrival(method),
        [this] {
          in_.Clear();
          StartRead(&in_);
        },
        [this](std::string message) {
          out_ = BufferOf(std::move(message));
          StartWrite(&out_);
        },
        [this](Departure departure) { Finish(frame_.Prepare(departure)); });
    // Held here: a stream that is refused at once may end this reactor before Begin returns.
    const std::shared_ptr<BatchStream> stream = stream_;
    stream->Begin();
  }
  void OnReadDone(bool ok) override {
    stream_->OnMessage([this, ok] { return ok ? Flatten(in_) : std::nullopt; });
  }
  void OnWriteDone(bool ok) override { stream_->OnWritten(ok); }
  void OnCancel() override { frame_.SetCancelled(); }
  void OnDone() override {
    frame_.Forget();
    delete this;
  }

 private:
  CallFrame frame_;
  grpc::ByteBuffer in_;
  grpc::ByteBuffer out_;
  std::shared_ptr<BatchStream> stream_;
};

class UnknownReactor final : public grpc::ServerGenericBidiReactor {
 public:
  UnknownReactor(const ReactorParts& parts, grpc::GenericCallbackServerContext* context)
      : frame_(parts, context), method_(context->method()) {
    if (parts.unknown_waiting.fetch_add(1) < kUnknownStreamsMax) {
      StartRead(&message_);
    } else {
      OnReadDone(false);
    }
  }
  void OnReadDone(bool ok) override {
    --frame_.parts().unknown_waiting;
    frame_.parts().path.Take(
        frame_.MakeArrival(method_), [this, ok] { return ok ? Flatten(message_) : std::nullopt; },
        [this](Departure departure) { Finish(frame_.Prepare(departure)); });
  }
  void OnCancel() override { frame_.SetCancelled(); }
  void OnDone() override {
    frame_.Forget();
    delete this;
  }

 private:
  CallFrame frame_;
  const std::string method_;
  grpc::ByteBuffer message_;
};

}  // namespace

grpc::ServerUnaryReactor* TakeUnary(const ReactorParts& parts, const char* method,
                                    grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  auto* reactor = new UnaryReactor(parts, context);
  reactor->Take(method, request, response);
  return reactor;
}

grpc::ServerReadReactor<grpc::ByteBuffer>* TakeImport(const ReactorParts& parts, const char* method,
                                                      grpc::CallbackServerContext* context,
                                                      grpc::ByteBuffer* response) {
  return new ImportReactor(parts, method, context, response);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* TakeStream(const ReactorParts& parts,
                                                       const char* method,
                                                       grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request) {
  return new StreamReactor(parts, method, context, request);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* TakeBatch(
    const ReactorParts& parts, const char* method, grpc::CallbackServerContext* context) {
  return new BatchReactor(parts, method, context);
}

grpc::ServerGenericBidiReactor* TakeUnknown(const ReactorParts& parts,
                                            grpc::GenericCallbackServerContext* context) {
  return new UnknownReactor(parts, context);
}

}  // namespace evident::server
