// A file system that loses what was not synced, for crash tests. It works on real files: after
// Crash() they hold what a machine that lost power at that moment could have kept, and the database
// can be opened again without it.
#ifndef EVIDENT_KV_FAULT_FILE_SYSTEM_H_
#define EVIDENT_KV_FAULT_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"

namespace evident::kv {

// Which files a fault concerns.
enum class FileClass { kAny, kWal, kManifest, kTable, kFolder };

enum class FaultOperation { kAppend, kSync };

// Thread safe. Faults that are not asked for never happen.
class FaultFileSystem {
 public:
  // The seed decides how much of an unsynced tail is torn off rather than lost whole, which
  // unsynced deletions are undone, and which bit is flipped.
  static std::shared_ptr<FaultFileSystem> Create(uint64_t seed);
  virtual ~FaultFileSystem() = default;

  // The `nth` (from 1) matching operation from now on fails with EIO, and every later one too until
  // ClearFaults.
  virtual void FailNth(FaultOperation operation, FileClass files, uint64_t nth) = 0;

  // One bit of the `nth` (from 1) matching append from now on is written wrongly, and nobody is
  // told.
  virtual void FlipNth(FileClass files, uint64_t nth) = 0;

  // Appends fail with ENOSPC once `bytes` more have been written.
  virtual void FailWhenFull(uint64_t bytes) = 0;

  // Syncs report success and do nothing: what a lying disk does.
  virtual void IgnoreSyncs(bool ignore) = 0;

  virtual void ClearFaults() = 0;

  // From now on every write and sync fails, and nothing more reaches the files: the machine is off.
  virtual void PowerOff() = 0;

  // Cuts every file back to what was synced (with a torn piece of the tail where the seed says so),
  // removes files whose folder was not synced since they appeared, and brings back what a rename
  // (always) or a deletion (where the seed says so) took away without such a sync, up to 64 MiB a
  // file. Files that were there before this file system count as synced. Call it after the database
  // object is gone; faults and tracking start afresh. UNAVAILABLE when the real files cannot be
  // changed.
  virtual absl::Status Crash() = 0;

  // How many syncs of matching files succeeded so far.
  virtual uint64_t Syncs(FileClass files) const = 0;
};

}  // namespace evident::kv

#endif  // EVIDENT_KV_FAULT_FILE_SYSTEM_H_
