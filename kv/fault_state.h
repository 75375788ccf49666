// What a fault file system knows of its files. For this room only.
#ifndef EVIDENT_KV_FAULT_STATE_H_
#define EVIDENT_KV_FAULT_STATE_H_

#include <rocksdb/io_status.h>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "kv/fault_file_system.h"

namespace evident::kv {

// Keeps track of what would outlive a crash and decides which operations fail. Thread safe. The
// Before... functions are asked first; the others are told what was done to the real files.
class FaultState final : public FaultFileSystem {
 public:
  explicit FaultState(uint64_t seed) : random_(seed) {}

  void FailNth(FaultOperation operation, FileClass files, uint64_t nth) override;
  void FlipNth(FileClass files, uint64_t nth) override;
  void FailWhenFull(uint64_t bytes) override;
  void IgnoreSyncs(bool ignore) override;
  void ClearFaults() override;
  void PowerOff() override;
  absl::Status Crash() override;
  uint64_t Syncs(FileClass files) const override;

  // May flip a bit of `bytes`, which go to the file instead of what was asked.
  rocksdb::IOStatus BeforeAppend(const std::string& path, std::string& bytes);
  // `skip`: report success without syncing.
  rocksdb::IOStatus BeforeSync(const std::string& path, bool& skip);
  rocksdb::IOStatus BeforeFolderSync(const std::string& folder, bool& skip);
  rocksdb::IOStatus BeforeChange() const;
  // Before the real rename or deletion, whose targets they read.
  void BeforeRename(const std::string& from, const std::string& to);
  void BeforeDelete(const std::string& path);

  void Created(const std::string& path);
  void Reopened(const std::string& path);
  void Appended(const std::string& path, uint64_t bytes);
  void Truncated(const std::string& path, uint64_t size);
  void Linked(const std::string& from, const std::string& to);
  void Synced(const std::string& path);
  void FolderSynced(const std::string& folder);

 private:
  // What a crash would leave of one file.
  struct File {
    uint64_t size = 0;
    uint64_t synced = 0;
    bool entry_durable = false;  // its folder was synced since it appeared
  };
  struct Fault {
    FaultOperation operation;
    FileClass files;
    uint64_t remaining;
  };
  struct Lost {
    std::string bytes;
    bool surely_back = false;  // else the seed decides
  };

  rocksdb::IOStatus Apply(FaultOperation operation, FileClass files, const std::string& path)
      EVIDENT_REQUIRES(mutex_);
  File& Track(const std::string& path) EVIDENT_REQUIRES(mutex_);
  void Remember(const std::string& path, bool surely_back) EVIDENT_REQUIRES(mutex_);
  absl::Status CrashFile(const std::string& path, const File& file) EVIDENT_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, File> files_ EVIDENT_GUARDED_BY(mutex_);
  // Durable content that an unsynced change of its folder took away.
  std::map<std::string, Lost> lost_ EVIDENT_GUARDED_BY(mutex_);
  std::vector<Fault> faults_ EVIDENT_GUARDED_BY(mutex_);
  std::optional<Fault> flip_ EVIDENT_GUARDED_BY(mutex_);
  std::map<FileClass, uint64_t> syncs_ EVIDENT_GUARDED_BY(mutex_);
  std::optional<uint64_t> bytes_left_ EVIDENT_GUARDED_BY(mutex_);
  bool ignore_syncs_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool powered_off_ EVIDENT_GUARDED_BY(mutex_) = false;
  std::mt19937_64 random_ EVIDENT_GUARDED_BY(mutex_);
};

}  // namespace evident::kv

#endif  // EVIDENT_KV_FAULT_STATE_H_
