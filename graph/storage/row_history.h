// When rows were there, over all releases.
#ifndef EVIDENT_GRAPH_STORAGE_ROW_HISTORY_H_
#define EVIDENT_GRAPH_STORAGE_ROW_HISTORY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "kv/database.h"

namespace evident::graph {

// From a release on, and up to before another: where the row was changed or removed.
struct RowSpan {
  std::string row;  // without release
  ReleaseNumber from;
  std::optional<ReleaseNumber> until;  // nullopt: it still is as it was
};

// The spans of rows that begin with `prefix`, by row and newest first, as of the release `last`.
// DATA_LOSS naming the key: KEY_MALFORMED, RECORD_CORRUPT; kv's errors.
absl::StatusOr<std::vector<RowSpan>> RowSpans(const kv::Database& database, kv::Family family,
                                              ReleaseNumber last, std::string_view prefix);

// The newest record that this row had up to `last`, even if it was removed since; nullopt when it
// never was there. The same errors.
absl::StatusOr<std::optional<std::string>> LastRecordOf(const kv::Database& database,
                                                        kv::Family family, ReleaseNumber last,
                                                        std::string_view row);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_ROW_HISTORY_H_
