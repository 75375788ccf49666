#include "kv/database.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <sys/statvfs.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/encoding.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/status.h"
#include "kv/fault_file_system_rocksdb.h"
#include "kv/rocksdb_status.h"

namespace evident::kv {
namespace {

constexpr char kFormatVersionKey[] = "format_version";
constexpr char kKindKey[] = "kind";
constexpr char kDatabaseIdKey[] = "database_id";
constexpr uint64_t kBlobBytesMin = 512;

class RocksSnapshot final : public Snapshot {
 public:
  explicit RocksSnapshot(rocksdb::DB* db) : db_(db), snapshot_(db->GetSnapshot()) {}
  ~RocksSnapshot() override { db_->ReleaseSnapshot(snapshot_); }
  const rocksdb::Snapshot* get() const { return snapshot_; }

 private:
  rocksdb::DB* const db_;
  const rocksdb::Snapshot* const snapshot_;
};

class RocksIterator final : public Iterator {
 public:
  RocksIterator(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, rocksdb::ReadOptions options,
                std::string_view upper_bound, std::string where)
      : upper_bound_(upper_bound), bound_slice_(upper_bound_), where_(std::move(where)) {
    if (!upper_bound_.empty()) options.iterate_upper_bound = &bound_slice_;
    iterator_.reset(db->NewIterator(options, family));
  }
  void Seek(std::string_view key) override { iterator_->Seek(ToSlice(key)); }
  void SeekForPrev(std::string_view key) override { iterator_->SeekForPrev(ToSlice(key)); }
  void SeekToFirst() override { iterator_->SeekToFirst(); }
  void SeekToLast() override { iterator_->SeekToLast(); }
  void Next() override { iterator_->Next(); }
  void Prev() override { iterator_->Prev(); }
  bool Valid() const override { return iterator_->Valid(); }
  std::string_view key() const override { return FromSlice(iterator_->key()); }
  std::string_view value() const override { return FromSlice(iterator_->value()); }
  absl::Status status() const override {
    return FromRocks(iterator_->status(), "walking " + where_);
  }

 private:
  const std::string upper_bound_;
  const rocksdb::Slice bound_slice_;
  const std::string where_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

// For a database that is closed.
class ClosedIterator final : public Iterator {
 public:
  explicit ClosedIterator(absl::Status status) : status_(std::move(status)) {}
  void Seek(std::string_view) override {}
  void SeekForPrev(std::string_view) override {}
  void SeekToFirst() override {}
  void SeekToLast() override {}
  void Next() override {}
  void Prev() override {}
  bool Valid() const override { return false; }
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  absl::Status status() const override { return status_; }

 private:
  const absl::Status status_;
};

class RocksDatabase final : public Database {
 public:
  RocksDatabase(OpenOptions options, std::unique_ptr<rocksdb::Env> env)
      : options_(std::move(options)), env_(std::move(env)) {}
  ~RocksDatabase() override {
    const absl::Status ignored = Close();
    static_cast<void>(ignored);
  }

  absl::Status OpenRocks();
  absl::Status CheckIdentity(bool fresh);

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key,
                                                 const Snapshot* snapshot) const override;
  absl::Status Write(const WriteBatch& batch, Durability durability) override;
  std::unique_ptr<Iterator> NewIterator(Family family, std::string_view upper_bound,
                                        const Snapshot* snapshot) const override;
  std::unique_ptr<Snapshot> NewSnapshot() const override {
    return std::make_unique<RocksSnapshot>(db_.get());
  }
  absl::Status Ingest(const std::vector<IngestRows>& families) override;
  const std::string& id() const override { return id_; }
  absl::Status Flush() override;
  absl::Status Close() override;

 private:
  rocksdb::Options RocksOptions() const;
  rocksdb::ReadOptions ReadOptionsFor(const Snapshot* snapshot) const;
  absl::Status CheckUsable(bool for_writing) const;
  absl::Status WriteIdentity();
  absl::StatusOr<bool> IsEmpty() const;
  absl::StatusOr<std::string> WriteTable(const IngestRows& rows);
  absl::Status IngestTables(const std::vector<IngestRows>& families,
                            const std::vector<std::string>& tables);
  std::string Where(Family family) const {
    return options_.path + " (" + options_.families[family.index].name + ")";
  }

