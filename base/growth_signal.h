// Tells of a number that only grows: releases as they are published, the size of a log.
#ifndef EVIDENT_BASE_GROWTH_SIGNAL_H_
#define EVIDENT_BASE_GROWTH_SIGNAL_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "base/mutex.h"

namespace evident {

// Thread safe. Callbacks run on the thread that announces, closes or wakes, without a lock held.
class GrowthSignal {
 public:
  using Callback = absl::AnyInvocable<void()>;
  using Id = uint64_t;

  // It is `number` now. A smaller one says nothing.
  void Announce(uint64_t number);

  // Nothing comes any more: everybody who waits is told, and so is who comes later.
  void Close();
  bool closed() const;

  enum class Wait { kThere, kNotYet, kTooMany };

  // Whether it is at least `number`, or comes to be before `timeout` has passed.
  // kTooMany, at once, when `most` threads wait already.
  Wait WaitFor(uint64_t number, std::chrono::nanoseconds timeout, size_t most);

  // Runs `callback` once: when it is above `after`, after Close, or by Wake. At once, and 0, when
  // there is nothing to wait for.
  Id OnceAbove(uint64_t after, Callback callback);

  // Runs the callback now unless it has run.
  void Wake(Id id);

 private:
  struct Waiter {
    uint64_t after;
    Callback callback;
  };

  std::vector<Callback> TakeReady() EVIDENT_REQUIRES(mutex_);

  mutable Mutex mutex_;
  CondVar changed_;
  size_t waiting_ EVIDENT_GUARDED_BY(mutex_) = 0;  // threads in WaitFor
  uint64_t newest_ EVIDENT_GUARDED_BY(mutex_) = 0;
  bool closed_ EVIDENT_GUARDED_BY(mutex_) = false;
  Id next_ EVIDENT_GUARDED_BY(mutex_) = 1;
  std::map<Id, Waiter> waiters_ EVIDENT_GUARDED_BY(mutex_);
};

}  // namespace evident

#endif  // EVIDENT_BASE_GROWTH_SIGNAL_H_
