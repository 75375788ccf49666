// std::mutex and std::condition_variable with clang's thread-safety annotations. absl::Mutex is not
// used: un-instrumented Abseil gives false reports under ThreadSanitizer.
#ifndef EVIDENT_BASE_MUTEX_H_
#define EVIDENT_BASE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define EVIDENT_TSA_(x) __attribute__((x))
#else
#define EVIDENT_TSA_(x)
#endif
#define EVIDENT_GUARDED_BY(x) EVIDENT_TSA_(guarded_by(x))
#define EVIDENT_REQUIRES(...) EVIDENT_TSA_(requires_capability(__VA_ARGS__))
#define EVIDENT_EXCLUDES(...) EVIDENT_TSA_(locks_excluded(__VA_ARGS__))

namespace evident {

class EVIDENT_TSA_(capability("mutex")) Mutex {
 public:
  void Lock() EVIDENT_TSA_(acquire_capability()) { mutex_.lock(); }
  void Unlock() EVIDENT_TSA_(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class EVIDENT_TSA_(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) EVIDENT_TSA_(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() EVIDENT_TSA_(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Wait in a loop that checks the condition: wake-ups can be spurious.
class CondVar {
 public:
  void Wait(Mutex& mutex) EVIDENT_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False when `timeout` passed first.
  bool WaitFor(Mutex& mutex, std::chrono::nanoseconds timeout) EVIDENT_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool notified = condition_.wait_for(lock, timeout) == std::cv_status::no_timeout;
    lock.release();
    return notified;
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace evident

#endif  // EVIDENT_BASE_MUTEX_H_
