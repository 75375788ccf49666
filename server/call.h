// One call as its handler sees it: who asks, until when, and what the entry will say of it. Knows
// nothing of gRPC.
#ifndef EVIDENT_SERVER_CALL_H_
#define EVIDENT_SERVER_CALL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/digest.h"
#include "evident/v1/audit.pb.h"
#include "server/policy.h"

namespace evident::server {

struct Caller {
  std::string identity;
  RoleSet roles;
  std::string tenant;
  std::string peer;
};

// What a handler adds to the call's entry.
struct EntryNotes {
  std::string subject;
  std::string client_reference;
  std::string purpose_of_use;
  std::string on_behalf_of;
  std::string follows;  // name of the earlier decision
  std::string effect;   // in one line
  std::string stream;   // name of the entry that opened the stream of which it is an item
  Digest release;       // zero when no release was involved
  uint32_t engine_semantics = 0;
  std::optional<v1::DecisionRecord> decision;
  std::vector<v1::StatementFeedback> feedback;
};

// A request that bears an id of its caller's.
struct RequestMark {
  Digest id;       // of caller and id
  Digest request;  // of method and request
};

// Used by one thread at a time; the cancel flag may be set by another.
class Call {
 public:
  using CancelFlag = std::shared_ptr<const std::atomic<bool>>;

  Call(std::string id, std::string method, int64_t received_ns, int64_t deadline_ns,
       CancelFlag cancelled, const Clock& clock)
      : id_(std::move(id)),
        method_(std::move(method)),
        received_ns_(received_ns),
        deadline_ns_(deadline_ns),
        cancelled_(std::move(cancelled)),
        clock_(clock) {}

  const std::string& id() const { return id_; }          // 16 random bytes
  const std::string& method() const { return method_; }  // as called
  int64_t received_ns() const { return received_ns_; }   // since 1970 UTC
  int64_t deadline_ns() const { return deadline_ns_; }   // capped
  const Caller& caller() const { return caller_; }
  const std::string& trace_id() const { return trace_id_; }  // empty: none
  const Clock& clock() const { return clock_; }

  // CANCELLED (CALL_CANCELLED) once the caller has gone, DEADLINE_EXCEEDED (DEADLINE_PASSED) once
  // its time is up, or has been but for 50 ms and a fiftieth of it when the caller goes. Long work
  // asks now and then.
  absl::Status CheckAlive() const;

  EntryNotes& notes() { return notes_; }
  const EntryNotes& notes() const { return notes_; }
  const std::optional<RequestMark>& mark() const { return mark_; }
  void set_mark(std::optional<RequestMark> mark) { mark_ = mark; }
  // Keeps something for as long as the call lives, which is until it has been answered.
  void Hold(std::shared_ptr<const void> held) { held_ = std::move(held); }
  void set_caller(Caller caller) { caller_ = std::move(caller); }
  void set_trace_id(std::string id) { trace_id_ = std::move(id); }

 private:
  const std::string id_;
  const std::string method_;
  const int64_t received_ns_;
  const int64_t deadline_ns_;
  const CancelFlag cancelled_;
  const Clock& clock_;
  Caller caller_;
  std::string trace_id_;
  EntryNotes notes_;
  std::optional<RequestMark> mark_;
  std::shared_ptr<const void> held_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_CALL_H_
