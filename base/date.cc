#include "base/date.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/status.h"

namespace evident {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int64_t kNsPerDay = 86'400'000'000'000;
constexpr int kYearMin = 1;
constexpr int kYearMax = 9999;

year_month_day Civil(Date date) { return year_month_day(sys_days(days(date.days))); }

Date FromCivil(year_month_day civil) {
  return Date{static_cast<int32_t>(sys_days(civil).time_since_epoch().count())};
}

// -1 when a character is no digit.
int Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::string Date::ToString() const {
  const year_month_day civil = Civil(*this);
  char text[32];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02u", static_cast<int>(civil.year()),
                static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
  return text;
}

absl::StatusOr<Date> ParseDate(std::string_view text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const int y = Digits(text.substr(0, 4));
    const int m = Digits(text.substr(5, 2));
    const int d = Digits(text.substr(8, 2));
    if (y >= kYearMin && m >= 1 && d >= 1) {
      const year_month_day civil(year(y), month(static_cast<unsigned>(m)),
                                 day(static_cast<unsigned>(d)));
      if (civil.ok()) return FromCivil(civil);
    }
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "DATE_INVALID",
                   "'" + std::string(text) + "' is no date; expected YYYY-MM-DD");
}

Date DateOfTimeNs(int64_t time_ns) {
  int64_t day_number = time_ns / kNsPerDay;
  if (time_ns % kNsPerDay < 0) --day_number;
  return Date{static_cast<int32_t>(day_number)};
}

Date AddMonths(Date date, int32_t amount) {
  const year_month_day civil = Civil(date);
  const int64_t months = int64_t{static_cast<int>(civil.year())} * 12 +
                         static_cast<unsigned>(civil.month()) - 1 + amount;
  if (months < kYearMin * 12) return FromCivil(year(kYearMin) / 1 / 1);
  if (months >= (kYearMax + 1) * 12) return FromCivil(year(kYearMax) / 12 / 31);
  const auto first = year(static_cast<int>(months / 12)) / static_cast<int>(months % 12 + 1);
  const year_month_day last(sys_days(first / std::chrono::last));
  return FromCivil(first / std::min(civil.day(), last.day()));
}

}  // namespace evident