  const OpenOptions options_;
  std::unique_ptr<rocksdb::Env> env_;  // null: the default one
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::string id_;
  std::atomic<bool> closed_{false};
  std::atomic<bool> write_failed_{false};
  std::atomic<uint64_t> table_number_{0};
};

rocksdb::WALRecoveryMode RecoveryMode(WalRecovery recovery) {
  switch (recovery) {
    case WalRecovery::kTolerateTornTail:
      return rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    case WalRecovery::kAbsoluteConsistency:
      return rocksdb::WALRecoveryMode::kAbsoluteConsistency;
    case WalRecovery::kPointInTime:
      return rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  }
  return rocksdb::WALRecoveryMode::kAbsoluteConsistency;
}

rocksdb::Options RocksDatabase::RocksOptions() const {
  rocksdb::Options options;
  options.create_if_missing = options_.mode == OpenOptions::Mode::kCreate;
  options.create_missing_column_families = options.create_if_missing;
  options.paranoid_checks = true;
  options.wal_recovery_mode = RecoveryMode(options_.wal_recovery);
  options.write_buffer_size = options_.write_buffer_bytes;
  options.max_background_jobs = 2;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 4;
  if (env_ != nullptr) options.env = env_.get();
  return options;
}

absl::Status Refuse(absl::StatusCode code, const char* reason, const std::string& path,
                    const std::string& why) {
  return MakeError(code, reason, "opening the database " + path + ": " + why);
}

// Tells what a failed open means, since RocksDB's codes do not.
absl::Status ExplainOpen(const rocksdb::Status& status, const OpenOptions& options) {
  const std::string text = status.ToString();
  const auto has = [&text](const char* part) { return text.find(part) != std::string::npos; };
  if (has("lock ") || has("LOCK:")) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "DATABASE_LOCKED", options.path,
                  "another process has it open: " + text);
  }
  if (has("olumn famil")) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "DATABASE_FAMILIES", options.path, text);
  }
  if (status.IsCorruption() || has("MANIFEST") || has("CURRENT") || has("No such file")) {
    return Refuse(absl::StatusCode::kDataLoss, "DATABASE_CORRUPT", options.path, text);
  }
  return FromRocks(status, "opening the database " + options.path);
}

absl::Status RocksDatabase::OpenRocks() {
  const rocksdb::Options rocks = RocksOptions();
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options_.cache_bytes);
  table.format_version = 5;
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const FamilyOptions& family : options_.families) {
    rocksdb::ColumnFamilyOptions column(rocks);
    column.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    column.enable_blob_files = family.blob_files;
    column.min_blob_size = kBlobBytesMin;
    descriptors.emplace_back(family.name, column);
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      options_.mode == OpenOptions::Mode::kReadOnly
          ? rocksdb::DB::OpenForReadOnly(rocks, options_.path, descriptors, &handles_, &db)
          : rocksdb::DB::Open(rocks, options_.path, descriptors, &handles_, &db);
  db_.reset(db);
  return status.ok() ? absl::OkStatus() : ExplainOpen(status, options_);
}

absl::Status RocksDatabase::WriteIdentity() {
  WriteBatch batch;
  std::string version;
  AppendU32(version, options_.format_version);
  id_ = HexEncode(Random::System().Bytes(16));
  batch.Put(Family{0}, kFormatVersionKey, version);
  batch.Put(Family{0}, kKindKey, options_.kind);
  batch.Put(Family{0}, kDatabaseIdKey, id_);
  return Write(batch, Durability::kSync);
}

absl::StatusOr<bool> RocksDatabase::IsEmpty() const {
  for (size_t i = 0; i < options_.families.size(); ++i) {
    const auto rows = NewIterator(Family{i}, {}, nullptr);
    rows->SeekToFirst();
    EVIDENT_RETURN_IF_ERROR(rows->status());
    if (rows->Valid()) return false;
  }
  return true;
}

absl::Status RocksDatabase::CheckIdentity(bool fresh) {
  EVIDENT_ASSIGN_OR_RETURN(const auto kind, Get(Family{0}, kKindKey, nullptr));
  EVIDENT_ASSIGN_OR_RETURN(const auto version, Get(Family{0}, kFormatVersionKey, nullptr));
  EVIDENT_ASSIGN_OR_RETURN(const auto id, Get(Family{0}, kDatabaseIdKey, nullptr));
  if (!kind && !version && !id && fresh) {
    // A first start that was cut off before its identity was written has no rows at all.
    EVIDENT_ASSIGN_OR_RETURN(const bool empty, IsEmpty());
    if (empty) return WriteIdentity();
  }
  if (!kind || !version || !id || *kind != options_.kind) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "DATABASE_FOREIGN", options_.path,
                  kind ? "it is a database of kind '" + *kind + "', not '" + options_.kind + "'"
                       : "it is no database of this system");
  }
  ByteReader reader(*version);
  const uint32_t found = reader.U32();
  if (!reader.done()) {
    return Refuse(absl::StatusCode::kDataLoss, "DATABASE_CORRUPT", options_.path,
                  "its format version is unreadable");
  }
  if (found > options_.format_version) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "DATABASE_NEWER", options_.path,
                  "it has format " + std::to_string(found) + ", newer than " +
                      std::to_string(options_.format_version) +
                      ", the newest that this program reads");
  }
  id_ = *id;
  return absl::OkStatus();
}

