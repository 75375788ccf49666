// Backups of the knowledge: whole folders with a manifest, made while it is served.
#ifndef EVIDENT_GRAPH_RELEASE_BACKUP_H_
#define EVIDENT_GRAPH_RELEASE_BACKUP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/release/backup_manifest.h"
#include "graph/release/release_manager.h"

namespace evident::graph {

struct BackupRequest {
  std::string directory;  // of the backups; made when it is missing
  int64_t now_ns = 0;
  std::string intent;               // name of the audit entry that announces it
  uint64_t disk_reserve_bytes = 0;  // of the directory's volume, to be left free
  size_t keep = 0;                  // how many of the newest stay, this one among them; 0: all
};

struct Backup {
  std::string name;  // of its folder: "release-<10 digits>-<made_ns, 19 digits>"
  BackupManifest manifest;
};

// Copies the database, checks the copy as CheckDatabase does, writes its manifest, and gives it its
// name last: a folder of that name is whole. What an earlier one that ended half-way left is
// removed first. Publishes wait for the copying alone, which links files where it can.
// RESOURCE_EXHAUSTED (BACKUP_NO_SPACE): the disk has less free than the reserve and the database
// take. ALREADY_EXISTS (BACKUP_EXISTS). DATA_LOSS (BACKUP_UNSOUND) with every problem of the copy,
// which is removed. kv's errors, those of files; `alive`'s. One at a time, for a directory.
absl::StatusOr<Backup> WriteBackup(ReleaseManager& releases, const BackupRequest& request,
                                   const std::function<absl::Status()>& alive);

// Every problem of the backup in `folder`: the manifest, files that are missing, too many, of
// another length or digest, and what CheckDatabase says; none: it is sound. NOT_FOUND
// (BACKUP_MISSING): there is no manifest. ParseManifest's errors.
absl::StatusOr<std::vector<std::string>> CheckBackup(const std::string& folder);

// Checks the backup and copies its database to `target`, which must not exist or be empty; then
// compares what was written with the manifest. The folder has its name only once all is there.
// DATA_LOSS (BACKUP_UNSOUND) with every problem; ALREADY_EXISTS (RESTORE_TARGET).
absl::StatusOr<BackupManifest> RestoreBackup(const std::string& folder, const std::string& target);

// The backups of a directory, oldest first, by their manifests; folders that have none are not
// listed. Empty when there is no such directory.
absl::StatusOr<std::vector<Backup>> ListBackups(const std::string& directory);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_BACKUP_H_
