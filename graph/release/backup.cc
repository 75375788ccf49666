#include "graph/release/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/status.h"
#include "graph/release/database_check.h"

namespace evident::graph {
namespace {

namespace fs = std::filesystem;

constexpr char kPartial[] = ".partial-";
constexpr char kBackupPrefix[] = "release-";
constexpr unsigned kFolderMode = 0700;
constexpr unsigned kFileMode = 0600;
constexpr size_t kReadBytes = 1u << 20;

absl::Status FileError(const std::string& what, const std::error_code& error) {
  return MakeError(absl::StatusCode::kUnavailable, "FILE_IO", what + ": " + error.message());
}

// Removes a folder when it goes, unless it was kept.
class Partial {
 public:
  explicit Partial(std::string path) : path_(std::move(path)) {}
  ~Partial() {
    std::error_code ignored;
    if (!kept_) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  void Keep() { kept_ = true; }

 private:
  const std::string path_;
  bool kept_ = false;
};

absl::StatusOr<Digest> DigestOfFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Sha256Stream hash;
  std::string buffer(kReadBytes, '\0');
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hash.Add(std::string_view(buffer).substr(0, static_cast<size_t>(file.gcount())));
  }
  if (!file.eof()) {
    return MakeError(absl::StatusCode::kUnavailable, "FILE_IO", "reading " + path + " failed");
  }
  return hash.Finish();
}

// Files of a folder, by path, with their lengths. What the database writes to tell its operators
// how it is, and its lock, are not part of it.
absl::StatusOr<std::map<std::string, uint64_t>> FilesOf(const std::string& folder) {
  std::map<std::string, uint64_t> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; entry != end && !error;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (!entry->is_regular_file(error) || name == kBackupManifestName || name == "LOCK" ||
        name.rfind("LOG", 0) == 0) {
      continue;
    }
    files[fs::relative(entry->path(), folder, error)] = entry->file_size(error);
  }
  if (error) return FileError("looking into " + folder, error);
  return files;
}

absl::StatusOr<std::vector<BackupFile>> DigestFiles(const std::string& folder,
                                                    const std::function<absl::Status()>& alive) {
  EVIDENT_ASSIGN_OR_RETURN(const auto files, FilesOf(folder));
  std::vector<BackupFile> digested;
  for (const auto& [path, bytes] : files) {
    EVIDENT_RETURN_IF_ERROR(alive());
    EVIDENT_ASSIGN_OR_RETURN(const Digest digest, DigestOfFile(folder + "/" + path));
    digested.push_back({path, bytes, digest});
  }
  return digested;
}

absl::Status Unsound(const std::string& folder, const std::vector<std::string>& problems) {
  std::vector<Violation> violations;
  for (const std::string& problem : problems) violations.push_back({folder, problem});
  return MakeError(absl::StatusCode::kDataLoss, "BACKUP_UNSOUND",
                   folder + " is not sound; first: " + problems[0], violations);
}

// What differs between the manifest and the files.
absl::StatusOr<std::vector<std::string>> CompareFiles(const std::string& folder,
                                                      const BackupManifest& manifest) {
  EVIDENT_ASSIGN_OR_RETURN(auto files, FilesOf(folder));
  std::vector<std::string> problems;
  for (const BackupFile& file : manifest.files) {
    const auto found = files.find(file.path);
    if (found == files.end()) {
      problems.push_back(file.path + " is missing");
      continue;
    }
    EVIDENT_ASSIGN_OR_RETURN(const Digest digest, DigestOfFile(folder + "/" + file.path));
    if (found->second != file.bytes || digest != file.sha256) {
      problems.push_back(file.path + " is not what was written: " + std::to_string(found->second) +
                         " bytes of digest " + digest.Hex());
    }
    files.erase(found);
  }
  for (const auto& [path, bytes] : files) problems.push_back(path + " is not of the backup");
  return problems;
}

absl::StatusOr<BackupManifest> ReadManifest(const std::string& folder) {
  const absl::StatusOr<std::string> text =
      ReadFile(folder + "/" + kBackupManifestName, kPackBytesMax);
  if (absl::IsNotFound(text.status())) {
    return MakeError(absl::StatusCode::kNotFound, "BACKUP_MISSING",
                     folder + " has no " + kBackupManifestName);
  }
  EVIDENT_RETURN_IF_ERROR(text.status());
  return ParseManifest(*text);
}