absl::Status RocksDatabase::CheckUsable(bool for_writing) const {
  if (closed_) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DATABASE_CLOSED",
                     "the database " + options_.path + " is closed");
  }
  if (for_writing && write_failed_) {
    return MakeError(absl::StatusCode::kUnavailable, "DATABASE_WRITE_FAILED",
                     "the database " + options_.path +
                         " takes no writes after a failed one until it is opened again");
  }
  return absl::OkStatus();
}

rocksdb::ReadOptions RocksDatabase::ReadOptionsFor(const Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  if (snapshot != nullptr) {
    options.snapshot = static_cast<const RocksSnapshot*>(snapshot)->get();
  }
  return options;
}

absl::StatusOr<std::optional<std::string>> RocksDatabase::Get(Family family, std::string_view key,
                                                              const Snapshot* snapshot) const {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(false));
  std::string value;
  const rocksdb::Status status =
      db_->Get(ReadOptionsFor(snapshot), handles_[family.index], ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  EVIDENT_RETURN_IF_ERROR(FromRocks(status, "reading " + Where(family) + " key " + HexEncode(key)));
  return std::optional<std::string>(std::move(value));
}

absl::Status RocksDatabase::Write(const WriteBatch& batch, Durability durability) {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(true));
  rocksdb::WriteBatch rocks;
  for (const auto& operation : Operations(batch)) {
    rocksdb::ColumnFamilyHandle* const handle = handles_[operation.family.index];
    const rocksdb::Status status =
        operation.value.has_value()
            ? rocks.Put(handle, ToSlice(operation.key), ToSlice(*operation.value))
            : rocks.Delete(handle, ToSlice(operation.key));
    EVIDENT_RETURN_IF_ERROR(FromRocks(status, "filling a batch for " + options_.path));
  }
  rocksdb::WriteOptions options;
  options.sync = durability == Durability::kSync;
  const rocksdb::Status status = db_->Write(options, &rocks);
  if (!status.ok()) write_failed_ = true;
  return FromRocks(status, "writing to " + options_.path);
}

std::unique_ptr<Iterator> RocksDatabase::NewIterator(Family family, std::string_view upper_bound,
                                                     const Snapshot* snapshot) const {
  if (const absl::Status usable = CheckUsable(false); !usable.ok()) {
    return std::make_unique<ClosedIterator>(usable);
  }
  return std::make_unique<RocksIterator>(db_.get(), handles_[family.index],
                                         ReadOptionsFor(snapshot), upper_bound, Where(family));
}

absl::StatusOr<std::string> RocksDatabase::WriteTable(const IngestRows& rows) {
  const std::string path =
      options_.path + "/ingest-" + std::to_string(table_number_++) + ".sst.new";
  rocksdb::Options options = RocksOptions();
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options, handles_[rows.family.index]);
  EVIDENT_RETURN_IF_ERROR(FromRocks(writer.Open(path), "creating " + path));
  std::string_view previous;
  for (const auto& [key, value] : rows.rows) {
    if (!previous.empty() && std::string_view(key) <= previous) {
      return MakeError(absl::StatusCode::kInvalidArgument, "INGEST_ORDER",
                       "ingesting into " + Where(rows.family) + ": key " + HexEncode(key) +
                           " does not follow " + HexEncode(previous));
    }
    EVIDENT_RETURN_IF_ERROR(FromRocks(writer.Put(ToSlice(key), ToSlice(value)), "writing " + path));
    previous = key;
  }
  EVIDENT_RETURN_IF_ERROR(FromRocks(writer.Finish(), "finishing " + path));
  return path;
}

absl::Status RocksDatabase::IngestTables(const std::vector<IngestRows>& families,
                                         const std::vector<std::string>& tables) {
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  size_t next = 0;
  for (const IngestRows& rows : families) {
    if (rows.rows.empty()) continue;
    rocksdb::IngestExternalFileArg argument;
    argument.column_family = handles_[rows.family.index];
    argument.external_files = {tables[next++]};
    argument.options.move_files = true;
    argument.options.write_global_seqno = false;
    arguments.push_back(std::move(argument));
  }
  if (arguments.empty()) return absl::OkStatus();
  return FromRocks(db_->IngestExternalFiles(arguments), "ingesting into " + options_.path);
}

absl::Status RocksDatabase::Ingest(const std::vector<IngestRows>& families) {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(true));
  std::vector<std::string> tables;
  absl::Status status;
  for (const IngestRows& rows : families) {
    if (rows.rows.empty()) continue;
    absl::StatusOr<std::string> table = WriteTable(rows);
    status = table.status();
    if (!status.ok()) break;
    tables.push_back(*std::move(table));
  }
  if (status.ok()) status = IngestTables(families, tables);
  std::error_code ignored;
  for (const std::string& table : tables) std::filesystem::remove(table, ignored);
  return status;
}

