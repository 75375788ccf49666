#include "base/decimal.h"

#include <limits>

#include "base/limits.h"
#include "base/status.h"

namespace evident {
namespace {

// 19 digits times 10^18 stay below 10^37, well inside 127 bits.
using Wide = __int128;

absl::Status Refuse(std::string_view text, std::string_view why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "DECIMAL_INVALID",
                   "'" + std::string(text) + "' is no decimal number: " + std::string(why));
}

Wide Scaled(const Decimal& decimal, int32_t scale) {
  Wide value = decimal.unscaled;
  for (int32_t i = decimal.scale; i < scale; ++i) value *= 10;
  return value;
}

}  // namespace

std::string Decimal::ToString() const {
  const bool negative = unscaled < 0;
  std::string digits = std::to_string(unscaled);
  if (negative) digits.erase(0, 1);
  if (scale > 0) {
    const size_t places = static_cast<size_t>(scale);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, 1, '.');
  }
  return negative ? "-" + digits : digits;
}

absl::StatusOr<Decimal> ParseDecimal(std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative) rest.remove_prefix(1);
  const size_t point = rest.find('.');
  const std::string_view whole = rest.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && fraction.empty())) {
    return Refuse(text, "expected digits, and digits behind a point");
  }
  if (whole.size() > 1 && whole.front() == '0') return Refuse(text, "it has leading zeros");
  if (fraction.size() > static_cast<size_t>(kDecimalScaleMax)) {
    return Refuse(text, "more than 18 digits behind the point");
  }
  const Wide most = Wide{std::numeric_limits<int64_t>::max()} + (negative ? 1 : 0);
  Wide value = 0;
  for (const std::string_view part : {whole, fraction}) {
    for (const char c : part) {
      if (c < '0' || c > '9') return Refuse(text, "a character is no digit");
      value = value * 10 + (c - '0');
      if (value > most) return Refuse(text, "too many digits");
    }
  }
  if (negative && value == 0) return Refuse(text, "zero has no sign");
  return Decimal{static_cast<int64_t>(negative ? -value : value),
                 static_cast<int32_t>(fraction.size())};
}

std::strong_ordering Compare(const Decimal& a, const Decimal& b) {
  const int32_t scale = a.scale > b.scale ? a.scale : b.scale;
  const Wide left = Scaled(a, scale);
  const Wide right = Scaled(b, scale);
  if (left < right) return std::strong_ordering::less;
  return left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace evident
