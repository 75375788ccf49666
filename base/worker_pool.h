// A bounded pool of threads for work that may block.
#ifndef EVIDENT_BASE_WORKER_POOL_H_
#define EVIDENT_BASE_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "base/mutex.h"

namespace evident {

class WorkerPool {
 public:
  // `threads` at least 1; at most `queue_max` tasks wait.
  WorkerPool(std::string name, size_t threads, size_t queue_max);
  ~WorkerPool();  // Stop()

  // False, without running it, when the queue is full or the pool has stopped.
  [[nodiscard]] bool TrySubmit(absl::AnyInvocable<void()> task);

  // Runs what is queued, then joins. Idempotent; not from a task.
  void Stop();

 private:
  void Run();

  Mutex mutex_;
  CondVar wake_;
  std::deque<absl::AnyInvocable<void()>> queue_ EVIDENT_GUARDED_BY(mutex_);
  bool stopped_ EVIDENT_GUARDED_BY(mutex_) = false;
  const std::string name_;
  const size_t queue_max_;
  std::vector<std::thread> threads_;
};

}  // namespace evident

#endif  // EVIDENT_BASE_WORKER_POOL_H_
