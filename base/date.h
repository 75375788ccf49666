// Calendar dates, proleptic Gregorian, UTC, written YYYY-MM-DD (ISO 8601).
#ifndef EVIDENT_BASE_DATE_H_
#define EVIDENT_BASE_DATE_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace evident {

struct Date {
  int32_t days = 0;  // since 1970-01-01
  auto operator<=>(const Date&) const = default;
  std::string ToString() const;
};

absl::StatusOr<Date> ParseDate(std::string_view text);  // years 0001 to 9999
Date DateOfTimeNs(int64_t time_ns);                     // the UTC day that holds this instant

// `amount` months later (earlier when negative); the day is clamped to the month's last, the result
// to 0001-01-01 and 9999-12-31.
Date AddMonths(Date date, int32_t amount);

}  // namespace evident

#endif  // EVIDENT_BASE_DATE_H_
