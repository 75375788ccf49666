// What a backup holds, file by file: docs/formats/backup.md.
#ifndef EVIDENT_GRAPH_RELEASE_BACKUP_MANIFEST_H_
#define EVIDENT_GRAPH_RELEASE_BACKUP_MANIFEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/digest.h"

namespace evident::graph {

inline constexpr char kBackupManifestName[] = "MANIFEST-OF-BACKUP";
inline constexpr char kBackupKnowledgeName[] = "knowledge";  // folder of the database

struct BackupFile {
  std::string path;  // inside the backup, with '/'
  uint64_t bytes = 0;
  Digest sha256;
};

struct BackupManifest {
  std::string database_id;
  uint32_t release = 0;  // the newest
  Digest release_digest;
  Digest content_digest;
  int64_t made_ns = 0;
  std::string intent;             // name of the audit entry that announced it; may be empty
  std::vector<BackupFile> files;  // by path, the manifest not among them

  uint64_t Bytes() const;  // of all files
};

std::string WriteManifest(const BackupManifest& manifest);

// DATA_LOSS (BACKUP_CORRUPT) naming the line; FAILED_PRECONDITION (BACKUP_NEWER).
absl::StatusOr<BackupManifest> ParseManifest(std::string_view text);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_BACKUP_MANIFEST_H_
