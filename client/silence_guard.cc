#include "client/silence_guard.h"

#include <string>

#include "base/status.h"

namespace evident::client {

SilenceGuard::SilenceGuard(grpc::ClientContext& context, std::chrono::milliseconds limit)
    : context_(context), limit_(limit), until_(std::chrono::steady_clock::now() + limit) {
  if (limit_.count() > 0) thread_ = std::thread([this] { Run(); });
}

SilenceGuard::~SilenceGuard() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void SilenceGuard::Listen() {
  {
    MutexLock lock(mutex_);
    until_ = std::chrono::steady_clock::now() + limit_;
  }
  changed_.NotifyAll();
}

void SilenceGuard::Pause() {
  MutexLock lock(mutex_);
  until_ = TimePoint::max();
}

absl::Status SilenceGuard::status() const {
  MutexLock lock(mutex_);
  if (!ended_) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, "STREAM_SILENT",
                   "nothing came for " + std::to_string(limit_.count()) +
                       " ms, where the server was to say that it is there");
}

void SilenceGuard::Run() {
  MutexLock lock(mutex_);
  while (!stopped_) {
    const auto now = std::chrono::steady_clock::now();
    if (until_ == TimePoint::max()) {
      changed_.Wait(mutex_);
    } else if (now < until_) {
      changed_.WaitFor(mutex_, until_ - now);
    } else {
      ended_ = true;
      context_.TryCancel();
      return;
    }
  }
}

}  // namespace evident::client
