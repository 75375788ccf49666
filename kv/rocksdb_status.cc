#include "kv/rocksdb_status.h"

#include <string>

#include "base/status.h"

namespace evident::kv {

absl::Status FromRocks(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = std::string(what) + ": " + status.ToString();
  // A file that the database names and the disk does not have is damage, too.
  if (status.IsCorruption() || status.IsPathNotFound()) {
    return MakeError(absl::StatusCode::kDataLoss, "DATABASE_CORRUPT", message);
  }
  if (status.IsNoSpace()) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL", message);
  }
  if (status.IsIOError() || status.IsBusy() || status.IsTimedOut() || status.IsTryAgain()) {
    return MakeError(absl::StatusCode::kUnavailable, "DATABASE_IO", message);
  }
  return MakeError(absl::StatusCode::kInternal, "DATABASE_FAILED", message);
}

}  // namespace evident::kv
