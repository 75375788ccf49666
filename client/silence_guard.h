// Ends a call on whose stream nothing comes for too long: a dead connection, where heartbeats were
// promised.
#ifndef EVIDENT_CLIENT_SILENCE_GUARD_H_
#define EVIDENT_CLIENT_SILENCE_GUARD_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <thread>

#include "absl/status/status.h"
#include "base/mutex.h"

namespace evident::client {

// Thread safe. Watches from its making, and from Listen, to Pause.
class SilenceGuard {
 public:
  // `context` outlives it. A limit of 0: nothing is watched.
  SilenceGuard(grpc::ClientContext& context, std::chrono::milliseconds limit);
  ~SilenceGuard();

  void Listen();                // a message is waited for from now on
  void Pause();                 // until Listen
  absl::Status status() const;  // UNAVAILABLE (STREAM_SILENT) once it has ended the call

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  void Run();

  grpc::ClientContext& context_;
  const std::chrono::milliseconds limit_;
  mutable Mutex mutex_;
  CondVar changed_;
  TimePoint until_ EVIDENT_GUARDED_BY(mutex_);
  bool stopped_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool ended_ EVIDENT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace evident::client

#endif  // EVIDENT_CLIENT_SILENCE_GUARD_H_
