#include "kv/fault_file_system.h"

#include <rocksdb/file_system.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include "base/file.h"
#include "base/mutex.h"
#include "base/status.h"
#include "kv/fault_file_system_rocksdb.h"

namespace evident::kv {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr size_t kReplacedBytesMax = 64u << 20;

FileClass ClassOf(const std::string& path) {
  const std::filesystem::path name(path);
  if (name.extension() == ".log") return FileClass::kWal;
  if (name.extension() == ".sst" || name.extension() == ".blob") return FileClass::kTable;
  if (name.filename().string().rfind("MANIFEST", 0) == 0) return FileClass::kManifest;
  return FileClass::kAny;
}

std::string FolderOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().lexically_normal().string();
}

// What a crash would leave of one file.
struct TrackedFile {
  uint64_t size = 0;
  uint64_t synced = 0;
  bool entry_durable = false;           // its folder was synced since it appeared
  std::optional<std::string> replaced;  // content that an unsynced rename hid
};

struct PlannedFault {
  FaultOperation operation;
  FileClass files;
  uint64_t remaining;
};

bool Matches(FileClass wanted, FileClass found) {
  return wanted == FileClass::kAny || wanted == found;
}

class State final : public FaultFileSystem {
 public:
  explicit State(uint64_t seed) : random_(seed) {}

  void FailNth(FaultOperation operation, FileClass files, uint64_t nth) override {
    MutexLock lock(mutex_);
    faults_.push_back({operation, files, nth});
  }
  void FailWhenFull(uint64_t bytes) override {
    MutexLock lock(mutex_);
    bytes_left_ = bytes;
  }
  void IgnoreSyncs(bool ignore) override {
    MutexLock lock(mutex_);
    ignore_syncs_ = ignore;
  }
  void ClearFaults() override {
    MutexLock lock(mutex_);
    faults_.clear();
    bytes_left_.reset();
    ignore_syncs_ = false;
  }
  void PowerOff() override {
    MutexLock lock(mutex_);
    powered_off_ = true;
  }
  uint64_t Syncs(FileClass files) const override {
    MutexLock lock(mutex_);
    uint64_t sum = 0;
    for (const auto& [file_class, count] : syncs_) {
      if (Matches(files, file_class)) sum += count;
    }
    return sum;
  }
  absl::Status Crash() override;

  IOStatus BeforeAppend(const std::string& path, size_t bytes);
  IOStatus BeforeSync(const std::string& path, bool& skip);
  IOStatus BeforeChange() const;
  void Appended(const std::string& path, size_t bytes);
  void Synced(const std::string& path);
  void Created(const std::string& path, uint64_t size);
  void Truncated(const std::string& path, uint64_t size);
  void Linked(const std::string& from, const std::string& to);
  void Renamed(const std::string& from, const std::string& to, std::optional<std::string> replaced);
  void Deleted(const std::string& path);
  void FolderSynced(const std::string& folder);

 private:
  IOStatus Apply(FaultOperation operation, const std::string& path) EVIDENT_REQUIRES(mutex_);
  absl::Status CrashFile(const std::string& path, const TrackedFile& file) EVIDENT_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, TrackedFile> files_ EVIDENT_GUARDED_BY(mutex_);
  std::vector<PlannedFault> faults_ EVIDENT_GUARDED_BY(mutex_);
  std::map<FileClass, uint64_t> syncs_ EVIDENT_GUARDED_BY(mutex_);
  std::optional<uint64_t> bytes_left_ EVIDENT_GUARDED_BY(mutex_);
  bool ignore_syncs_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool powered_off_ EVIDENT_GUARDED_BY(mutex_) = false;
  std::mt19937_64 random_ EVIDENT_GUARDED_BY(mutex_);
};

IOStatus State::BeforeChange() const {
  MutexLock lock(mutex_);
  return powered_off_ ? IOStatus::IOError("injected: power is off") : IOStatus::OK();
}

IOStatus State::Apply(FaultOperation operation, const std::string& path) {
  if (powered_off_) return IOStatus::IOError("injected: power is off");
  for (PlannedFault& fault : faults_) {
    if (fault.operation != operation || !Matches(fault.files, ClassOf(path))) continue;
    if (fault.remaining > 1) {
      --fault.remaining;
    } else {
      return IOStatus::IOError("injected: input/output error on " + path);
    }
  }
  return IOStatus::OK();
}

