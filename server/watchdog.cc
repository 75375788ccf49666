#include "server/watchdog.h"

namespace evident::server {

Watchdog::Watchdog() : thread_([this] { Run(); }) {}

Watchdog::~Watchdog() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

Watchdog::Id Watchdog::Watch(TimePoint deadline, absl::AnyInvocable<void()> end) {
  bool first = false;
  Id id = 0;
  {
    MutexLock lock(mutex_);
    id = next_++;
    watched_.emplace(id, Watched{deadline, std::move(end)});
    const auto placed = order_.emplace(deadline, id).first;
    first = placed == order_.begin();
  }
  if (first) changed_.NotifyAll();
  return id;
}

void Watchdog::Forget(Id id) {
  MutexLock lock(mutex_);
  const auto found = watched_.find(id);
  if (found != watched_.end()) {
    order_.erase({found->second.deadline, id});
    watched_.erase(found);
  }
  while (ending_ == id && std::this_thread::get_id() != thread_.get_id()) changed_.Wait(mutex_);
}

void Watchdog::Run() {
  MutexLock lock(mutex_);
  while (!stopped_) {
    if (order_.empty()) {
      changed_.Wait(mutex_);
      continue;
    }
    const auto [deadline, id] = *order_.begin();
    const auto now = std::chrono::steady_clock::now();
    if (now < deadline) {
      changed_.WaitFor(mutex_, deadline - now);
      continue;
    }
    order_.erase(order_.begin());
    const auto found = watched_.find(id);
    absl::AnyInvocable<void()> end = std::move(found->second.end);
    watched_.erase(found);
    ending_ = id;
    // Ending a call can run its last callback right here, which comes back with Forget().
    mutex_.Unlock();
    end();
    mutex_.Lock();
    ending_ = 0;
    changed_.NotifyAll();
  }
}

}  // namespace evident::server
