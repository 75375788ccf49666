// The database over RocksDB. For this room only.
#ifndef EVIDENT_KV_ROCKS_DATABASE_H_
#define EVIDENT_KV_ROCKS_DATABASE_H_

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kv/database.h"

namespace evident::kv {

class RocksDatabase final : public Database {
 public:
  // `env` null: the default one.
  RocksDatabase(OpenOptions options, std::unique_ptr<rocksdb::Env> env);
  ~RocksDatabase() override;

  // Before all else, once.
  absl::Status Start();

  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 std::string_view key) const override;
  absl::Status Write(const WriteBatch& batch, Durability durability) override;
  std::unique_ptr<Iterator> NewIterator(Family family, std::string_view upper_bound) const override;
  absl::StatusOr<std::unique_ptr<Ingestion>> NewIngestion() override;
  absl::Status Checkpoint(const std::string& folder) override;
  const std::string& id() const override { return id_; }
  absl::Status Flush() override;
  absl::Status Scrub(Family family, std::string_view prefix) override;
  absl::Status ScrubRange(Family family, std::string_view begin, std::string_view end) override;
  absl::Status Close() override;

 private:
  friend class RocksIngestion;

  absl::Status OpenRocks();
  absl::Status RemoveLeftovers() const;
  absl::Status Found();
  absl::Status CheckEmpty() const;
  absl::Status CheckUsable(bool for_writing) const;
  absl::StatusOr<rocksdb::ColumnFamilyHandle*> Handle(Family family) const;
  absl::StatusOr<std::string> EndOfSharedBlobs(Family family, std::string_view end) const;
  std::string Where(Family family) const;

  const OpenOptions options_;
  const std::unique_ptr<rocksdb::Env> env_;
  rocksdb::Options rocks_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::string id_;
  std::atomic<bool> closed_{false};
  std::atomic<bool> write_failed_{false};
};

// Names of tables that are not part of a database yet: kIngestPrefix, random digits, kIngestSuffix.
inline constexpr char kIngestPrefix[] = "ingest-";
inline constexpr char kIngestSuffix[] = ".sst.new";

}  // namespace evident::kv

#endif  // EVIDENT_KV_ROCKS_DATABASE_H_
