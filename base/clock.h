// Time as the rooms see it: passed in, never read behind their backs.
#ifndef EVIDENT_BASE_CLOCK_H_
#define EVIDENT_BASE_CLOCK_H_

#include <atomic>
#include <cstdint>
#include <string>

namespace evident {

// Nanoseconds since 1970-01-01T00:00:00Z, UTC. Thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t NowNs() const = 0;
  static Clock& System();  // CLOCK_REALTIME
};

// A clock that tests set. Thread safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(int64_t now_ns) : now_ns_(now_ns) {}
  int64_t NowNs() const override { return now_ns_.load(); }
  void AdvanceNs(int64_t by_ns) { now_ns_ += by_ns; }
  void SetNs(int64_t now_ns) { now_ns_ = now_ns; }

 private:
  std::atomic<int64_t> now_ns_;
};

// RFC 3339 in UTC with nine decimals: "2026-11-23T10:53:40.000000000Z".
std::string FormatTimeNs(int64_t time_ns);

}  // namespace evident

#endif  // EVIDENT_BASE_CLOCK_H_
