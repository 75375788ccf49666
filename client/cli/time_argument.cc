#include "client/cli/time_argument.h"

#include "absl/time/time.h"
#include "base/date.h"
#include "base/status.h"

namespace evident::cli {

absl::StatusOr<int64_t> ParseTimeArgument(const std::string& text) {
  absl::Time time;
  std::string ignored;
  // The date is checked on its own: absl takes February 30 for March 2.
  const bool real = ParseDate(text.substr(0, 10)).ok();
  const std::string whole = text.size() == 10 ? text + "T00:00:00Z" : text;
  if (real && absl::ParseTime(absl::RFC3339_full, whole, &time, &ignored)) {
    const int64_t nanoseconds = absl::ToUnixNanos(time);
    if (nanoseconds >= 0) return nanoseconds;
  }
  return MakeError(
      absl::StatusCode::kInvalidArgument, "TIME_INVALID",
      "'" + text + "' is no time since 1970 like 2026-11-27 or 2026-11-27T08:00:00+01:00");
}

CLI::Validator TimeArgument() {
  return CLI::Validator(
      [](const std::string& text) {
        const auto time = ParseTimeArgument(text);
        return time.ok() ? std::string() : std::string(time.status().message());
      },
      "TIME");
}

void AddCommitTimes(CLI::App& command, CommitTimes& times) {
  command.add_option("--from", times.from, "Committed at or after: a UTC day or RFC 3339")
      ->check(TimeArgument());
  command.add_option("--to", times.to, "Committed before")->check(TimeArgument());
}

}  // namespace evident::cli
