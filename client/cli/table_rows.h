// What entries of the log are in the tables for analyses. docs/formats/tables.md.
#ifndef EVIDENT_CLIENT_CLI_TABLE_ROWS_H_
#define EVIDENT_CLIENT_CLI_TABLE_ROWS_H_

#include <vector>

#include "client/cli/export_folder.h"
#include "evident/v1/analytics.pb.h"

namespace evident::cli {

// What one entry is in the tables: a row of "entries" always, others by what it records.
ExportedEntry TablesOf(const v1::EntryRow& row);

// A folder of these tables. Rows of erased keys go; of the entries themselves what the leaf says
// stays, so that the index range has no gap.
FolderKind TablesKind(bool zstd = false);

// What releases say, put together from the parts that come of one after another.
class ReleaseRows {
 public:
  // Whether the part's release is there as a whole now.
  bool Add(const v1::ReleaseDimensions& part);

  // Its tables, each in order of names. They are handed out once.
  std::vector<TableRows> Take();

 private:
  v1::ReleaseDimensions release_;
};

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_TABLE_ROWS_H_