IOStatus State::BeforeAppend(const std::string& path, size_t bytes) {
  MutexLock lock(mutex_);
  if (IOStatus status = Apply(FaultOperation::kAppend, path); !status.ok()) return status;
  if (bytes_left_.has_value()) {
    if (*bytes_left_ < bytes) return IOStatus::NoSpace("injected: disk full on " + path);
    *bytes_left_ -= bytes;
  }
  return IOStatus::OK();
}

IOStatus State::BeforeSync(const std::string& path, bool& skip) {
  MutexLock lock(mutex_);
  skip = ignore_syncs_;
  return Apply(FaultOperation::kSync, path);
}

void State::Appended(const std::string& path, size_t bytes) {
  MutexLock lock(mutex_);
  files_[path].size += bytes;
}

void State::Synced(const std::string& path) {
  MutexLock lock(mutex_);
  files_[path].synced = files_[path].size;
  ++syncs_[ClassOf(path)];
}

void State::Created(const std::string& path, uint64_t size) {
  MutexLock lock(mutex_);
  TrackedFile& file = files_[path];
  file.size = size;
  file.synced = size;
  if (size == 0) file.entry_durable = false;
}

void State::Truncated(const std::string& path, uint64_t size) {
  MutexLock lock(mutex_);
  TrackedFile& file = files_[path];
  file.size = size;
  file.synced = std::min(file.synced, size);
}

void State::Linked(const std::string& from, const std::string& to) {
  MutexLock lock(mutex_);
  files_[to] = files_[from];
  files_[to].entry_durable = false;
}

void State::Renamed(const std::string& from, const std::string& to,
                    std::optional<std::string> replaced) {
  MutexLock lock(mutex_);
  TrackedFile moved = files_[from];
  moved.entry_durable = false;
  moved.replaced = std::move(replaced);
  files_.erase(from);
  files_[to] = std::move(moved);
}

void State::Deleted(const std::string& path) {
  MutexLock lock(mutex_);
  files_.erase(path);
}

void State::FolderSynced(const std::string& folder) {
  MutexLock lock(mutex_);
  if (ignore_syncs_) return;
  for (auto& [path, file] : files_) {
    if (FolderOf(path) != folder) continue;
    file.entry_durable = true;
    file.replaced.reset();
  }
}

absl::Status State::CrashFile(const std::string& path, const TrackedFile& file) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return absl::OkStatus();
  if (!file.entry_durable) {
    if (file.replaced.has_value()) return WriteFileAtomically(path, *file.replaced, 0644);
    std::filesystem::remove(path, error);
  } else {
    const uint64_t unsynced = file.size - file.synced;
    // Half of the tails go whole; the others leave a piece, as sectors that made it to the platter.
    const uint64_t torn = unsynced == 0 || random_() % 2 == 0 ? 0 : random_() % unsynced;
    std::filesystem::resize_file(path, file.synced + torn, error);
  }
  if (!error) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, "CRASH_FAILED",
                   "cutting back " + path + ": " + error.message());
}

absl::Status State::Crash() {
  MutexLock lock(mutex_);
  for (const auto& [path, file] : files_) EVIDENT_RETURN_IF_ERROR(CrashFile(path, file));
  files_.clear();
  faults_.clear();
  bytes_left_.reset();
  ignore_syncs_ = false;
  powered_off_ = false;
  return absl::OkStatus();
}

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::unique_ptr<FSWritableFile> file, std::string path, std::shared_ptr<State> state)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        state_(std::move(state)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* dbg) override {
    if (IOStatus status = state_->BeforeAppend(path_, data.size()); !status.ok()) return status;
    const IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, dbg);
    if (status.ok()) state_->Appended(path_, data.size());
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* dbg) override {
    if (IOStatus status = state_->BeforeAppend(path_, data.size()); !status.ok()) return status;
    const IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, info, dbg);
    if (status.ok()) state_->Appended(path_, data.size());
    return status;
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* dbg) override {
    if (IOStatus status = state_->BeforeChange(); !status.ok()) return status;
    const IOStatus status = FSWritableFileOwnerWrapper::Truncate(size, options, dbg);
    if (status.ok()) state_->Truncated(path_, size);
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* dbg) override {
    return SyncWith([&] { return FSWritableFileOwnerWrapper::Sync(options, dbg); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    return SyncWith([&] { return FSWritableFileOwnerWrapper::Fsync(options, dbg); });
  }
  // Writing a range back early promises nothing, so nothing is recorded for it.
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  template <typename RealSync>
  IOStatus SyncWith(RealSync real_sync) {
    bool skip = false;
    if (IOStatus status = state_->BeforeSync(path_, skip); !status.ok()) return status;
    if (skip) return IOStatus::OK();
    const IOStatus status = real_sync();
    if (status.ok()) state_->Synced(path_);
    return status;
  }

  const std::string path_;
  const std::shared_ptr<State> state_;
};

class FaultFolder final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultFolder(std::unique_ptr<FSDirectory> folder, std::string path, std::shared_ptr<State> state)
      : FSDirectoryWrapper(std::move(folder)), path_(std::move(path)), state_(std::move(state)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    return Record(FSDirectoryWrapper::Fsync(options, dbg));
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* dbg,
                               const rocksdb::DirFsyncOptions& folder) override {
    return Record(FSDirectoryWrapper::FsyncWithDirOptions(options, dbg, folder));
  }

 private:
  IOStatus Record(const IOStatus& status) {
    if (IOStatus off = state_->BeforeChange(); !off.ok()) return off;
    if (status.ok()) state_->FolderSynced(path_);
    return status;
  }

  const std::string path_;
  const std::shared_ptr<State> state_;
};

class FaultRocksFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultRocksFileSystem(std::shared_ptr<State> state)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), state_(std::move(state)) {}

  const char* Name() const override { return "evident-fault"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* dbg) override {
    return Wrap(path, 0, file,
                [&] { return FileSystemWrapper::NewWritableFile(path, options, file, dbg); });
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<FSWritableFile>* file, IODebugContext* dbg) override {
    std::error_code error;
    const uint64_t size = std::filesystem::exists(path, error)
                              ? std::filesystem::file_size(path, error)
                              : uint64_t{0};
    return Wrap(path, size, file,
                [&] { return FileSystemWrapper::ReopenWritableFile(path, options, file, dbg); });
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<FSDirectory>* folder, IODebugContext* dbg) override {
    const IOStatus status = FileSystemWrapper::NewDirectory(path, options, folder, dbg);
    if (!status.ok()) return status;
    const std::string normal = FolderOf(path + "/x");
    *folder = std::make_unique<FaultFolder>(std::move(*folder), normal, state_);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* dbg) override {
    if (IOStatus status = state_->BeforeChange(); !status.ok()) return status;
    std::optional<std::string> replaced;
    if (absl::StatusOr<std::string> old = ReadFile(to, kReplacedBytesMax); old.ok()) {
      replaced = *std::move(old);
    }
    const IOStatus status = FileSystemWrapper::RenameFile(from, to, options, dbg);
    if (status.ok()) state_->Renamed(from, to, std::move(replaced));
    return status;
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                    IODebugContext* dbg) override {
    if (IOStatus status = state_->BeforeChange(); !status.ok()) return status;
    const IOStatus status = FileSystemWrapper::LinkFile(from, to, options, dbg);
    if (status.ok()) state_->Linked(from, to);
    return status;
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* dbg) override {
    if (IOStatus status = state_->BeforeChange(); !status.ok()) return status;
    const IOStatus status = FileSystemWrapper::DeleteFile(path, options, dbg);
    if (status.ok()) state_->Deleted(path);
    return status;
  }

 private:
  template <typename Open>
  IOStatus Wrap(const std::string& path, uint64_t size, std::unique_ptr<FSWritableFile>* file,
                Open open) {
    if (IOStatus status = state_->BeforeChange(); !status.ok()) return status;
    const IOStatus status = open();
    if (!status.ok()) return status;
    state_->Created(path, size);
    *file = std::make_unique<FaultFile>(std::move(*file), path, state_);
    return status;
  }

  const std::shared_ptr<State> state_;
};

}  // namespace

std::shared_ptr<FaultFileSystem> FaultFileSystem::Create(uint64_t seed) {
  return std::make_shared<State>(seed);
}

std::unique_ptr<rocksdb::Env> FaultEnv(const std::shared_ptr<FaultFileSystem>& fault) {
  if (fault == nullptr) return nullptr;
  auto state = std::static_pointer_cast<State>(fault);
  return rocksdb::NewCompositeEnv(std::make_shared<FaultRocksFileSystem>(std::move(state)));
}

}  // namespace evident::kv
