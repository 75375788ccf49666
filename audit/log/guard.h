// The guard: the newest released checkpoint in a file of its own, so that a log that was cut off or
// rolled back does not open as if nothing were missing. docs/formats/audit-store.md.
#ifndef EVIDENT_AUDIT_LOG_GUARD_H_
#define EVIDENT_AUDIT_LOG_GUARD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"

namespace evident::audit {

inline constexpr size_t kGuardSlotBytes = 512;
inline constexpr size_t kGuardNoteBytesMax = kGuardSlotBytes - 4 - 8 - 2 - 32;
inline constexpr int64_t kGuardSyncEveryMs = 100;

struct GuardOptions {
  std::function<void(const absl::Status&)> on_failed;  // a sync failed; told once, on any thread
  std::function<int(int fd)> sync;                     // tests only; null: fdatasync
};

// Two slots, written in turn. Thread safe.
class Guard {
 public:
  // ALREADY_EXISTS when the file is there. Synced before it returns.
  static absl::StatusOr<std::unique_ptr<Guard>> Create(const std::string& path,
                                                       GuardOptions options = {});

  // NOT_FOUND (GUARD_MISSING). DATA_LOSS (GUARD_INVALID): another size, or both slots damaged.
  static absl::StatusOr<std::unique_ptr<Guard>> Open(const std::string& path,
                                                     GuardOptions options = {});

  ~Guard();

  // The newer valid slot's signed checkpoint; empty before the first.
  const std::string& newest() const { return newest_; }

  // Writes the older slot. It is synced to the disk within kGuardSyncEveryMs, and by Close.
  // RESOURCE_EXHAUSTED (GUARD_NOTE_TOO_LARGE); UNAVAILABLE (GUARD_IO), also when an earlier sync
  // failed.
  absl::Status Write(std::string_view note);

  // Syncs and ends. UNAVAILABLE (GUARD_IO) when this or an earlier write or sync failed: no later
  // one makes up for it. Idempotent; OK from the second call on.
  absl::Status Close();

 private:
  Guard(int fd, std::string path, GuardOptions options)
      : fd_(fd), path_(std::move(path)), options_(std::move(options)) {}
  absl::Status Sync();
  void SyncLoop();

  const int fd_;
  const std::string path_;
  const GuardOptions options_;
  std::string newest_;
  Mutex mutex_;
  CondVar wake_;
  uint64_t sequence_ EVIDENT_GUARDED_BY(mutex_) = 0;
  bool dirty_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool closed_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool failed_ EVIDENT_GUARDED_BY(mutex_) = false;
  std::thread syncer_;
};

// Reads a guard without taking it over; for offline checks. Open's errors.
absl::StatusOr<std::string> ReadGuard(const std::string& path);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_GUARD_H_
