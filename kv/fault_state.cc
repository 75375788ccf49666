#include "kv/fault_state.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/status.h"

namespace evident::kv {
namespace {

using rocksdb::IOStatus;

constexpr size_t kRestoredBytesMax = 64u << 20;

FileClass ClassOf(const std::string& path) {
  const std::filesystem::path name(path);
  if (name.extension() == ".log") return FileClass::kWal;
  const bool ingested = name.extension() == ".new";
  if (name.extension() == ".sst" || name.extension() == ".blob" || ingested) {
    return FileClass::kTable;
  }
  if (name.filename().string().rfind("MANIFEST", 0) == 0) return FileClass::kManifest;
  return FileClass::kAny;
}

bool Matches(FileClass wanted, FileClass found) {
  return wanted == FileClass::kAny || wanted == found;
}

std::string FolderOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().lexically_normal().string();
}

}  // namespace

void FaultState::FailNth(FaultOperation operation, FileClass files, uint64_t nth) {
  MutexLock lock(mutex_);
  faults_.push_back({operation, files, nth});
}

void FaultState::FlipNth(FileClass files, uint64_t nth) {
  MutexLock lock(mutex_);
  flip_ = Fault{FaultOperation::kAppend, files, nth};
}

void FaultState::FailWhenFull(uint64_t bytes) {
  MutexLock lock(mutex_);
  bytes_left_ = bytes;
}

void FaultState::IgnoreSyncs(bool ignore) {
  MutexLock lock(mutex_);
  ignore_syncs_ = ignore;
}

void FaultState::ClearFaults() {
  MutexLock lock(mutex_);
  faults_.clear();
  flip_.reset();
  bytes_left_.reset();
  ignore_syncs_ = false;
}

void FaultState::PowerOff() {
  MutexLock lock(mutex_);
  powered_off_ = true;
}

uint64_t FaultState::Syncs(FileClass files) const {
  MutexLock lock(mutex_);
  uint64_t sum = 0;
  for (const auto& [file_class, count] : syncs_) {
    if (Matches(files, file_class)) sum += count;
  }
  return sum;
}

IOStatus FaultState::BeforeChange() const {
  MutexLock lock(mutex_);
  return powered_off_ ? IOStatus::IOError("injected: power is off") : IOStatus::OK();
}

IOStatus FaultState::Apply(FaultOperation operation, FileClass files, const std::string& path) {
  if (powered_off_) return IOStatus::IOError("injected: power is off");
  for (Fault& fault : faults_) {
    if (fault.operation != operation || !Matches(fault.files, files)) continue;
    if (fault.remaining <= 1) return IOStatus::IOError("injected: input/output error on " + path);
    --fault.remaining;
  }
  return IOStatus::OK();
}

IOStatus FaultState::BeforeAppend(const std::string& path, std::string& bytes) {
  MutexLock lock(mutex_);
  const FileClass files = ClassOf(path);
  if (IOStatus status = Apply(FaultOperation::kAppend, files, path); !status.ok()) return status;
  if (bytes_left_.has_value()) {
    if (*bytes_left_ < bytes.size()) return IOStatus::NoSpace("injected: disk full on " + path);
    *bytes_left_ -= bytes.size();
  }
  if (flip_.has_value() && Matches(flip_->files, files) && !bytes.empty() &&
      flip_->remaining-- <= 1) {
    const uint64_t bit = random_() % (bytes.size() * 8);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    flip_.reset();
  }
  return IOStatus::OK();
}

IOStatus FaultState::BeforeSync(const std::string& path, bool& skip) {
  MutexLock lock(mutex_);
  skip = ignore_syncs_;
  return Apply(FaultOperation::kSync, ClassOf(path), path);
}

IOStatus FaultState::BeforeFolderSync(const std::string& folder, bool& skip) {
  MutexLock lock(mutex_);
  skip = ignore_syncs_;
  return Apply(FaultOperation::kSync, FileClass::kFolder, folder);
}

// What is not known yet was there before and counts as durable.
FaultState::File& FaultState::Track(const std::string& path) {
  const auto [found, is_new] = files_.try_emplace(path);
  if (is_new) {
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(path, error);
    if (!error) found->second = File{size, size, true};
  }
  return found->second;
}

void FaultState::Remember(const std::string& path, bool surely_back) {
  std::error_code error;
  if (lost_.contains(path) || !std::filesystem::exists(path, error)) return;
  const File& file = Track(path);
  if (!file.entry_durable) return;
  absl::StatusOr<std::string> bytes = ReadFile(path, kRestoredBytesMax);
  if (!bytes.ok()) return;
  bytes->resize(std::min<size_t>(bytes->size(), file.synced));
  lost_[path] = Lost{*std::move(bytes), surely_back};
}

void FaultState::BeforeRename(const std::string& from, const std::string& to) {
  MutexLock lock(mutex_);
  std::error_code error;
  if (!std::filesystem::exists(from, error)) return;
  Remember(from, true);
  Remember(to, true);
  File moved = Track(from);
  moved.entry_durable = false;
  files_.erase(from);
  files_[to] = moved;
}

void FaultState::BeforeDelete(const std::string& path) {
  MutexLock lock(mutex_);
  Remember(path, false);
  files_.erase(path);
}

void FaultState::Created(const std::string& path) {
  MutexLock lock(mutex_);
  files_[path] = File{};
}

void FaultState::Reopened(const std::string& path) {
  MutexLock lock(mutex_);
  Track(path);
}

void FaultState::Appended(const std::string& path, uint64_t bytes) {
  MutexLock lock(mutex_);
  files_[path].size += bytes;
}

void FaultState::Truncated(const std::string& path, uint64_t size) {
  MutexLock lock(mutex_);
  File& file = Track(path);
  file.size = size;
  file.synced = std::min(file.synced, size);
}

void FaultState::Linked(const std::string& from, const std::string& to) {
  MutexLock lock(mutex_);
  File second = Track(from);
  second.entry_durable = false;
  files_[to] = second;
}

void FaultState::Synced(const std::string& path) {
  MutexLock lock(mutex_);
  File& file = files_[path];
  file.synced = file.size;
  ++syncs_[ClassOf(path)];
}

void FaultState::FolderSynced(const std::string& folder) {
  MutexLock lock(mutex_);
  ++syncs_[FileClass::kFolder];
  for (auto& [path, file] : files_) {
    if (FolderOf(path) == folder) file.entry_durable = true;
  }
  for (auto entry = lost_.begin(); entry != lost_.end();) {
    entry = FolderOf(entry->first) == folder ? lost_.erase(entry) : std::next(entry);
  }
}

absl::Status FaultState::CrashFile(const std::string& path, const File& file) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return absl::OkStatus();
  if (!file.entry_durable) {
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

absl::Status FaultState::Crash() {
  MutexLock lock(mutex_);
  for (const auto& [path, file] : files_) EVIDENT_RETURN_IF_ERROR(CrashFile(path, file));
  for (const auto& [path, lost] : lost_) {
    if (!lost.surely_back && random_() % 2 == 0) continue;
    EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(path, lost.bytes, 0644));
  }
  files_.clear();
  lost_.clear();
  faults_.clear();
  flip_.reset();
  bytes_left_.reset();
  ignore_syncs_ = false;
  powered_off_ = false;
  return absl::OkStatus();
}

}  // namespace evident::kv
