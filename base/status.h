// Errors of every room: absl::Status with a machine-readable reason and, for bad input, every
// violation. The server maps them to google.rpc.ErrorInfo and google.rpc.BadRequest in one file.
#ifndef EVIDENT_BASE_STATUS_H_
#define EVIDENT_BASE_STATUS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace evident {

// One thing that is wrong with the caller's input. `field` is a path such as "facts[2].value" or
// a position such as "statements/first.yaml:12:3"; `description` says what was found and what was
// expected there.
struct Violation {
  std::string field;
  std::string description;
  bool operator==(const Violation&) const = default;
};

// A status with `reason` (UPPER_SNAKE, stable, at most 63 bytes) and the violations that led to
// it. `message` says what was attempted and on what.
// `omitted` counts further violations that are not listed: where input can hold millions of them,
// the first few are enough.
absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message,
                       const std::vector<Violation>& violations = {}, size_t omitted = 0);

// The reason of a status made by MakeError; empty for any other status.
std::string ErrorReason(const absl::Status& status);

// The violations of a status made by MakeError; empty for any other status.
std::vector<Violation> ErrorViolations(const absl::Status& status);

// How many more there were.
size_t ErrorViolationsOmitted(const absl::Status& status);

// The same status with `context` and ": " put before its message; payloads are kept. OK stays OK.
absl::Status Annotate(const absl::Status& status, std::string_view context);

}  // namespace evident

#define EVIDENT_STATUS_CONCAT_INNER_(a, b) a##b
#define EVIDENT_STATUS_CONCAT_(a, b) EVIDENT_STATUS_CONCAT_INNER_(a, b)

// Returns from the calling function when `expr`, an absl::Status, is not OK.
#define EVIDENT_RETURN_IF_ERROR(expr)                  \
  do {                                                 \
    absl::Status evident_status_ = (expr);             \
    if (!evident_status_.ok()) return evident_status_; \
  } while (false)

// Assigns the value of `expr`, an absl::StatusOr, to `lhs`, or returns its status.
#define EVIDENT_ASSIGN_OR_RETURN(lhs, expr) \
  EVIDENT_ASSIGN_OR_RETURN_IMPL_(EVIDENT_STATUS_CONCAT_(evident_statusor_, __LINE__), lhs, expr)
#define EVIDENT_ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                                   \
  if (!tmp.ok()) return std::move(tmp).status();       \
  lhs = *std::move(tmp)

#endif  // EVIDENT_BASE_STATUS_H_
