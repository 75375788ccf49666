#include "graph/model/value_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/date.h"
#include "base/decimal.h"
#include "base/status.h"

namespace evident::graph {

absl::StatusOr<v1::Quantity> ParseQuantity(std::string_view number, std::string_view unit) {
  EVIDENT_ASSIGN_OR_RETURN(const Decimal decimal, ParseDecimal(number));
  v1::Quantity quantity;
  quantity.mutable_value()->set_unscaled(decimal.unscaled);
  quantity.mutable_value()->set_scale(decimal.scale);
  quantity.set_unit(std::string(unit));
  return quantity;
}

absl::StatusOr<v1::Value> ParseValueText(const std::string& text) {
  const auto refuse = [](const char* why) {
    return MakeError(absl::StatusCode::kInvalidArgument, "VALUE_MALFORMED", why);
  };
  if (text.empty()) return refuse("a value is expected");
  v1::Value value;
  int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (text == "true" || text == "false") {
    value.set_boolean(text == "true");
  } else if (error == std::errc() && end == text.data() + text.size()) {
    value.set_integer(integer);
  } else if (text.back() == ']' && text.find('[') != std::string::npos) {
    const size_t bracket = text.find('[');
    EVIDENT_ASSIGN_OR_RETURN(*value.mutable_decimal(),
                             ParseQuantity(text.substr(0, bracket),
                                           text.substr(bracket + 1, text.size() - bracket - 2)));
  } else if (ParseDate(text).ok()) {
    value.set_date(text);
  } else if (std::all_of(text.begin(), text.end(),
                         [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; })) {
    return refuse("a decimal needs its unit in brackets, as in 9.0[g/dL]");
  } else {
    value.set_coded(text);
  }
  return value;
}

}  // namespace evident::graph
