// Fuzz targets: a property of a decoder, to be kept for any bytes, and inputs to begin with. Each
// is built as a libFuzzer program of its own, and all together into tests for any compiler.
#ifndef EVIDENT_TESTS_FUZZ_FUZZ_TARGET_H_
#define EVIDENT_TESTS_FUZZ_FUZZ_TARGET_H_

#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace evident::fuzz {

using Seeds = std::vector<std::string>;

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);  // ends the process when the property does not hold
  Seeds (*seeds)();                     // at least one
};

inline std::ostream& operator<<(std::ostream& out, const Target& target) {
  return out << target.name;
}

// What this program was linked with, in no particular order.
std::vector<Target>& Targets();

// Runs the target; a property that fails on the way shows `input`.
void RunTarget(const Target& target, std::string_view input);

// Unless `holds`: writes `property` and the input in hex on standard error, and aborts.
void Require(bool holds, std::string_view property);

// That a refusal has one of these codes and a reason that it is known for.
void RequireRefusal(const absl::Status& status, std::initializer_list<absl::StatusCode> codes,
                    std::initializer_list<std::string_view> reasons);

// The value; aborts like Require when there is none.
template <typename T>
T Must(absl::StatusOr<T> result, std::string_view property) {
  if (!result.ok()) Require(false, std::string(property) + ": " + result.status().ToString());
  return *std::move(result);
}

struct Registration {
  explicit Registration(const Target& target) { Targets().push_back(target); }
};

}  // namespace evident::fuzz

// At the end of a target's file. `run` and `seeds` are functions of evident::fuzz.
#define EVIDENT_FUZZ_TARGET(name, run, seeds)                                 \
  namespace evident::fuzz {                                                   \
  static const Registration registration_##name(Target{#name, &run, &seeds}); \
  }                                                                           \
  static_assert(true)

#endif  // EVIDENT_TESTS_FUZZ_FUZZ_TARGET_H_