absl::Status CheckSpace(const std::string& directory, const ReleaseManager& releases,
                        uint64_t reserve) {
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t free, kv::FreeBytes(directory));
  EVIDENT_ASSIGN_OR_RETURN(const auto files, FilesOf(releases.path()));
  uint64_t needed = reserve;
  for (const auto& [path, bytes] : files) needed += bytes;
  if (free >= needed) return absl::OkStatus();
  return MakeError(absl::StatusCode::kResourceExhausted, "BACKUP_NO_SPACE",
                   directory + " has " + std::to_string(free) +
                       " bytes free; a backup takes up to " + std::to_string(needed) +
                       ", with what must stay free");
}

// Half-done ones, and past `keep` the oldest ones.
absl::Status Tidy(const std::string& directory, size_t keep) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; entry != end && !error;
       entry.increment(error)) {
    if (entry->path().filename().string().rfind(kPartial, 0) == 0) fs::remove_all(*entry, error);
  }
  if (error) return FileError("tidying " + directory, error);
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Backup> backups, ListBackups(directory));
  for (size_t i = 0; keep > 0 && i + keep < backups.size(); ++i) {
    fs::remove_all(directory + "/" + backups[i].name, error);
    if (error) return FileError("removing " + backups[i].name, error);
  }
  return absl::OkStatus();
}

absl::Status SyncFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && fsync(file) == 0;
  const std::error_code error(errno, std::generic_category());
  if (file >= 0) close(file);
  return synced ? absl::OkStatus() : FileError("syncing " + path, error);
}

absl::Status SyncTree(const std::string& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; entry != end && !error;
       entry.increment(error)) {
    EVIDENT_RETURN_IF_ERROR(entry->is_directory(error) ? SyncDirectory(entry->path())
                                                       : SyncFile(entry->path()));
  }
  if (error) return FileError("syncing " + folder, error);
  return SyncDirectory(folder);
}

absl::Status MoveIntoPlace(Partial& partial, const std::string& target) {
  std::error_code error;
  EVIDENT_RETURN_IF_ERROR(SyncTree(partial.path()));
  fs::rename(partial.path(), target, error);
  if (error) return FileError("renaming " + partial.path() + " to " + target, error);
  partial.Keep();
  return SyncDirectory(fs::path(target).parent_path());
}

absl::StatusOr<BackupManifest> CopyAndCheck(ReleaseManager& releases, const BackupRequest& request,
                                            const std::string& folder,
                                            const std::function<absl::Status()>& alive) {
  const std::string knowledge = folder + "/" + kBackupKnowledgeName;
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord head, releases.CopyTo(knowledge));
  EVIDENT_RETURN_IF_ERROR(alive());
  EVIDENT_ASSIGN_OR_RETURN(const DatabaseReport report, CheckDatabase(knowledge));
  if (!report.problems.empty()) return Unsound(knowledge, report.problems);
  BackupManifest manifest;
  manifest.database_id = releases.database_id();
  manifest.release = head.number();
  EVIDENT_ASSIGN_OR_RETURN(manifest.release_digest, Digest::FromBytes(head.release_digest()));
  EVIDENT_ASSIGN_OR_RETURN(manifest.content_digest, Digest::FromBytes(head.content_digest()));
  manifest.made_ns = request.now_ns;
  manifest.intent = request.intent;
  EVIDENT_ASSIGN_OR_RETURN(manifest.files, DigestFiles(folder, alive));
  EVIDENT_RETURN_IF_ERROR(
      WriteFileAtomically(folder + "/" + kBackupManifestName, WriteManifest(manifest), kFileMode));
  return manifest;
}

}  // namespace

