// A folder of what was exported from a log: newline-delimited JSON by table and UTC day, and a
// manifest that tells which entries of the log it covers. docs/formats/tables.md,
// docs/formats/fhir-audit-event.md.
#ifndef EVIDENT_CLIENT_CLI_EXPORT_FOLDER_H_
#define EVIDENT_CLIENT_CLI_EXPORT_FOLDER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/log_keys.h"

namespace evident::cli {

// Rows of one table, as JSON objects.
struct TableRows {
  std::string table;
  std::vector<nlohmann::ordered_json> rows;
};

// What one entry is in a folder.
struct ExportedEntry {
  uint64_t index = 0;
  int64_t commit_time_ns = 0;
  std::vector<TableRows> tables;
  std::string erased_key_id;  // hex; of an erasure, the key that it destroyed
};

// What a folder is made of. It stands in the manifest, and goes on as it was begun.
struct FolderKind {
  // What is left of a table's row once the keys `erased` (hex) are destroyed; nullopt: nothing.
  using Redact = std::function<std::optional<nlohmann::ordered_json>(
      const std::string& table, nlohmann::ordered_json row, const std::set<std::string>& erased)>;

  nlohmann::ordered_json settings;  // members of the manifest; an object
  Redact redact;
  bool zstd = false;  // files are zstd frames, and the manifest says so
  // Rows go on in the newest file of their table and day while that is small, instead of into a
  // file for each run: for who finishes often.
  bool joins_files = false;
};

// Extends a folder, or begins one. Not thread safe; one at a time for a folder.
class ExportFolder {
 public:
  // What an earlier run left without finishing goes. DATA_LOSS (TABLES_DAMAGED): a manifest that is
  // not ours, or of another log than `keys`'. FAILED_PRECONDITION (FOLDER_MIXED): a folder that was
  // begun with other settings. base/file.h's errors.
  static absl::StatusOr<ExportFolder> Open(const std::string& folder, const audit::LogKeys& keys,
                                           FolderKind kind);

  uint64_t size() const { return size_; }  // entries that the manifest covers
  uint64_t next() const { return next_; }  // the entry that is to come

  // The manifest as it was found; an empty object for a folder that begins.
  const nlohmann::ordered_json& manifest() const { return manifest_; }

  // Writes the rows of entry next(). DATA_LOSS (TABLES_GAP): it is another entry.
  absl::Status Add(const ExportedEntry& entry);

  // Writes what a release says: once for each, whose digest (hex) releases() has from then on. It
  // counts once Finish is done.
  absl::Status AddRelease(uint32_t release, const std::string& digest,
                          const std::vector<TableRows>& tables);
  const std::set<std::string>& releases() const { return releases_; }

  // Takes what is erased out of all files, and makes what was added count: `note` must be a signed
  // checkpoint of next() entries. `more` are further members of the manifest. OpenCheckpoint's
  // errors; DATA_LOSS (TABLES_GAP).
  absl::Status Finish(std::string_view note, const nlohmann::ordered_json& more = {});

  size_t rows_erased() const { return rows_erased_; }  // by Finish, those of "entries" apart

 private:
  // One file: a table's rows of one day from one run, or of one release.
  struct Part {
    std::string path;  // within the folder
    std::string table;
    std::string day;     // empty: of a release
    uint64_t begin = 0;  // of the entries that its run covered
    uint64_t end = 0;
    uint32_t release = 0;
    std::string release_digest;  // hex; empty: of a day
    uint64_t rows = 0;
    std::string sha256;  // hex, of the file as it is stored
  };

  ExportFolder(std::string folder, audit::LogKeys keys, FolderKind kind)
      : folder_(std::move(folder)), keys_(std::move(keys)), kind_(std::move(kind)) {}

  static nlohmann::ordered_json PartJson(const Part& part);
  static Part PartOf(const nlohmann::ordered_json& json);

  absl::Status ReadManifest();
  absl::Status CheckSettings() const;
  absl::Status RemoveStrangers() const;
  absl::StatusOr<std::string> ReadPart(const Part& part) const;
  absl::Status WritePart(Part part, const std::string& stored);
  absl::StatusOr<std::string> JoinNewest(Part& part);
  absl::Status WriteParts(uint64_t end);
  absl::Status EraseFrom(Part& part);
  absl::Status WriteManifest(std::string_view note, const std::string& root,
                             const nlohmann::ordered_json& more);

  std::string folder_;
  audit::LogKeys keys_;
  FolderKind kind_;
  nlohmann::ordered_json manifest_ = nlohmann::ordered_json::object();
  uint64_t size_ = 0;
  uint64_t next_ = 0;
  std::vector<Part> parts_;
  std::map<std::pair<std::string, std::string>, std::string> open_;  // table, day -> lines
  size_t open_bytes_ = 0;
  uint64_t open_begin_ = 0;       // the first entry whose rows are in open_
  std::set<std::string> erased_;  // ids of keys, hex, that what was added says are destroyed
  std::set<std::string> releases_;
  std::vector<std::string> joined_;  // files whose rows are in others, until the manifest says so
  size_t rows_erased_ = 0;
};

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_EXPORT_FOLDER_H_
