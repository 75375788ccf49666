// Bulk commit: rows of several column families go to table files beside the database and appear in
// it all at once, without passing the write-ahead log.
#ifndef EVIDENT_KV_INGEST_H_
#define EVIDENT_KV_INGEST_H_

#include <string_view>

#include "absl/status/status.h"
#include "kv/database.h"

namespace evident::kv {

// Made by Database::NewIngestion; must go before its database. Several threads may add, each to
// families of its own; nothing else goes on at once. Until Commit nothing is visible, and what was
// not committed is removed with this object, or when the database is next opened for writing.
class Ingestion {
 public:
  virtual ~Ingestion() = default;

  // Keys of one family ascend strictly; families may take turns. INVALID_ARGUMENT (INGEST_ORDER)
  // otherwise; after an error the family takes nothing more, and Commit fails.
  virtual absl::Status Add(Family family, std::string_view key, std::string_view value) = 0;

  // All rows of all families, or none, durable on return; with no rows it does nothing. Once only.
  // A failed commit ends writing to the database as a failed Write does.
  virtual absl::Status Commit() = 0;
};

}  // namespace evident::kv

#endif  // EVIDENT_KV_INGEST_H_
