#include "base/clock.h"

#include <cstdio>
#include <ctime>

#include "base/date.h"

namespace evident {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

class SystemClock final : public Clock {
 public:
  int64_t NowNs() const override {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * kNsPerSecond + now.tv_nsec;
  }
};

}  // namespace

Clock& Clock::System() {
  static SystemClock clock;
  return clock;
}

std::string FormatTimeNs(int64_t time_ns) {
  const Date day = DateOfTimeNs(time_ns);
  // By remainder: the first instant of the earliest day is below what int64 holds.
  const int64_t remainder = time_ns % (kSecondsPerDay * kNsPerSecond);
  const int64_t into_day = remainder < 0 ? remainder + kSecondsPerDay * kNsPerSecond : remainder;
  const int64_t seconds = into_day / kNsPerSecond;
  char time[64];
  std::snprintf(time, sizeof(time), "T%02d:%02d:%02d.%09dZ", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60),
                static_cast<int>(into_day % kNsPerSecond));
  return day.ToString() + time;
}

}  // namespace evident
