// What every call passes before it is handled: its id, its time, who calls, whether they may.
#ifndef EVIDENT_SERVER_ADMISSION_H_
#define EVIDENT_SERVER_ADMISSION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/random.h"
#include "server/auth.h"
#include "server/call.h"
#include "server/policy.h"

namespace evident::server {

// What the transport says of a call.
struct Arrival {
  std::string method;  // "/evident.v1.DecisionService/Ask", or whatever was called
  std::string peer;    // "ipv4:192.0.2.1:51234"
  PeerCredentials credentials;
  int64_t deadline_ns = std::numeric_limits<int64_t>::max();  // since 1970 UTC; max: none was set
  Call::CancelFlag cancelled;
  std::string trace_id;  // 32 hex digits; empty: none
};

// Thread safe.
class Admission {
 public:
  // One call's place among those under way, given back when it is destroyed: once the call's reply
  // has been delivered, for until then it holds memory. Of an Admission that outlives it.
  class Ticket {
   public:
    Ticket() = default;  // of no call
    Ticket(Ticket&& other) noexcept { *this = std::move(other); }
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(admission_, other.admission_);
      std::swap(overload_, other.overload_);
      return *this;
    }
    ~Ticket() {
      if (admission_ != nullptr) --admission_->in_flight_;
    }
    // OK, or RESOURCE_EXHAUSTED (IN_FLIGHT_CALLS) when too many calls are under way.
    const absl::Status& overload() const { return overload_; }

   private:
    friend class Admission;
    Admission* admission_ = nullptr;
    absl::Status overload_;
  };

  Admission(const Clock& clock, Random& random, const PolicyStore& policy, size_t in_flight_max)
      : clock_(clock), random_(random), policy_(policy), in_flight_max_(in_flight_max) {}

  // Counts one call in, those too many included: they are still to be refused.
  Ticket Enter();
  size_t in_flight() const { return in_flight_.load(); }

  // A call with a fresh id and a deadline of at most kDeadlineMaxMs, or kDeadlineDefaultMs when the
  // caller set none. Nobody's as yet.
  std::unique_ptr<Call> NewCall(const Arrival& arrival) const;

  // Tells the call whose it is. IdentityOf's errors.
  absl::Status Authenticate(const Arrival& arrival, Call& call) const;

  // That the caller has one of the method's roles: PERMISSION_DENIED (ROLE_MISSING).
  static absl::Status Authorise(const Call& call);

  // RESOURCE_EXHAUSTED (REQUEST_BYTES) above kRequestBytesMax.
  static absl::Status CheckSize(size_t request_bytes);

 private:
  const Clock& clock_;
  Random& random_;
  const PolicyStore& policy_;
  const size_t in_flight_max_;
  std::atomic<size_t> in_flight_ = 0;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_ADMISSION_H_
