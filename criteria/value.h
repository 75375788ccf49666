// Values of facts: typed, exact, without floating point.
#ifndef EVIDENT_CRITERIA_VALUE_H_
#define EVIDENT_CRITERIA_VALUE_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/date.h"
#include "base/decimal.h"

namespace evident::criteria {

enum class FactType : uint8_t { kBoolean = 1, kInteger, kDecimal, kCoded, kDate };

// A decimal with its UCUM unit; "1" for a bare number.
struct Quantity {
  Decimal value;
  std::string unit;
  bool operator==(const Quantity&) const = default;
};

// The slug of an allowed value.
struct Coded {
  std::string slug;
  bool operator==(const Coded&) const = default;
};

// Which alternative is set is the value's type. Equality is of the written form; CompareValues is
// of the value.
using Value = std::variant<bool, int64_t, Quantity, Coded, Date>;

FactType TypeOf(const Value& value);
const char* TypeName(FactType type);  // "boolean", "integer", "decimal", "coded", "date"

// As criteria write it: "true", "3", "9.0 [g/dL]", "squamous", "2026-01-31".
std::string ToString(const Value& value);

// The days that dates can have: years 0001 to 9999.
inline constexpr Date kDateMin{-719'162};
inline constexpr Date kDateMax{2'932'896};

// Order of two values of one type and unit; nullopt when types or units differ. Booleans and coded
// values are ordered too (false first, by bytes), for sorting only.
std::optional<std::strong_ordering> CompareValues(const Value& a, const Value& b);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_VALUE_H_
