#include "base/growth_signal.h"

#include <algorithm>
#include <utility>

namespace evident {

std::vector<GrowthSignal::Callback> GrowthSignal::TakeReady() {
  std::vector<Callback> ready;
  for (auto it = waiters_.begin(); it != waiters_.end();) {
    if (closed_ || it->second.after < newest_) {
      ready.push_back(std::move(it->second.callback));
      it = waiters_.erase(it);
    } else {
      ++it;
    }
  }
  return ready;
}

void GrowthSignal::Announce(uint64_t number) {
  std::vector<Callback> ready;
  {
    MutexLock lock(mutex_);
    newest_ = std::max(newest_, number);
    ready = TakeReady();
  }
  changed_.NotifyAll();
  for (Callback& callback : ready) callback();
}

void GrowthSignal::Close() {
  std::vector<Callback> ready;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    ready = TakeReady();
  }
  changed_.NotifyAll();
  for (Callback& callback : ready) callback();
}

bool GrowthSignal::closed() const {
  MutexLock lock(mutex_);
  return closed_;
}

GrowthSignal::Wait GrowthSignal::WaitFor(uint64_t number, std::chrono::nanoseconds timeout,
                                         size_t most) {
  const auto until = std::chrono::steady_clock::now() + timeout;
  MutexLock lock(mutex_);
  if (newest_ >= number) return Wait::kThere;
  if (waiting_ >= most) return Wait::kTooMany;
  ++waiting_;
  while (newest_ < number && !closed_) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left.count() <= 0) break;
    changed_.WaitFor(mutex_, left);
  }
  --waiting_;
  return newest_ >= number ? Wait::kThere : Wait::kNotYet;
}

GrowthSignal::Id GrowthSignal::OnceAbove(uint64_t after, Callback callback) {
  {
    MutexLock lock(mutex_);
    if (!closed_ && newest_ <= after) {
      const Id id = next_++;
      waiters_.emplace(id, Waiter{after, std::move(callback)});
      return id;
    }
  }
  callback();
  return 0;
}

void GrowthSignal::Wake(Id id) {
  Callback callback;
  {
    MutexLock lock(mutex_);
    const auto found = waiters_.find(id);
    if (found == waiters_.end()) return;
    callback = std::move(found->second.callback);
    waiters_.erase(found);
  }
  callback();
}

}  // namespace evident
