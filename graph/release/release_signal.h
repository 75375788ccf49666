// Tells of releases as they are published.
#ifndef EVIDENT_GRAPH_RELEASE_RELEASE_SIGNAL_H_
#define EVIDENT_GRAPH_RELEASE_RELEASE_SIGNAL_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "base/mutex.h"

namespace evident::graph {

// Thread safe. Callbacks run on the thread that announces, closes or wakes, without a lock held.
class ReleaseSignal {
 public:
  using Callback = absl::AnyInvocable<void()>;
  using Id = uint64_t;

  // The newest release is `number` now. Numbers never go back.
  void Announce(uint32_t number);

  // Nothing comes any more: everybody who waits is told, and so is who comes later.
  void Close();
  bool closed() const;

  enum class Wait { kThere, kNotYet, kTooMany };

  // Whether a release of at least this number is there, or comes before `timeout` has passed.
  // kTooMany, at once, when `most` threads wait already.
  Wait WaitFor(uint32_t number, std::chrono::nanoseconds timeout, size_t most);

  // Runs `callback` once: when a release above `after` is there, after Close, or by Wake. At once,
  // and 0, when there is nothing to wait for.
  Id OnceAbove(uint32_t after, Callback callback);

  // Runs the callback now unless it has run.
  void Wake(Id id);

 private:
  struct Waiter {
    uint32_t after;
    Callback callback;
  };

  std::vector<Callback> TakeReady() EVIDENT_REQUIRES(mutex_);

  mutable Mutex mutex_;
  CondVar changed_;
  size_t waiting_ EVIDENT_GUARDED_BY(mutex_) = 0;  // threads in WaitFor
  uint32_t newest_ EVIDENT_GUARDED_BY(mutex_) = 0;
  bool closed_ EVIDENT_GUARDED_BY(mutex_) = false;
  Id next_ EVIDENT_GUARDED_BY(mutex_) = 1;
  std::map<Id, Waiter> waiters_ EVIDENT_GUARDED_BY(mutex_);
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_RELEASE_SIGNAL_H_
