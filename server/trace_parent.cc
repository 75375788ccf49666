#include "server/trace_parent.h"

#include <algorithm>

namespace evident::server {
namespace {

// version(2) - trace id(32) - parent id(16) - flags(2)
constexpr size_t kTraceIdAt = 3;
constexpr size_t kTraceIdSize = 32;
constexpr size_t kParentAt = kTraceIdAt + kTraceIdSize + 1;
constexpr size_t kParentSize = 16;
constexpr size_t kFlagsAt = kParentAt + kParentSize + 1;
constexpr size_t kSize = kFlagsAt + 2;

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

}  // namespace

std::string TraceIdOf(std::string_view traceparent) {
  if (traceparent.size() < kSize) return "";
  const std::string_view version = traceparent.substr(0, 2);
  const std::string_view id = traceparent.substr(kTraceIdAt, kTraceIdSize);
  const std::string_view parent = traceparent.substr(kParentAt, kParentSize);
  if (traceparent[kTraceIdAt - 1] != '-' || traceparent[kParentAt - 1] != '-' ||
      traceparent[kFlagsAt - 1] != '-' || !IsHex(version) || !IsHex(id) || !IsHex(parent) ||
      !IsHex(traceparent.substr(kFlagsAt, 2)) || IsZero(id) || IsZero(parent) || version == "ff") {
    return "";
  }
  // Versions to come may add fields, each behind a dash; this one has none.
  const std::string_view rest = traceparent.substr(kSize);
  if (version == "00" ? !rest.empty() : !rest.empty() && rest.front() != '-') return "";
  return std::string(id);
}

}  // namespace evident::server
