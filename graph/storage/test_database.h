// A knowledge database in a folder of its own, written release by release without the checks of
// publishing, and looked at row by row. Tests only.
#ifndef EVIDENT_GRAPH_STORAGE_TEST_DATABASE_H_
#define EVIDENT_GRAPH_STORAGE_TEST_DATABASE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/file.h"
#include "graph/model/graph_draft.h"
#include "graph/model/rows.h"
#include "graph/storage/graph_database.h"
#include "graph/storage/release_writer.h"
#include "kv/database.h"

namespace evident::graph {

struct StoredRow {
  kv::Family family;
  std::string key;
  std::string value;
  bool operator==(const StoredRow& other) const {
    return family.index == other.family.index && key == other.key && value == other.value;
  }
};

// Every row of every family with rows of releases, in the order of docs/formats/keys.md.
std::vector<StoredRow> AllRows(const kv::Database& database);

// Replaces one row by another, durably.
absl::Status Replace(kv::Database& database, const StoredRow& before, const StoredRow& after);

// Writes the whole graph as the next release, whatever it is, and returns its record.
absl::StatusOr<storage::v1::ReleaseRecord> WriteRelease(kv::Database& database,
                                                        const GraphDraft& draft,
                                                        size_t batch_rows_max = kBatchRowsMax);

// What opening for service looks at: the record of the newest release, whose rows are all sound.
absl::StatusOr<storage::v1::ReleaseRecord> CheckHead(const kv::Database& database);

class TestDatabase {
 public:
  TestDatabase();

  kv::Database& database() { return *database_; }
  const std::string& path() const { return path_; }
  absl::Status Reopen();
  void Close() { database_.reset(); }

  absl::StatusOr<storage::v1::ReleaseRecord> Publish(const GraphDraft& draft) {
    return WriteRelease(*database_, draft);
  }

 private:
  const TempDir dir_;
  const std::string path_ = dir_.path() + "/graph";
  std::unique_ptr<kv::Database> database_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_TEST_DATABASE_H_
