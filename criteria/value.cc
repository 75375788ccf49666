#include "criteria/value.h"

namespace evident::criteria {

FactType TypeOf(const Value& value) { return static_cast<FactType>(value.index() + 1); }

const char* TypeName(FactType type) {
  switch (type) {
    case FactType::kBoolean:
      return "boolean";
    case FactType::kInteger:
      return "integer";
    case FactType::kDecimal:
      return "decimal";
    case FactType::kCoded:
      return "coded";
    case FactType::kDate:
      return "date";
  }
  return "unknown";
}

std::string ToString(const Value& value) {
  switch (TypeOf(value)) {
    case FactType::kBoolean:
      return std::get<bool>(value) ? "true" : "false";
    case FactType::kInteger:
      return std::to_string(std::get<int64_t>(value));
    case FactType::kDecimal: {
      const auto& quantity = std::get<Quantity>(value);
      return quantity.value.ToString() + " [" + quantity.unit + "]";
    }
    case FactType::kCoded:
      return std::get<Coded>(value).slug;
    case FactType::kDate:
      return std::get<Date>(value).ToString();
  }
  return "";
}

std::optional<std::strong_ordering> CompareValues(const Value& a, const Value& b) {
  if (a.index() != b.index()) return std::nullopt;
  switch (TypeOf(a)) {
    case FactType::kBoolean:
      return std::get<bool>(a) <=> std::get<bool>(b);
    case FactType::kInteger:
      return std::get<int64_t>(a) <=> std::get<int64_t>(b);
    case FactType::kDecimal: {
      const auto& left = std::get<Quantity>(a);
      const auto& right = std::get<Quantity>(b);
      if (left.unit != right.unit) return std::nullopt;
      return Compare(left.value, right.value);
    }
    case FactType::kCoded:
      return std::get<Coded>(a).slug.compare(std::get<Coded>(b).slug) <=> 0;
    case FactType::kDate:
      return std::get<Date>(a) <=> std::get<Date>(b);
  }
  return std::nullopt;
}

}  // namespace evident::criteria
