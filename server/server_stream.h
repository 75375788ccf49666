// A call that answers with a stream of messages, without gRPC: entries, back-pressure, waiting and
// ending. It leaves a refusal, or else a stream open entry before its first message and a stream
// close with the count and rolling digest of the messages when it ends.
#ifndef EVIDENT_SERVER_SERVER_STREAM_H_
#define EVIDENT_SERVER_SERVER_STREAM_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/call_path.h"
#include "server/recorded_stream.h"

namespace evident::server {

// Where the messages of one stream come from. Used by one thread at a time, but for Wake.
class MessageSource {
 public:
  struct Next {
    std::optional<std::string> message;  // nullopt: the end, unless it waits
    bool waits = false;                  // nothing yet: Await tells when to ask again
  };

  virtual ~MessageSource() = default;

  // The next message, on a worker. An error ends the stream with it.
  virtual absl::StatusOr<Next> Take(Call& call) = 0;

  // After a Next that waits: runs `resume` once, on any thread, when Take is worth asking again.
  virtual void Await(absl::AnyInvocable<void()> resume) { resume(); }

  // Ends an Await early; may come at any time, and more than once.
  virtual void Wake() {}
};

// Parses the request and makes the source. An error refuses the stream.
using OpenSource =
    std::function<absl::StatusOr<std::unique_ptr<MessageSource>>(Call&, std::string_view request)>;

// By full method name.
using StreamTable = std::map<std::string, OpenSource, std::less<>>;

// What server streams share. Outlives them.
struct ServerStreamParts {
  const CallPathParts call;
  const StreamTable methods;
  std::atomic<size_t> in_flight = 0;  // at most kServerStreamsMax
};

class ServerStream final : public RecordedStream {
 public:
  // Hands one message to the transport, which calls OnWritten before it is given another.
  using Writer = absl::AnyInvocable<void(std::string)>;

  ServerStream(ServerStreamParts& parts, Arrival arrival, Writer write, DepartureDone done);

  // To be called once. Never blocks; `done` runs exactly once, on any thread, when the stream ends.
  void Begin(MessageReader read);

  // The message that was written last has left, or cannot any more.
  void OnWritten(bool sent);

  // The caller has gone.
  void OnCancel();

 private:
  void Open(const absl::Status& busy, MessageReader read);
  absl::StatusOr<std::unique_ptr<MessageSource>> MakeSource(
      const absl::Status& busy, const std::optional<std::string>& request);
  void Go();    // Pump, on a worker
  void Pump();  // hands on what is next
  void Send(std::string message);
  std::shared_ptr<ServerStream> Self();

  const StreamTable& methods_;
  Writer write_;
  std::unique_ptr<MessageSource> source_;
  std::atomic<MessageSource*> wakeable_ = nullptr;
};

using OpenServerStream = std::function<std::shared_ptr<ServerStream>(
    Arrival arrival, ServerStream::Writer write, DepartureDone done)>;

}  // namespace evident::server

#endif  // EVIDENT_SERVER_SERVER_STREAM_H_
