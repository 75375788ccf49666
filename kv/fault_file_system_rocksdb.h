// How a database runs on a fault file system. For this room only.
#ifndef EVIDENT_KV_FAULT_FILE_SYSTEM_ROCKSDB_H_
#define EVIDENT_KV_FAULT_FILE_SYSTEM_ROCKSDB_H_

#include <rocksdb/env.h>

#include <memory>

#include "kv/fault_file_system.h"

namespace evident::kv {

// An environment whose files go through `fault`; null when `fault` is null.
std::unique_ptr<rocksdb::Env> FaultEnv(const std::shared_ptr<FaultFileSystem>& fault);

}  // namespace evident::kv

#endif  // EVIDENT_KV_FAULT_FILE_SYSTEM_ROCKSDB_H_
