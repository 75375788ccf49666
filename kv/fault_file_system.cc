#include "kv/fault_file_system.h"

#include <rocksdb/file_system.h>

#include <filesystem>
#include <utility>

#include "kv/fault_file_system_rocksdb.h"
#include "kv/fault_state.h"

namespace evident::kv {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::unique_ptr<FSWritableFile> file, std::string path,
            std::shared_ptr<FaultState> state)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        state_(std::move(state)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* dbg) override {
    std::string bytes = data.ToString();
    if (IOStatus status = state_->BeforeAppend(path_, bytes); !status.ok()) return status;
    const IOStatus status = FSWritableFileOwnerWrapper::Append(bytes, options, dbg);
    if (status.ok()) state_->Appended(path_, bytes.size());
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* dbg) override {
    return Append(data, options, dbg);
  }
  // Only direct writes use it, and their place in the file is not tracked.
  IOStatus PositionedAppend(const Slice&, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("writing at a position of " + path_);
  }
  IOStatus PositionedAppend(const Slice&, uint64_t, const IOOptions&,
                            const rocksdb::DataVerificationInfo&, IODebugContext*) override {
    return IOStatus::NotSupported("writing at a position of " + path_);
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* dbg) override {
    if (IOStatus status = state_->BeforeChange(); !status.ok()) return status;
    const IOStatus status = FSWritableFileOwnerWrapper::Truncate(size, options, dbg);
    if (status.ok()) state_->Truncated(path_, size);
    return status;
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return DoSync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return DoSync(); }
  // Writing a range back early promises nothing, so nothing is recorded for it.
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  // The machine never goes down in earnest, so noting the sync is enough, and much faster.
  IOStatus DoSync() {
    bool skip = false;
    IOStatus status = state_->BeforeSync(path_, skip);
    if (status.ok() && !skip) state_->Synced(path_);
    return status;
  }

  const std::string path_;
  const std::shared_ptr<FaultState> state_;
};

class FaultFolder final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultFolder(std::unique_ptr<FSDirectory> folder, std::string path,
              std::shared_ptr<FaultState> state)
      : FSDirectoryWrapper(std::move(folder)), path_(std::move(path)), state_(std::move(state)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return DoSync(); }
  IOStatus FsyncWithDirOptions(const IOOptions&, IODebugContext*,
                               const rocksdb::DirFsyncOptions&) override {
    return DoSync();
  }

 private:
  IOStatus DoSync() {
    bool skip = false;
    IOStatus status = state_->BeforeFolderSync(path_, skip);
    if (status.ok() && !skip) state_->FolderSynced(path_);
    return status;
  }

  const std::string path_;
  const std::shared_ptr<FaultState> state_;
};

class FaultRocksFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultRocksFileSystem(std::shared_ptr<FaultState> state)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), state_(std::move(state)) {}

  const char* Name() const override { return "evident-fault"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* dbg) override {
    if (IOStatus status = state_->BeforeChange(); !status.ok()) return status;
    const IOStatus status = FileSystemWrapper::NewWritableFile(path, options, file, dbg);
    if (!status.ok()) return status;
    state_->Created(path);
    *file = std::make_unique<FaultFile>(std::move(*file), path, state_);
    return status;
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<FSWritableFile>* file, IODebugContext* dbg) override {
    if (!std::filesystem::exists(path)) return NewWritableFile(path, options, file, dbg);
    if (IOStatus status = state_->BeforeChange(); !status.ok()) return status;
    const IOStatus status = FileSystemWrapper::ReopenWritableFile(path, options, file, dbg);
    if (!status.ok()) return status;
    state_->Reopened(path);
    *file = std::make_unique<FaultFile>(std::move(*file), path, state_);
    return status;
  }
  IOStatus ReuseWritableFile(const std::string& path, const std::string& old_path,
                             const FileOptions& options, std::unique_ptr<FSWritableFile>* file,
                             IODebugContext* dbg) override {
    const IOStatus status = RenameFile(old_path, path, options.io_options, dbg);
    return status.ok() ? NewWritableFile(path, options, file, dbg) : status;
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<FSDirectory>* folder, IODebugContext* dbg) override {
    const IOStatus status = FileSystemWrapper::NewDirectory(path, options, folder, dbg);
    if (!status.ok()) return status;
    const std::string normal =
        std::filesystem::path(path + "/x").parent_path().lexically_normal().string();
    *folder = std::make_unique<FaultFolder>(std::move(*folder), normal, state_);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* dbg) override {
    if (IOStatus status = state_->BeforeChange(); !status.ok()) return status;
    state_->BeforeRename(from, to);
    return FileSystemWrapper::RenameFile(from, to, options, dbg);
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
    state_->BeforeDelete(path);
    return FileSystemWrapper::DeleteFile(path, options, dbg);
  }

 private:
  const std::shared_ptr<FaultState> state_;
};

}  // namespace

std::shared_ptr<FaultFileSystem> FaultFileSystem::Create(uint64_t seed) {
  return std::make_shared<FaultState>(seed);
}

std::unique_ptr<rocksdb::Env> FaultEnv(const std::shared_ptr<FaultFileSystem>& fault) {
  if (fault == nullptr) return nullptr;
  auto state = std::static_pointer_cast<FaultState>(fault);
  return rocksdb::NewCompositeEnv(std::make_shared<FaultRocksFileSystem>(std::move(state)));
}

}  // namespace evident::kv
