#include "server/call.h"

#include "base/status.h"

namespace evident::server {

absl::Status Call::CheckAlive() const {
  // Both an expired deadline and a caller that left arrive as a cancel: the clock tells them apart.
  if (clock_.NowNs() >= deadline_ns_) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                     "the deadline of the call passed before it was answered");
  }
  if (cancelled_ && cancelled_->load(std::memory_order_relaxed)) {
    return MakeError(absl::StatusCode::kCancelled, "CALL_CANCELLED",
                     "the caller cancelled before the call was answered");
  }
  return absl::OkStatus();
}

}  // namespace evident::server
