#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/status.h"

namespace evident {
namespace {

absl::StatusCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::StatusCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
    case EEXIST:
      return absl::StatusCode::kAlreadyExists;
    case ENOSPC:
    case EDQUOT:
      return absl::StatusCode::kResourceExhausted;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

absl::Status Failed(std::string_view what, const std::string& path) {
  const int error = errno;
  return MakeError(CodeOf(error), "FILE_FAILED",
                   std::string(what) + " " + path + ": " + std::strerror(error));
}

// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string ParentOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

absl::Status WriteAndSync(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed("writing", path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return fsync(fd) == 0 ? absl::OkStatus() : Failed("syncing", path);
}

// Writes a synced neighbour of `path` and returns its name.
absl::StatusOr<std::string> WriteNeighbour(const std::string& path, std::string_view bytes,
                                           unsigned mode) {
  std::string neighbour = path + ".XXXXXX";
  const Descriptor fd(mkostemp(neighbour.data(), O_CLOEXEC));
  if (fd.get() < 0) return Failed("creating a file beside", path);
  absl::Status status = WriteAndSync(fd.get(), bytes, path);
  if (status.ok() && fchmod(fd.get(), mode) != 0) status = Failed("setting the mode of", path);
  if (!status.ok()) {
    unlink(neighbour.c_str());
    return status;
  }
  return neighbour;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max) {
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return Failed("opening", path);
  std::string bytes;
  char buffer[1 << 16];
  while (true) {
    const ssize_t n = read(fd.get(), buffer, sizeof(buffer));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed("reading", path);
    if (n == 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(n));
    if (bytes.size() > bytes_max) {
      return MakeError(
          absl::StatusCode::kResourceExhausted, "FILE_TOO_LARGE",
          "reading " + path + ": it has more than " + std::to_string(bytes_max) + " bytes");
    }
  }
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes, unsigned mode) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string neighbour, WriteNeighbour(path, bytes, mode));
  if (rename(neighbour.c_str(), path.c_str()) != 0) {
    const absl::Status status = Failed("renaming to", path);
    unlink(neighbour.c_str());
    return status;
  }
  return SyncDirectory(ParentOf(path));
}

absl::Status CreateFile(const std::string& path, std::string_view bytes, unsigned mode) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string neighbour, WriteNeighbour(path, bytes, mode));
  // link() fails where rename() would replace.
  const bool linked = link(neighbour.c_str(), path.c_str()) == 0;
  const absl::Status status = linked ? absl::OkStatus() : Failed("creating", path);
  unlink(neighbour.c_str());
  EVIDENT_RETURN_IF_ERROR(status);
  return SyncDirectory(ParentOf(path));
}

absl::Status MakeDirectories(const std::string& path, unsigned mode) {
  const std::filesystem::path whole(path);
  std::filesystem::path so_far;
  for (const std::filesystem::path& part : whole) {
    so_far /= part;
    if (so_far.empty() || part == "/") continue;
    if (mkdir(so_far.c_str(), mode) == 0) {
      EVIDENT_RETURN_IF_ERROR(SyncDirectory(ParentOf(so_far.string())));
    } else if (errno != EEXIST) {
      return Failed("creating the folder", so_far.string());
    }
  }
  if (!std::filesystem::is_directory(whole)) {
    errno = ENOTDIR;
    return Failed("creating the folder", path);
  }
  return absl::OkStatus();
}

absl::Status SyncDirectory(const std::string& path) {
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return Failed("opening the folder", path);
  return fsync(fd.get()) == 0 ? absl::OkStatus() : Failed("syncing the folder", path);
}

TempDir::TempDir() {
  const char* const root = std::getenv("TMPDIR");
  path_ = std::string(root == nullptr ? "/tmp" : root) + "/evident-XXXXXX";
  // Without a folder of its own nothing that uses it can be right.
  if (mkdtemp(path_.data()) == nullptr) std::abort();
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace evident
