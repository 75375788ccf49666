// Iterators over RocksDB. For this room only.
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

// How reads are done: checksums verified.
rocksdb::ReadOptions CheckedReads();

// See Database::NewIterator; `where` names path and column family in errors.
std::unique_ptr<Iterator> RocksIterator(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family,
                                        std::string_view upper_bound, std::string where);

// Never valid; its status is `status`.
std::unique_ptr<Iterator> FailedIterator(absl::Status status);

}  // namespace evident::kv

#endif  // EVIDENT_KV_ROCKS_ITERATOR_H_
