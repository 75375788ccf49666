// Three truth values, and the facts that they depend on.
#ifndef EVIDENT_CRITERIA_TRUTH_H_
#define EVIDENT_CRITERIA_TRUTH_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "criteria/value.h"

namespace evident::criteria {

enum class Truth : uint8_t { kFalse, kUnknown, kTrue };

constexpr Truth Negate(Truth truth) { return static_cast<Truth>(2 - static_cast<uint8_t>(truth)); }

// Facts by full name.
using Facts = std::map<std::string, Value, std::less<>>;

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_TRUTH_H_
