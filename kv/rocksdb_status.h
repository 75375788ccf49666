// RocksDB's statuses as ours, in one place.
#ifndef EVIDENT_KV_ROCKSDB_STATUS_H_
#define EVIDENT_KV_ROCKSDB_STATUS_H_

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <string_view>

#include "absl/status/status.h"

namespace evident::kv {

// Corruption and missing files are DATA_LOSS (DATABASE_CORRUPT), no space is RESOURCE_EXHAUSTED
// (DISK_FULL), other input/output errors are UNAVAILABLE (DATABASE_IO), the rest is INTERNAL
// (DATABASE_FAILED). `what` says what was tried on which path.
absl::Status FromRocks(const rocksdb::Status& status, std::string_view what);

inline rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
inline std::string_view FromSlice(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

}  // namespace evident::kv

#endif  // EVIDENT_KV_ROCKSDB_STATUS_H_
