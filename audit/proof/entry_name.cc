#include "audit/proof/entry_name.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr std::string_view kEntries = "entries/";
constexpr std::string_view kDecisions = "decisions/";

// False unless the text is the one decimal spelling of a value of T.
template <typename T>
bool ParseDecimalNumber(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::to_string(value) == text;
}

absl::Status Invalid(const char* reason, std::string_view text, const char* expected) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   "'" + std::string(text) + "' is not of the form " + expected);
}

}  // namespace

bool IsValidLogName(std::string_view name) {
  return !name.empty() && name.size() <= kLogNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

std::string LogId::Origin() const { return name + "/" + std::to_string(incarnation); }

absl::StatusOr<LogId> ParseOrigin(std::string_view origin) {
  const size_t slash = origin.rfind('/');
  LogId log;
  if (slash == std::string_view::npos || !IsValidLogName(origin.substr(0, slash)) ||
      !ParseDecimalNumber(origin.substr(slash + 1), log.incarnation) || log.incarnation == 0) {
    return Invalid("LOG_NAME_INVALID", origin, "<log>/<incarnation>");
  }
  log.name = std::string(origin.substr(0, slash));
  return log;
}

std::string EntryName::ToString() const {
  return std::string(decision ? kDecisions : kEntries) + log.name + "." +
         std::to_string(log.incarnation) + "-" + std::to_string(index.value);
}

EntryName NameEntry(const LogId& log, EntryIndex index, LeafKind kind) {
  return {log, index, kind == LeafKind::kDecision};
}

absl::StatusOr<EntryName> ParseEntryName(std::string_view name) {
  EntryName entry;
  entry.decision = name.substr(0, kDecisions.size()) == kDecisions;
  const std::string_view prefix = entry.decision ? kDecisions : kEntries;
  const std::string_view rest =
      name.substr(0, prefix.size()) == prefix ? name.substr(prefix.size()) : std::string_view();
  const size_t dash = rest.rfind('-');
  const size_t dot = dash == std::string_view::npos ? dash : rest.substr(0, dash).rfind('.');
  if (dot == std::string_view::npos || !IsValidLogName(rest.substr(0, dot)) ||
      !ParseDecimalNumber(rest.substr(dot + 1, dash - dot - 1), entry.log.incarnation) ||
      entry.log.incarnation == 0 || !ParseDecimalNumber(rest.substr(dash + 1), entry.index.value)) {
    return Invalid("ENTRY_NAME_INVALID", name, "entries/<log>.<incarnation>-<index>");
  }
  entry.log.name = std::string(rest.substr(0, dot));
  return entry;
}

}  // namespace evident::audit
