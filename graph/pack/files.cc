// LoadPackFiles.
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "graph/pack/reader.h"

namespace evident::graph {
namespace {

namespace fs = std::filesystem;

absl::Status TooLarge(const std::string& directory) {
  return MakeError(absl::StatusCode::kResourceExhausted, "PACK_TOO_LARGE",
                   "reading the pack at " + directory + ": more than " +
                       std::to_string(kPackFilesMax) + " files or " +
                       std::to_string(kPackBytesMax) + " bytes");
}

// What a pack may have in a folder; other files are left out.
bool IsPackFile(const fs::path& path, const std::string& prefix) {
  return path.extension() == ".yaml" || (prefix == "cases/" && path.extension() == ".csv");
}

// The files of a pack right in `folder`, under `prefix`.
absl::Status LoadFolder(const fs::path& folder, const std::string& prefix, size_t& bytes,
                        PackFiles& files) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code unreadable;
    if (name.front() == '.' || !IsPackFile(it->path(), prefix) ||
        !it->is_regular_file(unreadable)) {
      continue;
    }
    absl::StatusOr<std::string> content = ReadFile(it->path().string(), kPackFileBytesMax);
    if (!content.ok()) return Annotate(content.status(), "reading a pack");
    bytes += content->size();
    if (files.size() >= kPackFilesMax || bytes > kPackBytesMax) return TooLarge(folder.string());
    files.emplace(prefix + name, *std::move(content));
  }
  if (!error) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, "PACK_UNREADABLE",
                   "reading the folder " + folder.string() + ": " + error.message());
}

}  // namespace

absl::StatusOr<PackFiles> LoadPackFiles(const std::string& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    return MakeError(absl::StatusCode::kNotFound, "PACK_NOT_FOUND",
                     "reading the pack at " + directory + ": there is no such folder");
  }
  PackFiles files;
  size_t bytes = 0;
  EVIDENT_RETURN_IF_ERROR(LoadFolder(directory, "", bytes, files));
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code unreadable;
    if (name.front() == '.' || !it->is_directory(unreadable)) continue;
    EVIDENT_RETURN_IF_ERROR(LoadFolder(it->path(), name + "/", bytes, files));
  }
  if (error) {
    return MakeError(absl::StatusCode::kUnavailable, "PACK_UNREADABLE",
                     "reading the folder " + directory + ": " + error.message());
  }
  return files;
}

}  // namespace evident::graph
