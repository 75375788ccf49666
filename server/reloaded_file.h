// A file whose content is in force, and which is read again while the server runs.
#ifndef EVIDENT_SERVER_RELOADED_FILE_H_
#define EVIDENT_SERVER_RELOADED_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/status.h"
#include "server/file_stamp.h"

namespace evident::server {

// Thread safe. `Content` is immutable and has `static absl::StatusOr<Content> Load(const
// std::string& path)`, `static constexpr char kWhat[]` ("policy"), `static constexpr char
// kCounted[]` ("identities") and `size_t count() const`, for the operating log.
template <typename Content>
class ReloadedFile {
 public:
  // Load's errors.
  static absl::StatusOr<std::unique_ptr<ReloadedFile>> Open(std::string path) {
    std::unique_ptr<ReloadedFile> file(new ReloadedFile(std::move(path)));
    EVIDENT_RETURN_IF_ERROR(file->Reload());
    return file;
  }

  std::shared_ptr<const Content> Current() const {
    MutexLock lock(mutex_);
    return current_;
  }

  // Reads the file again. On an error the content before stays in force.
  absl::Status Reload() {
    const std::string stamp = FileStamp(path_);
    absl::StatusOr<Content> content = Content::Load(path_);
    MutexLock lock(mutex_);
    stamp_ = stamp;
    error_ = std::string(content.status().message());
    if (!content.ok()) return content.status();
    current_ = std::make_shared<const Content>(*std::move(content));
    return absl::OkStatus();
  }

  // Reload(), and says in the operating log what came of it.
  void ReloadAndLog() { ReloadAndLogUnless(""); }

  // ReloadAndLog() when the file, its owner or mode changed since the last look, and always after a
  // failure, of which the same one is logged once. True when it was read again, accepted or not.
  bool ReloadIfChanged() {
    std::string known;
    {
      MutexLock lock(mutex_);
      if (error_.empty() && FileStamp(path_) == stamp_) return false;
      known = error_;
    }
    ReloadAndLogUnless(known);
    return true;
  }

 private:
  explicit ReloadedFile(std::string path) : path_(std::move(path)) {}

  // A failure with the message `known` is not logged.
  void ReloadAndLogUnless(const std::string& known) {
    const std::string what = Content::kWhat;
    const absl::Status status = Reload();
    if (status.ok()) {
      Log(LogLevel::kInfo, what + " reloaded",
          {{Content::kCounted, static_cast<int64_t>(Current()->count())}});
    } else if (status.message() != known) {
      Log(LogLevel::kError, what + " not reloaded: the one before stays in force",
          {{"error", std::string(status.message())}});
    }
  }

  const std::string path_;
  mutable Mutex mutex_;
  std::shared_ptr<const Content> current_ EVIDENT_GUARDED_BY(mutex_);
  std::string stamp_ EVIDENT_GUARDED_BY(mutex_);
  std::string error_ EVIDENT_GUARDED_BY(mutex_);  // of the last look; empty: it was accepted
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_RELOADED_FILE_H_
