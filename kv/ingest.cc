#include "kv/ingest.h"

#include <rocksdb/sst_file_writer.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/random.h"
#include "base/status.h"
#include "kv/rocks_database.h"
#include "kv/rocksdb_status.h"

namespace evident::kv {

class RocksIngestion final : public Ingestion {
 public:
  explicit RocksIngestion(RocksDatabase& database)
      : database_(database), tables_(database.handles_.size()) {}
  ~RocksIngestion() override;

  absl::Status Add(Family family, std::string_view key, std::string_view value) override;
  absl::Status Commit() override;

 private:
  struct Table {
    std::string path;
    std::unique_ptr<rocksdb::SstFileWriter> writer;
    std::optional<std::string> last_key;
    bool failed = false;
  };

  absl::Status Ended() const;
  absl::Status CheckOpen() const;
  absl::Status OpenTable(Family family, Table& table);

  RocksDatabase& database_;
  std::vector<Table> tables_;  // by index of the column family; without a writer until it gets rows
  bool ended_ = false;
};

RocksIngestion::~RocksIngestion() {
  for (Table& table : tables_) {
    if (table.path.empty()) continue;
    table.writer.reset();
    // RocksDB took it, or it never came to be: both leave nothing to remove. What stays behind for
    // another reason goes when the database is next opened.
    const rocksdb::Status removed = database_.rocks_.env->DeleteFile(table.path);
    static_cast<void>(removed);
  }
}

absl::Status RocksIngestion::Ended() const {
  return MakeError(absl::StatusCode::kFailedPrecondition, "INGEST_ENDED",
                   "an ingestion into " + database_.options_.path + " has ended");
}

absl::Status RocksIngestion::CheckOpen() const {
  return ended_ ? Ended() : database_.CheckUsable(true);
}

absl::Status RocksIngestion::OpenTable(Family family, Table& table) {
  // Never a name that was in use: RocksDB would cut the file, and it could be a live table.
  table.path = database_.options_.path + "/" + kIngestPrefix +
               HexEncode(Random::System().Bytes(16)) + kIngestSuffix;
  auto writer = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(), database_.rocks_,
                                                         database_.handles_[family.index]);
  EVIDENT_RETURN_IF_ERROR(FromRocks(writer->Open(table.path), "creating " + table.path));
  table.writer = std::move(writer);
  return absl::OkStatus();
}

absl::Status RocksIngestion::Add(Family family, std::string_view key, std::string_view value) {
  EVIDENT_RETURN_IF_ERROR(CheckOpen());
  EVIDENT_RETURN_IF_ERROR(database_.Handle(family).status());
  Table& table = tables_[family.index];
  if (table.failed) return Ended();
  if (table.writer == nullptr) {
    const absl::Status opened = OpenTable(family, table);
    table.failed = !opened.ok();
    EVIDENT_RETURN_IF_ERROR(opened);
  }
  if (table.last_key.has_value() && key <= *table.last_key) {
    table.failed = true;
    return MakeError(absl::StatusCode::kInvalidArgument, "INGEST_ORDER",
                     "ingesting into " + database_.Where(family) + ": key " + HexEncode(key) +
                         " does not follow " + HexEncode(*table.last_key));
  }
  const rocksdb::Status status = table.writer->Put(ToSlice(key), ToSlice(value));
  table.failed = !status.ok();
  if (table.failed) return FromRocks(status, "writing " + table.path);
  table.last_key = key;
  return absl::OkStatus();
}

absl::Status RocksIngestion::Commit() {
  EVIDENT_RETURN_IF_ERROR(CheckOpen());
  ended_ = true;
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (size_t family = 0; family < tables_.size(); ++family) {
    Table& table = tables_[family];
    if (table.failed) return Ended();
    if (table.writer == nullptr) continue;
    EVIDENT_RETURN_IF_ERROR(FromRocks(table.writer->Finish(), "finishing " + table.path));
    rocksdb::IngestExternalFileArg argument;
    argument.column_family = database_.handles_[family];
    argument.external_files = {table.path};
    argument.options.move_files = true;
    argument.options.write_global_seqno = false;
    arguments.push_back(std::move(argument));
  }
  if (arguments.empty()) return absl::OkStatus();
  const rocksdb::Status status = database_.db_->IngestExternalFiles(arguments);
  if (!status.ok()) database_.write_failed_ = true;
  return FromRocks(status, "ingesting into " + database_.options_.path);
}

absl::StatusOr<std::unique_ptr<Ingestion>> RocksDatabase::NewIngestion() {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(true));
  return std::unique_ptr<Ingestion>(std::make_unique<RocksIngestion>(*this));
}

}  // namespace evident::kv
