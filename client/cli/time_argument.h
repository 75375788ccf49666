// Points in time as arguments.
#ifndef EVIDENT_CLIENT_CLI_TIME_ARGUMENT_H_
#define EVIDENT_CLIENT_CLI_TIME_ARGUMENT_H_

#include <cstdint>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "base/status.h"

namespace evident::cli {

// Nanoseconds since 1970 UTC of "2026-11-27" (its first moment, UTC) or of RFC 3339, e.g.
// "2026-11-27T08:00:00+01:00". INVALID_ARGUMENT (TIME_INVALID).
absl::StatusOr<int64_t> ParseTimeArgument(const std::string& text);

// Refuses, before a command runs, what ParseTimeArgument does.
CLI::Validator TimeArgument();

// When entries were committed, as given; empty: no bound.
struct CommitTimes {
  std::string from;
  std::string to;
};

// --from and --to.
void AddCommitTimes(CLI::App& command, CommitTimes& times);

// Puts them into a request that has bounds of time.
template <typename Request>
absl::Status SetCommitTimes(const CommitTimes& times, Request& request) {
  if (!times.from.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(const int64_t time, ParseTimeArgument(times.from));
    request.set_begin_time_ns(time);
  }
  if (!times.to.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(const int64_t time, ParseTimeArgument(times.to));
    request.set_end_time_ns(time);
  }
  return absl::OkStatus();
}

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_TIME_ARGUMENT_H_
