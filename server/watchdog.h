// Ends what outlives its time: a caller that reads no more would otherwise pin its call for ever.
#ifndef EVIDENT_SERVER_WATCHDOG_H_
#define EVIDENT_SERVER_WATCHDOG_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "base/limits.h"
#include "base/mutex.h"

namespace evident::server {

// After how long a call is ended that has not ended by itself.
struct CallTimes {
  std::chrono::milliseconds without_deadline{kDeadlineDefaultMs};
  std::chrono::milliseconds with_deadline_max{kDeadlineMaxMs};
  std::chrono::milliseconds grace{5000};  // left to the call path to answer by itself first
};

// Thread safe.
class Watchdog {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Id = uint64_t;

  Watchdog();
  ~Watchdog();  // nothing may be watched any more

  // Runs `end` on a thread of its own once `deadline` has passed, unless forgotten before. `end`
  // may lead to Forget() of the same id on the same thread.
  Id Watch(TimePoint deadline, absl::AnyInvocable<void()> end);

  // After it returns, `end` neither runs nor will (except further up the same stack).
  void Forget(Id id);

 private:
  struct Watched {
    TimePoint deadline;
    absl::AnyInvocable<void()> end;
  };

  void Run();

  Mutex mutex_;
  CondVar changed_;
  std::map<Id, Watched> watched_ EVIDENT_GUARDED_BY(mutex_);
  std::set<std::pair<TimePoint, Id>> order_ EVIDENT_GUARDED_BY(mutex_);
  Id next_ EVIDENT_GUARDED_BY(mutex_) = 1;
  Id ending_ EVIDENT_GUARDED_BY(mutex_) = 0;  // 0: none
  bool stopped_ EVIDENT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_WATCHDOG_H_
