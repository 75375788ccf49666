// How a stream waits at the end of the log: for entries, or for its next heartbeat.
#ifndef EVIDENT_SERVER_HANDLERS_LOG_WAIT_H_
#define EVIDENT_SERVER_HANDLERS_LOG_WAIT_H_

#include <cstdint>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "base/growth_signal.h"
#include "base/mutex.h"
#include "server/watchdog.h"

namespace evident::server {

// One wait at a time. Thread safe.
class LogWait {
 public:
  // Both outlive it.
  LogWait(GrowthSignal& growth, Watchdog& timer) : growth_(growth), timer_(timer) {}
  ~LogWait() { Stop(); }
  LogWait(const LogWait&) = delete;
  LogWait& operator=(const LogWait&) = delete;

  // Runs `resume` once, on any thread: when the log has more than `size` entries, at `due`, when
  // the signal closes, by Wake or by Stop.
  void Begin(uint64_t size, Watchdog::TimePoint due, absl::AnyInvocable<void()> resume);

  // Ends the wait now. Nothing where there is none.
  void Wake();

  // Lets go of what the last wait hung on.
  void Stop();

 private:
  class Once;

  GrowthSignal& growth_;
  Watchdog& timer_;
  Mutex mutex_;
  std::shared_ptr<Once> once_ EVIDENT_GUARDED_BY(mutex_);  // null: no wait
  GrowthSignal::Id waiter_ EVIDENT_GUARDED_BY(mutex_) = 0;
  Watchdog::Id alarm_ EVIDENT_GUARDED_BY(mutex_) = 0;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_LOG_WAIT_H_