absl::StatusOr<Backup> WriteBackup(ReleaseManager& releases, const BackupRequest& request,
                                   const std::function<absl::Status()>& alive) {
  EVIDENT_RETURN_IF_ERROR(MakeDirectories(request.directory, kFolderMode));
  EVIDENT_RETURN_IF_ERROR(Tidy(request.directory, 0));
  EVIDENT_RETURN_IF_ERROR(CheckSpace(request.directory, releases, request.disk_reserve_bytes));
  Partial partial(request.directory + "/" + kPartial + HexEncode(Random::System().Bytes(8)));
  EVIDENT_RETURN_IF_ERROR(MakeDirectories(partial.path(), kFolderMode));
  Backup backup;
  EVIDENT_ASSIGN_OR_RETURN(backup.manifest, CopyAndCheck(releases, request, partial.path(), alive));
  backup.name = kBackupPrefix + ZeroPadded(backup.manifest.release, 10) + "-" +
                ZeroPadded(static_cast<uint64_t>(request.now_ns), 19);
  const std::string target = request.directory + "/" + backup.name;
  if (fs::exists(target)) {
    return MakeError(absl::StatusCode::kAlreadyExists, "BACKUP_EXISTS", target + " exists already");
  }
  EVIDENT_RETURN_IF_ERROR(alive());
  EVIDENT_RETURN_IF_ERROR(MoveIntoPlace(partial, target));
  EVIDENT_RETURN_IF_ERROR(Tidy(request.directory, request.keep));
  return backup;
}

absl::StatusOr<std::vector<std::string>> CheckBackup(const std::string& folder) {
  EVIDENT_ASSIGN_OR_RETURN(const BackupManifest manifest, ReadManifest(folder));
  EVIDENT_ASSIGN_OR_RETURN(std::vector<std::string> problems, CompareFiles(folder, manifest));
  const auto report = CheckDatabase(folder + "/" + kBackupKnowledgeName);
  if (!report.ok()) {
    problems.emplace_back(report.status().message());
    return problems;
  }
  problems.insert(problems.end(), report->problems.begin(), report->problems.end());
  if (manifest.release > 0 && report->release_digest != manifest.release_digest.view()) {
    problems.push_back("its newest release is not the manifest's");
  }
  return problems;
}

absl::StatusOr<BackupManifest> RestoreBackup(const std::string& folder, const std::string& target) {
  std::error_code error;
  if (fs::exists(target, error) && !fs::is_empty(target, error)) {
    return MakeError(absl::StatusCode::kAlreadyExists, "RESTORE_TARGET",
                     target + " exists and is not empty; move it away first");
  }
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<std::string> problems, CheckBackup(folder));
  if (!problems.empty()) return Unsound(folder, problems);
  EVIDENT_ASSIGN_OR_RETURN(BackupManifest manifest, ReadManifest(folder));
  const std::string parent = fs::absolute(target).lexically_normal().parent_path();
  EVIDENT_RETURN_IF_ERROR(MakeDirectories(parent, kFolderMode));
  Partial partial(parent + "/" + kPartial + HexEncode(Random::System().Bytes(8)));
  fs::create_directory(partial.path(), error);
  if (!error) {
    fs::copy(folder + "/" + kBackupKnowledgeName, partial.path() + "/" + kBackupKnowledgeName,
             fs::copy_options::recursive, error);
  }
  if (error) return FileError("copying " + folder, error);
  EVIDENT_ASSIGN_OR_RETURN(const auto copied, CompareFiles(partial.path(), manifest));
  if (!copied.empty()) return Unsound(partial.path(), copied);
  fs::remove(target, error);  // an empty folder
  Partial knowledge(partial.path() + "/" + kBackupKnowledgeName);
  EVIDENT_RETURN_IF_ERROR(MoveIntoPlace(knowledge, target));
  return manifest;
}

absl::StatusOr<std::vector<Backup>> ListBackups(const std::string& directory) {
  std::vector<Backup> backups;
  std::error_code error;
  if (!fs::exists(directory, error)) return backups;
  for (fs::directory_iterator entry(directory, error), end; entry != end && !error;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (name.rfind(kBackupPrefix, 0) != 0) continue;
    absl::StatusOr<BackupManifest> manifest = ReadManifest(entry->path());
    if (manifest.ok()) backups.push_back({name, *std::move(manifest)});
  }
  if (error) return FileError("looking into " + directory, error);
  std::sort(backups.begin(), backups.end(), [](const Backup& a, const Backup& b) {
    return std::pair(a.manifest.made_ns, a.name) < std::pair(b.manifest.made_ns, b.name);
  });
  return backups;
}

}  // namespace evident::graph
