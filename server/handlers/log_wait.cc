#include "server/handlers/log_wait.h"

#include <atomic>
#include <utility>

namespace evident::server {

// Whoever comes first runs it.
class LogWait::Once {
 public:
  explicit Once(absl::AnyInvocable<void()> resume) : resume_(std::move(resume)) {}

  void Run() {
    if (ran_.exchange(true)) return;
    // Let go of afterwards: it holds the stream.
    absl::AnyInvocable<void()> resume = std::move(resume_);
    resume();
  }

 private:
  std::atomic<bool> ran_ = false;
  absl::AnyInvocable<void()> resume_;
};

void LogWait::Begin(uint64_t size, Watchdog::TimePoint due, absl::AnyInvocable<void()> resume) {
  const auto once = std::make_shared<Once>(std::move(resume));
  // Held until all is in place: what resumes the stream on another thread begins with Stop.
  MutexLock lock(mutex_);
  once_ = once;
  alarm_ = timer_.Watch(due, [once] { once->Run(); });
  waiter_ = growth_.OnceAbove(size, [once] { once->Run(); });
}

void LogWait::Wake() {
  std::shared_ptr<Once> once;
  {
    MutexLock lock(mutex_);
    once = once_;
  }
  if (once != nullptr) once->Run();
}

void LogWait::Stop() {
  std::shared_ptr<Once> once;
  GrowthSignal::Id waiter = 0;
  Watchdog::Id alarm = 0;
  {
    MutexLock lock(mutex_);
    if (once_ == nullptr) return;
    once = std::exchange(once_, nullptr);
    waiter = std::exchange(waiter_, 0);
    alarm = std::exchange(alarm_, 0);
  }
  growth_.Wake(waiter);
  timer_.Forget(alarm);
}

}  // namespace evident::server
