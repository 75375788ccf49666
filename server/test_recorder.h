// An audit log in memory for tests: it keeps what it is given and signs nothing.
#ifndef EVIDENT_SERVER_TEST_RECORDER_H_
#define EVIDENT_SERVER_TEST_RECORDER_H_

#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "server/recorder.h"
#include "server/test_wait.h"

namespace evident::server {

inline absl::StatusCode CodeOf(const EntryDraft& draft) {
  return static_cast<absl::StatusCode>(draft.grpc_status);
}

// Thread safe. `done` runs on the appending thread.
class MemoryRecorder final : public Recorder {
 public:
  void Append(EntryDraft draft, Done done) override {
    Committed recorded;
    {
      MutexLock lock(mutex_);
      if (failing_) {
        read_only_ = "the disk failed";
      } else {
        recorded.index = EntryIndex(entries_.size());
        entries_.push_back(std::move(draft));
      }
    }
    changed_.NotifyAll();
    if (!ReadOnlyReason().empty()) return done(absl::UnavailableError("the disk failed"));
    recorded.name = "entries/test.1-" + std::to_string(recorded.index.value);
    recorded.receipt.set_entry(recorded.name);
    recorded.receipt.set_request_salt(std::string(32, 's'));
    recorded.receipt_bytes = recorded.receipt.SerializeAsString();
    done(std::move(recorded));
  }
  std::string ReadOnlyReason() const override {
    MutexLock lock(mutex_);
    return read_only_;
  }
  void FailFromNowOn() {
    MutexLock lock(mutex_);
    failing_ = true;
  }
  void Mend() {
    MutexLock lock(mutex_);
    failing_ = false;
    read_only_.clear();
  }
  // Aborts the test when they do not come.
  std::vector<EntryDraft> WaitFor(size_t count) {
    const auto until = std::chrono::steady_clock::now() + kTestWaitMax;
    MutexLock lock(mutex_);
    while (entries_.size() < count) {
      const auto left = until - std::chrono::steady_clock::now();
      if (left.count() <= 0) std::abort();
      changed_.WaitFor(mutex_, left);
    }
    return entries_;
  }
  size_t size() const {
    MutexLock lock(mutex_);
    return entries_.size();
  }

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  bool failing_ EVIDENT_GUARDED_BY(mutex_) = false;
  std::string read_only_ EVIDENT_GUARDED_BY(mutex_);
  std::vector<EntryDraft> entries_ EVIDENT_GUARDED_BY(mutex_);
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TEST_RECORDER_H_
