// The rows of one column family that are live in a release, one after another, and when rows
// changed.
#ifndef EVIDENT_GRAPH_STORAGE_LIVE_ROWS_H_
#define EVIDENT_GRAPH_STORAGE_LIVE_ROWS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "kv/database.h"

namespace evident::graph {

// What a reader makes of rows of releases newer than the one it reads: old releases have them,
// above the head they are left of a release that was never finished.
enum class NewerRows { kSkip, kRefuse };

// DATA_LOSS (RECORD_CORRUPT) naming the key.
absl::Status RowCorrupt(std::string_view what, std::string_view key);

// The record behind a value's tag; nullopt for a tombstone. DATA_LOSS (RECORD_CORRUPT).
absl::StatusOr<std::optional<std::string_view>> Untag(std::string_view key, std::string_view value);

// Not thread safe. The database must outlive it.
class LiveRows {
 public:
  // Of a family of versioned rows: those that begin with `prefix`, by key.
  LiveRows(const kv::Database& database, kv::Family family, ReleaseNumber release, NewerRows newer,
           std::string_view prefix = {});

  // Goes to the first row, then to the next one. False after the last. DATA_LOSS naming the key:
  // KEY_MALFORMED, RECORD_CORRUPT, RELEASE_INCOMPLETE for a newer row with kRefuse; kv's errors.
  absl::StatusOr<bool> Next();

  // Without release and tag. Valid until the next call of Next.
  std::string_view row() const { return row_; }
  std::string_view record() const { return record_; }

 private:
  const kv::Family family_;
  const ReleaseNumber release_;
  const NewerRows newer_;
  const std::unique_ptr<kv::Iterator> rows_;
  std::string row_;  // the last one whose live value was seen
  std::string_view record_;
  bool any_ = false;
  bool begun_ = false;
};

// The newest release up to `last` that wrote, or removed, a row that begins with `prefix` and not
// with `except`, unless that is empty; 0 when none did. DATA_LOSS (KEY_MALFORMED); kv's errors.
absl::StatusOr<ReleaseNumber> NewestRelease(const kv::Database& database, kv::Family family,
                                            ReleaseNumber last, std::string_view prefix,
                                            std::string_view except = {});

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_LIVE_ROWS_H_
