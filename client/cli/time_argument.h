// Points in time as arguments.
#ifndef EVIDENT_CLIENT_CLI_TIME_ARGUMENT_H_
#define EVIDENT_CLIENT_CLI_TIME_ARGUMENT_H_

#include <cstdint>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

namespace evident::cli {

// Nanoseconds since 1970 UTC of "2026-11-27" (its first moment, UTC) or of RFC 3339, e.g.
// "2026-11-27T08:00:00+01:00". INVALID_ARGUMENT (TIME_INVALID).
absl::StatusOr<int64_t> ParseTimeArgument(const std::string& text);

// Refuses, before a command runs, what ParseTimeArgument does.
CLI::Validator TimeArgument();

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_TIME_ARGUMENT_H_
