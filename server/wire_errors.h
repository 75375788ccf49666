// Errors as they leave: the one place where absl::Status becomes a gRPC status with
// google.rpc.ErrorInfo and google.rpc.BadRequest.
#ifndef EVIDENT_SERVER_WIRE_ERRORS_H_
#define EVIDENT_SERVER_WIRE_ERRORS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "base/limits.h"

namespace evident::server {

struct WireStatus {
  int code = 0;         // google.rpc.Code
  std::string message;  // UTF-8
  std::string details;  // google.rpc.Status, serialised; empty when OK
};

// The first kViolationsShownMax violations, then one that counts the rest. `receipt_bytes` is the
// size of the receipt that travels beside it: message and details are shortened until all of it,
// encoded as metadata, stays within kReceiptTrailerBytesMax.
WireStatus ToWire(const absl::Status& status, size_t receipt_bytes);

// The reason that travels: ErrorReason, or the code's name for a status without one.
std::string WireReason(const absl::Status& status);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_WIRE_ERRORS_H_
