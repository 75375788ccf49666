// Decimal numbers as printed: 17.0 is {170, 1} and keeps its zero. No floating point anywhere.
#ifndef EVIDENT_BASE_DECIMAL_H_
#define EVIDENT_BASE_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace evident {

// unscaled * 10^-scale; scale is 0 to kDecimalScaleMax (limits.h). Equality is of the written form:
// 17.0 != 17; use Compare for the value.
struct Decimal {
  int64_t unscaled = 0;
  int32_t scale = 0;
  bool operator==(const Decimal&) const = default;
  std::string ToString() const;
};

// "-?digits[.digits]", no exponent, no leading '+', no leading zeros but "0" itself.
// INVALID_ARGUMENT for anything else or beyond int64.
absl::StatusOr<Decimal> ParseDecimal(std::string_view text);

// Order by value: 17.0 equals 17. Exact for all values (128-bit inside).
std::strong_ordering Compare(const Decimal& a, const Decimal& b);

}  // namespace evident

#endif  // EVIDENT_BASE_DECIMAL_H_
