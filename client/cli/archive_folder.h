// Sealed bodies of an audit log as files, to be kept for longer than the log keeps them
// (docs/formats/archive.md). They come as they are stored: what they say only the log's keys open.
#ifndef EVIDENT_CLIENT_CLI_ARCHIVE_FOLDER_H_
#define EVIDENT_CLIENT_CLI_ARCHIVE_FOLDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/log_keys.h"
#include "audit/proof/merkle.h"
#include "base/digest.h"
#include "evident/v1/audit_service.pb.h"

namespace evident::cli {

struct ArchiveCheck {
  uint64_t entries = 0;
  uint64_t bodies = 0;  // the other entries' had been removed before
  uint64_t files = 0;
  Digest manifest;  // SHA-256
};

// Reads every file of an archive and holds it against the manifest, each body against its leaf, and
// the tree of the leaves against the checkpoint, whose signature must verify under one of `keys`.
// DATA_LOSS (ARCHIVE_DAMAGED) naming the first file that is wrong or missing, and the entry;
// OpenCheckpoint's and ReadFile's errors.
absl::StatusOr<ArchiveCheck> CheckArchive(const std::string& folder, const audit::LogKeys& keys);

// Extends an archive. Not thread safe; one at a time for a folder.
class ArchiveFolder {
 public:
  // The folder as it stands, or a new one, which is made. Files of a run that did not come to its
  // end are taken over where they follow, and removed where not. CheckArchive's errors.
  static absl::StatusOr<ArchiveFolder> Open(const std::string& folder, const audit::LogKeys& keys);

  uint64_t size() const { return size_; }         // entries that the manifest covers
  uint64_t next() const { return tree_.size(); }  // index of the entry that Add takes

  // The entry next(). Written once there is a file's worth of them. DATA_LOSS (ARCHIVE_DAMAGED):
  // its body is not the one that its leaf names. WriteFileAtomically's errors.
  absl::Status Add(const v1::StoredEntry& entry);

  // Writes what is left and the manifest: `note` must be a signed checkpoint of exactly these
  // entries. DATA_LOSS (ARCHIVE_FORKED) when its root is another: the log does not begin with what
  // is archived here. OpenCheckpoint's and WriteFileAtomically's errors.
  absl::Status Finish(std::string_view note);

 private:
  struct Part {
    std::string path;  // within the folder
    uint64_t begin = 0;
    uint64_t end = 0;
    uint64_t bytes = 0;
    std::string sha256;  // hex
  };
  struct Manifest;
  friend absl::StatusOr<ArchiveCheck> CheckArchive(const std::string& folder,
                                                   const audit::LogKeys& keys);

  ArchiveFolder(std::string folder, audit::LogKeys keys)
      : folder_(std::move(folder)), keys_(std::move(keys)) {}

  static absl::StatusOr<Manifest> ReadManifest(const std::string& folder,
                                               const audit::LogKeys& keys);
  absl::Status TakeOver();
  absl::Status WritePart();
  absl::Status WriteManifest(std::string_view note) const;

  std::string folder_;
  audit::LogKeys keys_;
  uint64_t size_ = 0;
  std::vector<Part> parts_;
  audit::TreeFrontier tree_;
  uint64_t open_begin_ = 0;
  std::string open_;  // the file that is not written yet
};

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_ARCHIVE_FOLDER_H_
