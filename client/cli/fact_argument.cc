#include "client/cli/fact_argument.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/date.h"
#include "base/decimal.h"
#include "base/status.h"

namespace evident::cli {
namespace {

absl::Status Refuse(const std::string& argument, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FACT_ARGUMENT_INVALID",
                   "fact '" + argument + "': " + why);
}

}  // namespace

absl::StatusOr<v1::Quantity> ParseQuantity(std::string_view number, std::string_view unit) {
  EVIDENT_ASSIGN_OR_RETURN(const Decimal decimal, ParseDecimal(number));
  v1::Quantity quantity;
  quantity.mutable_value()->set_unscaled(decimal.unscaled);
  quantity.mutable_value()->set_scale(decimal.scale);
  quantity.set_unit(std::string(unit));
  return quantity;
}

absl::StatusOr<v1::Fact> ParseFactArgument(const std::string& argument) {
  const size_t equals = argument.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == argument.size()) {
    return Refuse(argument, "expected name=value");
  }
  v1::Fact fact;
  fact.set_name(argument.substr(0, equals));
  const std::string text = argument.substr(equals + 1);
  v1::Value& value = *fact.mutable_value();
  int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (text == "true" || text == "false") {
    value.set_boolean(text == "true");
  } else if (error == std::errc() && end == text.data() + text.size()) {
    value.set_integer(integer);
  } else if (text.back() == ']' && text.find('[') != std::string::npos) {
    const size_t bracket = text.find('[');
    auto quantity =
        ParseQuantity(text.substr(0, bracket), text.substr(bracket + 1, text.size() - bracket - 2));
    if (!quantity.ok()) return Annotate(quantity.status(), "fact '" + argument + "'");
    *value.mutable_decimal() = *std::move(quantity);
  } else if (ParseDate(text).ok()) {
    value.set_date(text);
  } else if (std::all_of(text.begin(), text.end(),
                         [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; })) {
    return Refuse(argument, "a decimal needs its unit in brackets, as in 9.0[g/dL]");
  } else {
    value.set_coded(text);
  }
  return fact;
}

}  // namespace evident::cli
