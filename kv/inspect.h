// What stands in a folder, found out before anything in it is changed. For this room only.
#ifndef EVIDENT_KV_INSPECT_H_
#define EVIDENT_KV_INSPECT_H_

#include <rocksdb/options.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kv/database.h"

namespace evident::kv {

// The id of the database of ours that is in the folder, of the kind, format and column families
// asked for; nullopt when one can be created there. Everything else is an error of Database::Open.
// `rocks` are the options that it would be opened with.
absl::StatusOr<std::optional<std::string>> Inspect(const OpenOptions& options,
                                                   const rocksdb::Options& rocks);

// The rows that make a database one of ours.
WriteBatch IdentityRows(const OpenOptions& options, std::string_view id);

// "opening the database <path>: <why>"
absl::Status RefuseOpen(absl::StatusCode code, std::string_view reason, const OpenOptions& options,
                        std::string_view why);

// A failed open by RocksDB, told apart.
absl::Status ExplainOpen(const rocksdb::Status& status, const OpenOptions& options);

// For opens that must leave no trace in the folder.
std::shared_ptr<rocksdb::Logger> SilentLogger();

}  // namespace evident::kv

#endif  // EVIDENT_KV_INSPECT_H_
