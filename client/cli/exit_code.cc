#include "client/cli/exit_code.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/status.h"

namespace evident::cli {
namespace {

// What RESOURCE_EXHAUSTED says of the server or of a disk, and of a moment; every other reason is a
// cap that the same request meets again.
bool IsOfTheMoment(const absl::Status& status) {
  constexpr std::array<std::string_view, 6> kReasons = {"IN_FLIGHT_CALLS",   "WORKERS_BUSY",
                                                        "IMPORTS_IN_FLIGHT", "APPEND_QUEUE_FULL",
                                                        "DISK_FULL",         "FILE_FAILED"};
  const std::string reason = ErrorReason(status);
  return reason.empty() || std::find(kReasons.begin(), kReasons.end(), reason) != kReasons.end();
}

}  // namespace

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kAborted:
      return kExitBadInput;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kExitNotPermitted;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kExitUnavailable;
    case absl::StatusCode::kResourceExhausted:
      return IsOfTheMoment(status) ? kExitUnavailable : kExitBadInput;
    default:
      return kExitFailed;
  }
}

}  // namespace evident::cli
