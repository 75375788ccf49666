// Iterators and snapshots over RocksDB. For this room only.
#ifndef EVIDENT_KV_ROCKS_ITERATOR_H_
#define EVIDENT_KV_ROCKS_ITERATOR_H_

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "kv/database.h"

namespace evident::kv {

// How reads are done: checksums verified, at `snapshot` unless it is null.
rocksdb::ReadOptions ReadOptionsFor(const Snapshot* snapshot);

// A snapshot of `db`; of nothing when it is null, as after Close.
std::unique_ptr<Snapshot> RocksSnapshot(rocksdb::DB* db);

// See Database::NewIterator; `where` names path and column family in errors.
std::unique_ptr<Iterator> RocksIterator(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family,
                                        const Snapshot* snapshot, std::string_view upper_bound,
                                        std::string where);

// Never valid; its status is `status`.
std::unique_ptr<Iterator> FailedIterator(absl::Status status);

}  // namespace evident::kv

#endif  // EVIDENT_KV_ROCKS_ITERATOR_H_
