// Whole files, written so that a crash leaves the old or the new one, never half of either.
#ifndef EVIDENT_BASE_FILE_H_
#define EVIDENT_BASE_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace evident {

// At most `bytes_max`; RESOURCE_EXHAUSTED beyond. Errors name the path and errno's text.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max);

// Writes to a temporary neighbour, fsyncs it, renames it over `path`, fsyncs the folder.
// `mode` is the new file's, e.g. 0600 for a key.
absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes, unsigned mode);

// Like WriteFileAtomically, but ALREADY_EXISTS when `path` exists.
absl::Status CreateFile(const std::string& path, std::string_view bytes, unsigned mode);

// Makes what is missing of the path; each new folder's entry in its parent is synced.
absl::Status MakeDirectories(const std::string& path, unsigned mode);
absl::Status SyncDirectory(const std::string& path);

// A new empty folder under $TMPDIR or /tmp, removed with all it holds when this goes. Tests and
// tools.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace evident

#endif  // EVIDENT_BASE_FILE_H_
