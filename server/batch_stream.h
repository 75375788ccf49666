// A call whose requests and responses both come as streams, each response of one request, in order,
// without gRPC. Each item leaves an entry of its own, as a unary call does, before its response
// goes out; the stream leaves a refusal, or else a stream open entry and a stream close with the
// count and rolling digest of its responses.
//
// Items are handled one after the other; while the entry of one becomes durable the next ones are
// handled, up to kBatchWindowMax that were taken and have not been sent, or
// kTransportMessageBytesMax of their answers: whoever does not read is not read from. What ends the
// stream (the caller's half close, its deadline, a log that takes no entries) lets the items that
// were taken leave first, as far as they can.
#ifndef EVIDENT_SERVER_BATCH_STREAM_H_
#define EVIDENT_SERVER_BATCH_STREAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "server/call_path.h"
#include "server/recorded_stream.h"

namespace evident::server {

// Makes the method that all items of one stream are handled by. An error refuses the stream.
using OpenItems = std::function<absl::StatusOr<Method>(Call&)>;

// What batches share. Outlives them.
struct BatchParts {
  BatchParts(CallPathParts call_in, OpenItems open_in) : call(call_in), open(std::move(open_in)) {}

  const CallPathParts call;
  const OpenItems open;
  std::atomic<size_t> in_flight = 0;  // at most kBatchesInFlightMax
};

// One batch.
class BatchStream final : public RecordedStream {
 public:
  // Hands one message to the transport, which calls OnWritten before it is given another.
  using Writer = absl::AnyInvocable<void(std::string)>;
  // Asks the transport for one more message, which comes by OnMessage.
  using Reader = absl::AnyInvocable<void()>;

  BatchStream(BatchParts& parts, Arrival arrival, Reader resume, Writer write, DepartureDone done);

  // To be called once. Never blocks; `done` runs exactly once, on any thread, when the stream ends.
  void Begin();

  // The message that was asked for; nullopt from `read` when there is none: the caller has closed
  // its side, or gone, or sent one above the transport's cap. Never blocks.
  void OnMessage(MessageReader read);

  // The message that was written last has left, or cannot any more. Never blocks.
  void OnWritten(bool sent);

 private:
  void Open(const absl::Status& busy);
  absl::Status Prepare(const absl::Status& busy);
  void Take(const std::optional<std::string>& message);
  absl::StatusOr<Reply> Handle(Call& item, const std::string& message);
  void OnRecorded(uint64_t item, const Call& call, const absl::Status& status, std::string response,
                  absl::StatusOr<Committed> recorded);
  void End(const absl::Status& status);  // takes no more messages
  void Pump();                           // writes, reads and closes, whatever is due
  std::shared_ptr<BatchStream> Self();

  const OpenItems& open_;
  Method method_;
  Reader resume_;
  Writer write_;

  Mutex mutex_;
  uint64_t taken_ EVIDENT_GUARDED_BY(mutex_) = 0;     // items handed to the log, or refused there
  uint64_t recorded_ EVIDENT_GUARDED_BY(mutex_) = 0;  // of those, told what came of it
  uint64_t written_ EVIDENT_GUARDED_BY(mutex_) = 0;   // of those, sent
  std::map<uint64_t, std::string> ready_ EVIDENT_GUARDED_BY(mutex_);  // responses to be sent
  std::deque<size_t> held_ EVIDENT_GUARDED_BY(mutex_);  // bytes of answers not sent, by item
  size_t held_bytes_ EVIDENT_GUARDED_BY(mutex_) = 0;    // of all of them
  bool reading_ EVIDENT_GUARDED_BY(mutex_) = false;     // a message is asked for, or being handled
  bool writing_ EVIDENT_GUARDED_BY(mutex_) = false;     // a response is on its way
  std::optional<absl::Status> end_ EVIDENT_GUARDED_BY(mutex_);  // why no more is taken
  bool cut_ EVIDENT_GUARDED_BY(mutex_) = false;                 // nothing more can be sent
  bool closed_ EVIDENT_GUARDED_BY(mutex_) = false;
};

using OpenBatchStream = std::function<std::shared_ptr<BatchStream>(
    Arrival arrival, BatchStream::Reader resume, BatchStream::Writer write, DepartureDone done)>;

}  // namespace evident::server

#endif  // EVIDENT_SERVER_BATCH_STREAM_H_
