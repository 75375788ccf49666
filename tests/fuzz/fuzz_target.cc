#include "tests/fuzz/fuzz_target.h"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/encoding.h"
#include "base/status.h"

namespace evident::fuzz {
namespace {

constexpr size_t kShownBytesMax = 8192;

std::string_view current_target;
std::string_view current_input;

}  // namespace

std::vector<Target>& Targets() {
  static auto* const targets = new std::vector<Target>();
  return *targets;
}

void RunTarget(const Target& target, std::string_view input) {
  // It would say of each text that is no UTF-8 that it is none.
  static google::protobuf::LogHandler* const silenced = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(silenced);
  current_target = target.name;
  current_input = input;
  target.run(input);
}

void Require(bool holds, std::string_view property) {
  if (holds) return;
  const std::string hex = HexEncode(current_input.substr(0, kShownBytesMax));
  std::fprintf(stderr, "fuzz target %s: does not hold: %s\ninput of %zu bytes: %s\n",
               std::string(current_target).c_str(), std::string(property).c_str(),
               current_input.size(), hex.c_str());
  std::abort();
}

void RequireRefusal(const absl::Status& status, std::initializer_list<absl::StatusCode> codes,
                    std::initializer_list<std::string_view> reasons) {
  const std::string reason = ErrorReason(status);
  const bool known = std::find(reasons.begin(), reasons.end(), reason) != reasons.end() &&
                     std::find(codes.begin(), codes.end(), status.code()) != codes.end();
  if (!known) Require(false, "a refusal has a known reason: " + reason + " " + status.ToString());
}

}  // namespace evident::fuzz