absl::Status RocksDatabase::Flush() {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(true));
  return FromRocks(db_->Flush(rocksdb::FlushOptions(), handles_), "flushing " + options_.path);
}

absl::Status RocksDatabase::Close() {
  if (closed_.exchange(true)) return absl::OkStatus();
  absl::Status status;
  if (db_ != nullptr) {
    if (options_.mode != OpenOptions::Mode::kReadOnly && !write_failed_) {
      status = FromRocks(db_->FlushWAL(true), "closing " + options_.path);
    }
    for (rocksdb::ColumnFamilyHandle* const handle : handles_) {
      db_->DestroyColumnFamilyHandle(handle);
    }
    handles_.clear();
    const rocksdb::Status closed = db_->Close();
    if (status.ok()) status = FromRocks(closed, "closing " + options_.path);
    db_.reset();
  }
  return status;
}

// Refuses a folder that RocksDB would take for a new database, or fill beside somebody else's
// files.
absl::Status CheckFolder(const OpenOptions& options) {
  const bool create = options.mode == OpenOptions::Mode::kCreate;
  std::error_code error;
  const bool exists = std::filesystem::exists(options.path, error);
  if (!error && exists && !std::filesystem::is_directory(options.path, error)) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "DATABASE_FOREIGN", options.path,
                  "it is no folder");
  }
  const bool empty = !error && exists && std::filesystem::is_empty(options.path, error);
  if (error) {
    return MakeError(absl::StatusCode::kPermissionDenied, "DATABASE_IO",
                     "looking at " + options.path + ": " + error.message());
  }
  if (!exists || empty) {
    if (create) return absl::OkStatus();
    return Refuse(absl::StatusCode::kNotFound, "DATABASE_MISSING", options.path,
                  "nothing is there");
  }
  if (std::filesystem::exists(options.path + "/CURRENT", error)) return absl::OkStatus();
  bool has_tables = false;
  for (const auto& entry : std::filesystem::directory_iterator(options.path, error)) {
    has_tables = has_tables || entry.path().extension() == ".sst" ||
                 entry.path().extension() == ".blob" || entry.path().extension() == ".log";
  }
  if (has_tables) {
    return Refuse(absl::StatusCode::kDataLoss, "DATABASE_CORRUPT", options.path,
                  "its file CURRENT is missing");
  }
  // A first start that was cut off leaves a folder without CURRENT and without any data.
  if (create && std::filesystem::exists(options.path + "/LOCK", error)) return absl::OkStatus();
  return Refuse(absl::StatusCode::kFailedPrecondition, "DATABASE_FOREIGN", options.path,
                "it is no database");
}

}  // namespace

WriteBatch::WriteBatch() = default;
WriteBatch::~WriteBatch() = default;
WriteBatch::WriteBatch(WriteBatch&&) noexcept = default;
WriteBatch& WriteBatch::operator=(WriteBatch&&) noexcept = default;

void WriteBatch::Put(Family family, std::string_view key, std::string_view value) {
  list_.push_back({family, std::string(key), std::string(value)});
  ++operations_;
  bytes_ += key.size() + value.size();
}

void WriteBatch::Delete(Family family, std::string_view key) {
  list_.push_back({family, std::string(key), std::nullopt});
  ++operations_;
  bytes_ += key.size();
}

const std::vector<WriteBatch::Operation>& Database::Operations(const WriteBatch& batch) {
  return batch.list_;
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const OpenOptions& options) {
  if (options.families.empty() || options.families[0].name != "default") {
    return MakeError(absl::StatusCode::kInvalidArgument, "DATABASE_FAMILIES",
                     "opening " + options.path + ": the first column family must be 'default'");
  }
  EVIDENT_RETURN_IF_ERROR(CheckFolder(options));
  auto database = std::make_unique<RocksDatabase>(options, FaultEnv(options.fault_file_system));
  EVIDENT_RETURN_IF_ERROR(database->OpenRocks());
  EVIDENT_RETURN_IF_ERROR(database->CheckIdentity(options.mode == OpenOptions::Mode::kCreate));
  return std::unique_ptr<Database>(std::move(database));
}

absl::StatusOr<uint64_t> FreeBytes(const std::string& path) {
  struct statvfs info {};
  if (statvfs(path.c_str(), &info) != 0) {
    return MakeError(absl::StatusCode::kUnavailable, "DISK_UNKNOWN",
                     "asking for the free space of " + path + ": " + std::strerror(errno));
  }
  return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace evident::kv
