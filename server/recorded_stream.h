// What calls with streams have in common, without gRPC: a refusal, or else a stream open entry
// before anything happens and a stream close with the count and rolling digest of the messages at
// the end.
#ifndef EVIDENT_SERVER_RECORDED_STREAM_H_
#define EVIDENT_SERVER_RECORDED_STREAM_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "audit/proof/leaf.h"
#include "base/digest.h"
#include "server/call_path.h"

namespace evident::server {

// Why a stream ends whose messages cannot be delivered any more: CANCELLED (CALL_CANCELLED).
absl::Status NotTaken();

// One stream, whose steps run one at a time. It departs exactly once.
class RecordedStream : public std::enable_shared_from_this<RecordedStream> {
 public:
  virtual ~RecordedStream();

 protected:
  // `in_flight` counts streams of its sort; all outlive it.
  RecordedStream(const CallPathParts& parts, std::atomic<size_t>& in_flight, Arrival arrival,
                 DepartureDone done);

  // Runs `step` on a worker once the caller is known, with OK; with WorkersBusy, to refuse the
  // stream, when no worker takes it. Who is nobody, or comes when not even a refusal can wait, is
  // counted among its peer's, and the stream departs.
  void RunFirst(std::function<void(const absl::Status& busy)> step);

  // Runs a later step on a worker, or `when_busy` when none takes it, if need be at once: a stream
  // that is in the log must not stay open there.
  void RunNext(std::function<void()> step, std::function<void()> when_busy);

  // A place among the streams under way, until this one goes; false when `most` are taken.
  bool TakeSlot(size_t most);

  // Records that the stream begins. False when that failed: then it has departed.
  bool RecordOpening(std::optional<std::string> request);
  bool opened() const { return !opening_.empty(); }

  // Counts one message, by its commitment under salt().
  void Count(const Digest& commitment);
  const std::string& salt() const { return salt_; }  // the opening's request salt

  // Ends before the opening, with the message that was refused; or after it, with the response of
  // a stream that has one and ends well.
  void Refuse(const absl::Status& status, std::optional<std::string> request);
  void Close(const absl::Status& status, std::optional<std::string> response = {});

  // Ends with what is or cannot be in the log already.
  void Depart(const absl::Status& status, Departure departure, const std::string& entry);

  const CallPathParts& parts() const { return parts_; }
  const Arrival& arrival() const { return arrival_; }
  const absl::Status& overload() const { return ticket_.overload(); }
  const std::string& opening() const { return opening_; }  // name of that entry
  Call& call() const { return *call_; }

 private:
  bool Authenticate();
  void RefuseUnrecorded(const absl::Status& status, AggregateReason reason);
  void Finish(EntryDraft draft, const absl::Status& status);

  const CallPathParts& parts_;
  std::atomic<size_t>& in_flight_;
  const Arrival arrival_;
  DepartureDone done_;
  const std::unique_ptr<Call> call_;
  Admission::Ticket ticket_;
  bool holds_slot_ = false;
  std::string opening_;
  std::string salt_;
  audit::StreamCloseDetail sent_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_RECORDED_STREAM_H_
