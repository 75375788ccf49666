// A call whose requests come as a stream and whose response is one message.
#ifndef EVIDENT_SERVER_CLIENT_STREAM_H_
#define EVIDENT_SERVER_CLIENT_STREAM_H_

#include <functional>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "server/admission.h"
#include "server/call_path.h"

namespace evident::server {

// One stream. The transport hands over one message at a time.
class ClientStream {
 public:
  virtual ~ClientStream() = default;

  // Decides whether the stream may be at all; to be called once, before any message. Never blocks.
  // Then runs `resume` when it wants the first message, or else the stream's departure, on any
  // thread.
  virtual void Begin(absl::AnyInvocable<void()> resume) = 0;

  // Takes the next message, or what stands for the end of the stream when `read` yields none: a
  // half close, a cancel and a message above the transport's cap look alike. Never blocks. Then
  // runs `resume` when it wants another message, or else the stream's departure, on any thread.
  virtual void OnMessage(MessageReader read, absl::AnyInvocable<void()> resume) = 0;
};

using OpenClientStream =
    std::function<std::shared_ptr<ClientStream>(Arrival arrival, DepartureDone done)>;

}  // namespace evident::server

#endif  // EVIDENT_SERVER_CLIENT_STREAM_H_
