#include "server/call.h"

#include "base/status.h"

namespace evident::server {
namespace {

// How much earlier a caller's deadline may end: the way to here, and gRPC's rounding of timeouts.
constexpr int64_t kEarlyNs = 50'000'000;
constexpr int64_t kEarlyPart = 50;

}  // namespace

absl::Status Call::CheckAlive() const {
  const bool cancelled = cancelled_ && cancelled_->load(std::memory_order_relaxed);
  // Both an expired deadline and a caller that left arrive as a cancel: the clock tells them apart.
  // A caller's own deadline ends a little before the one that is reckoned here from its header.
  const int64_t early = cancelled ? kEarlyNs + (deadline_ns_ - received_ns_) / kEarlyPart : 0;
  if (clock_.NowNs() >= deadline_ns_ - early) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                     "the deadline of the call passed before it was answered");
  }
  if (cancelled) {
    return MakeError(absl::StatusCode::kCancelled, "CALL_CANCELLED",
                     "the caller cancelled before the call was answered");
  }
  return absl::OkStatus();
}

}  // namespace evident::server
