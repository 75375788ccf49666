// Waiting for a call that tells of its end by a callback.
#ifndef EVIDENT_CLIENT_COMPLETION_H_
#define EVIDENT_CLIENT_COMPLETION_H_

#include <grpcpp/support/status.h>

#include <utility>

#include "base/mutex.h"

namespace evident::client {

// Of one call. Thread safe.
class Completion {
 public:
  void Finish(grpc::Status status) {
    MutexLock lock(mutex_);
    status_ = std::move(status);
    done_ = true;
    condition_.NotifyAll();
  }
  grpc::Status Wait() {
    MutexLock lock(mutex_);
    while (!done_) condition_.Wait(mutex_);
    return status_;
  }

 private:
  Mutex mutex_;
  CondVar condition_;
  grpc::Status status_ EVIDENT_GUARDED_BY(mutex_);
  bool done_ EVIDENT_GUARDED_BY(mutex_) = false;
};

}  // namespace evident::client

#endif  // EVIDENT_CLIENT_COMPLETION_H_
