// A folder of tables for analyses: newline-delimited JSON by table and UTC day, and a manifest that
// tells which entries of the log they cover. docs/formats/tables.md.
#ifndef EVIDENT_CLIENT_CLI_TABLE_FOLDER_H_
#define EVIDENT_CLIENT_CLI_TABLE_FOLDER_H_

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/log_keys.h"
#include "evident/v1/audit_service.pb.h"

namespace evident::cli {

// Rows of one table for one entry, as JSON objects.
struct TableRows {
  std::string table;
  std::vector<nlohmann::ordered_json> rows;
};

// What one entry is in the tables: "entries" always, others by what it records.
std::vector<TableRows> RowsOf(const v1::EntryRow& row);

// Extends a folder, or begins one. Not thread safe; one at a time for a folder.
class TableFolder {
 public:
  // What an earlier run left without finishing goes. DATA_LOSS (TABLES_DAMAGED): a manifest that is
  // not ours, or of another log than `keys`'; base/file.h's errors.
  static absl::StatusOr<TableFolder> Open(const std::string& folder, const audit::LogKeys& keys);

  uint64_t size() const { return size_; }  // entries that the manifest covers
  uint64_t next() const { return next_; }  // the entry whose row is to come

  // Writes the rows of entry next(). DATA_LOSS (TABLES_GAP): it is another entry's.
  absl::Status Add(const v1::EntryRow& row);

  // Takes rows of erased keys out of all files, and makes what was added count: `note` must be a
  // signed checkpoint of next() entries. OpenCheckpoint's errors; DATA_LOSS (TABLES_GAP).
  absl::Status Finish(std::string_view note);

  size_t rows_erased() const { return rows_erased_; }  // by Finish

 private:
  // One file: a table's rows of one day from one run.
  struct Part {
    std::string path;  // within the folder
    std::string table;
    std::string day;
    uint64_t begin = 0;  // of the entries that its run covered
    uint64_t end = 0;
    uint64_t rows = 0;
    std::string sha256;  // hex
  };

  TableFolder(std::string folder, audit::LogKeys keys)
      : folder_(std::move(folder)), keys_(std::move(keys)) {}

  absl::Status ReadManifest();
  absl::Status RemoveStrangers() const;
  absl::Status WriteParts(uint64_t end);
  absl::Status EraseFrom(Part& part);
  absl::Status WriteManifest(std::string_view note, const std::string& root);

  std::string folder_;
  audit::LogKeys keys_;
  uint64_t size_ = 0;
  uint64_t next_ = 0;
  std::vector<Part> parts_;
  std::map<std::pair<std::string, std::string>, std::string> open_;  // table, day -> lines
  size_t open_bytes_ = 0;
  uint64_t open_begin_ = 0;       // the first entry whose rows are in open_
  std::set<std::string> erased_;  // ids of keys, hex, that what was added says are destroyed
  size_t rows_erased_ = 0;
};

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_TABLE_FOLDER_H_
