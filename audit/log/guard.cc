#include "audit/log/guard.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr std::string_view kMagic = "EVG1";
constexpr size_t kSlots = 2;
constexpr size_t kChecksumBytes = 32;

absl::Status IoError(const std::string& what, const std::string& path) {
  return MakeError(absl::StatusCode::kUnavailable, "GUARD_IO",
                   what + " the guard " + path + ": " + std::strerror(errno));
}

std::string EncodeSlot(uint64_t sequence, std::string_view note) {
  std::string slot(kMagic);
  AppendU64(slot, sequence);
  AppendU16(slot, static_cast<uint16_t>(note.size()));
  slot += note;
  slot.resize(kGuardSlotBytes - kChecksumBytes, '\0');
  slot += Sha256(slot).view();
  return slot;
}

struct Slot {
  uint64_t sequence = 0;
  std::string note;
};

std::optional<Slot> DecodeSlot(std::string_view bytes) {
  const std::string_view content = bytes.substr(0, kGuardSlotBytes - kChecksumBytes);
  if (Sha256(content).view() != bytes.substr(content.size())) return std::nullopt;
  ByteReader reader(content);
  if (reader.Bytes(kMagic.size()) != kMagic) return std::nullopt;
  Slot slot;
  slot.sequence = reader.U64();
  slot.note = std::string(reader.Bytes(reader.U16()));
  if (!reader.ok()) return std::nullopt;
  return slot;
}

absl::StatusOr<Slot> NewerSlot(std::string_view bytes, const std::string& path) {
  std::optional<Slot> newest;
  if (bytes.size() == kSlots * kGuardSlotBytes) {
    for (size_t i = 0; i < kSlots; ++i) {
      std::optional<Slot> slot = DecodeSlot(bytes.substr(i * kGuardSlotBytes, kGuardSlotBytes));
      if (slot.has_value() && (!newest.has_value() || slot->sequence > newest->sequence)) {
        newest = std::move(slot);
      }
    }
  }
  if (newest.has_value()) return *std::move(newest);
  return MakeError(
      absl::StatusCode::kDataLoss, "GUARD_INVALID",
      "the guard " + path + " has no slot that checks: it was damaged or is another file");
}

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadFile(path, 2 * kSlots * kGuardSlotBytes);
  if (bytes.status().code() == absl::StatusCode::kNotFound) {
    return MakeError(
        absl::StatusCode::kNotFound, "GUARD_MISSING",
        "the guard " + path + " of an existing log is missing: put it back, or declare a restore");
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Guard>> Guard::Create(const std::string& path,
                                                     GuardOptions options) {
  const std::string slot = EncodeSlot(0, "");
  EVIDENT_RETURN_IF_ERROR(CreateFile(path, slot + slot, 0600));
  return Open(path, std::move(options));
}

absl::StatusOr<std::unique_ptr<Guard>> Guard::Open(const std::string& path, GuardOptions options) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, ReadAll(path));
  EVIDENT_ASSIGN_OR_RETURN(Slot slot, NewerSlot(bytes, path));
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return IoError("opening", path);
  std::unique_ptr<Guard> guard(new Guard(fd, path, std::move(options)));
  guard->newest_ = std::move(slot.note);
  {
    MutexLock lock(guard->mutex_);
    guard->sequence_ = slot.sequence;
  }
  guard->syncer_ = std::thread([raw = guard.get()] { raw->SyncLoop(); });
  return guard;
}

Guard::~Guard() {
  const absl::Status ignored = Close();
  static_cast<void>(ignored);
  close(fd_);
}

absl::Status Guard::Write(std::string_view note) {
  if (note.size() > kGuardNoteBytesMax) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, "GUARD_NOTE_TOO_LARGE",
        "a checkpoint of " + std::to_string(note.size()) + " bytes does not fit into the guard");
  }
  MutexLock lock(mutex_);
  if (failed_ || closed_) {
    return MakeError(absl::StatusCode::kUnavailable, "GUARD_IO",
                     "the guard " + path_ + " is closed or failed before");
  }
  const uint64_t sequence = sequence_ + 1;
  const std::string slot = EncodeSlot(sequence, note);
  const auto offset = static_cast<off_t>(sequence % kSlots * kGuardSlotBytes);
  if (pwrite(fd_, slot.data(), slot.size(), offset) != static_cast<ssize_t>(slot.size())) {
    failed_ = true;
    return IoError("writing", path_);
  }
  sequence_ = sequence;
  if (!dirty_) wake_.NotifyOne();
  dirty_ = true;
  return absl::OkStatus();
}

absl::Status Guard::Sync() {
  const int failed = options_.sync ? options_.sync(fd_) : fdatasync(fd_);
  return failed == 0 ? absl::OkStatus() : IoError("syncing", path_);
}

// Ends with the first failure: what the disk then holds is not known, however later syncs come out.
void Guard::SyncLoop() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!dirty_ && !closed_) wake_.Wait(mutex_);
      if (closed_) return;
      // What is written meanwhile goes with the same sync.
      wake_.WaitFor(mutex_, std::chrono::milliseconds(kGuardSyncEveryMs));
      if (closed_) return;
      dirty_ = false;
    }
    if (const absl::Status status = Sync(); !status.ok()) {
      {
        MutexLock lock(mutex_);
        failed_ = true;
      }
      if (options_.on_failed) options_.on_failed(status);
      return;
    }
  }
}

absl::Status Guard::Close() {
  {
    MutexLock lock(mutex_);
    if (closed_) return absl::OkStatus();
    closed_ = true;
  }
  wake_.NotifyAll();
  if (syncer_.joinable()) syncer_.join();
  {
    MutexLock lock(mutex_);
    if (failed_) {
      return MakeError(absl::StatusCode::kUnavailable, "GUARD_IO",
                       "the guard " + path_ + " failed before it was closed");
    }
  }
  return Sync();
}

absl::StatusOr<std::string> ReadGuard(const std::string& path) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, ReadAll(path));
  EVIDENT_ASSIGN_OR_RETURN(Slot slot, NewerSlot(bytes, path));
  return std::move(slot.note);
}

}  // namespace evident::audit
