#include "kv/rocks_database.h"

#include <rocksdb/cache.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <utility>

#include "base/encoding.h"
#include "base/file.h"
#include "base/random.h"
#include "base/status.h"
#include "kv/ingest.h"
#include "kv/inspect.h"
#include "kv/rocks_iterator.h"
#include "kv/rocksdb_status.h"

namespace evident::kv {
namespace {

constexpr uint64_t kBlobBytesMin = 512;
constexpr uint64_t kBlobFileBytesMax = uint64_t{256} << 20;  // then another one is begun
constexpr size_t kScrubKeyBytesMax = 64;                     // behind a prefix

// Bounds what a start has to replay: without it a family that fills slowly keeps every log alive.
constexpr uint64_t kLogBuffersMax = 4;

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

rocksdb::Options RocksOptions(const OpenOptions& options, rocksdb::Env* env) {
  rocksdb::Options rocks;
  if (env != nullptr) rocks.env = env;
  rocks.create_if_missing = options.mode == OpenOptions::Mode::kCreate;
  rocks.create_missing_column_families = rocks.create_if_missing;
  rocks.paranoid_checks = true;
  rocks.wal_recovery_mode = RecoveryMode(options.wal_recovery);
  rocks.write_buffer_size = options.write_buffer_bytes;
  rocks.max_total_wal_size = kLogBuffersMax * options.write_buffer_bytes;
  rocks.max_background_jobs = 2;
  rocks.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  rocks.keep_log_file_num = 4;
  if (options.mode == OpenOptions::Mode::kReadOnly) rocks.info_log = SilentLogger();
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  table.format_version = 5;
  rocks.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return rocks;
}

}  // namespace

RocksDatabase::RocksDatabase(OpenOptions options, std::unique_ptr<rocksdb::Env> env)
    : options_(std::move(options)),
      env_(std::move(env)),
      rocks_(RocksOptions(options_, env_.get())) {}

RocksDatabase::~RocksDatabase() {
  const absl::Status nobody_to_tell = Close();
  static_cast<void>(nobody_to_tell);
}

absl::Status RocksDatabase::Start() {
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<std::string> id, Inspect(options_, rocks_));
  EVIDENT_RETURN_IF_ERROR(OpenRocks());
  if (options_.mode != OpenOptions::Mode::kReadOnly) EVIDENT_RETURN_IF_ERROR(RemoveLeftovers());
  if (!id.has_value()) return Found();
  id_ = *id;
  return absl::OkStatus();
}

absl::Status RocksDatabase::OpenRocks() {
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const FamilyOptions& family : options_.families) {
    rocksdb::ColumnFamilyOptions column(rocks_);
    column.enable_blob_files = family.blob_files;
    column.min_blob_size = kBlobBytesMin;
    column.blob_file_size = kBlobFileBytesMax;
    descriptors.emplace_back(family.name, column);
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      options_.mode == OpenOptions::Mode::kReadOnly
          ? rocksdb::DB::OpenForReadOnly(rocks_, options_.path, descriptors, &handles_, &db)
          : rocksdb::DB::Open(rocks_, options_.path, descriptors, &handles_, &db);
  db_.reset(db);
  return status.ok() ? absl::OkStatus() : ExplainOpen(status, options_);
}

// What a process left that died while it ingested: at worst a second name of a live table.
absl::Status RocksDatabase::RemoveLeftovers() const {
  std::vector<std::string> names;
  const std::string doing = "clearing up in " + options_.path;
  EVIDENT_RETURN_IF_ERROR(FromRocks(rocks_.env->GetChildren(options_.path, &names), doing));
  for (const std::string& name : names) {
    const std::filesystem::path path(name);
    if (name.rfind(kIngestPrefix, 0) != 0 || path.extension() != ".new") continue;
    EVIDENT_RETURN_IF_ERROR(FromRocks(rocks_.env->DeleteFile(options_.path + "/" + name), doing));
  }
  return absl::OkStatus();
}

absl::Status RocksDatabase::CheckEmpty() const {
  for (size_t i = 0; i < options_.families.size(); ++i) {
    const auto rows = NewIterator(Family{i}, {});
    rows->SeekToFirst();
    EVIDENT_RETURN_IF_ERROR(rows->status());
    if (rows->Valid()) {
      return RefuseOpen(absl::StatusCode::kFailedPrecondition, "DATABASE_FOREIGN", options_,
                        "it is no database of this system");
    }
  }
  return absl::OkStatus();
}

// Gives a new database its identity. It ends in a table of its own, so that a write-ahead log that
// was cut off cannot make the database look like one that has yet to be created.
absl::Status RocksDatabase::Found() {
  EVIDENT_RETURN_IF_ERROR(CheckEmpty());
  std::error_code error;
  const auto path = std::filesystem::absolute(options_.path, error).lexically_normal();
  EVIDENT_RETURN_IF_ERROR(SyncDirectory(path.parent_path().string()));
  id_ = HexEncode(Random::System().Bytes(16));
  EVIDENT_RETURN_IF_ERROR(Write(IdentityRows(options_, id_), Durability::kSync));
  return FromRocks(db_->Flush(rocksdb::FlushOptions(), handles_[0]),
                   "creating the database " + options_.path);
}

absl::Status RocksDatabase::CheckUsable(bool for_writing) const {
  if (closed_) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DATABASE_CLOSED",
                     "the database " + options_.path + " is closed");
  }
  if (for_writing && options_.mode == OpenOptions::Mode::kReadOnly) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DATABASE_READ_ONLY",
                     "the database " + options_.path + " is open for reading only");
  }
  if (for_writing && write_failed_) {
    return MakeError(absl::StatusCode::kUnavailable, "DATABASE_WRITE_FAILED",
                     "the database " + options_.path +
                         " takes no writes after a failed one until it is opened again");
  }
  return absl::OkStatus();
}

std::string RocksDatabase::Where(Family family) const {
  return options_.path + " (" + options_.families[family.index].name + ")";
}

absl::StatusOr<rocksdb::ColumnFamilyHandle*> RocksDatabase::Handle(Family family) const {
  if (family.index < handles_.size()) return handles_[family.index];
  return MakeError(absl::StatusCode::kInvalidArgument, "FAMILY_UNKNOWN",
                   "the database " + options_.path + " has no column family number " +
                       std::to_string(family.index));
}

absl::StatusOr<std::optional<std::string>> RocksDatabase::Get(Family family,
                                                              std::string_view key) const {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(false));
  EVIDENT_ASSIGN_OR_RETURN(rocksdb::ColumnFamilyHandle* const handle, Handle(family));
  std::string value;
  const rocksdb::Status status = db_->Get(CheckedReads(), handle, ToSlice(key), &value);
  if (status.ok()) return std::optional<std::string>(std::move(value));
  if (status.IsNotFound()) return std::optional<std::string>();
  return FromRocks(status, "reading " + Where(family) + " key " + HexEncode(key));
}

absl::Status RocksDatabase::Write(const WriteBatch& batch, Durability durability) {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(true));
  rocksdb::WriteBatch rocks;
  for (const auto& operation : Operations(batch)) {
    EVIDENT_ASSIGN_OR_RETURN(rocksdb::ColumnFamilyHandle* const handle, Handle(operation.family));
    const rocksdb::Slice key = ToSlice(operation.key);
    const rocksdb::Status status =
        operation.value.has_value() ? rocks.Put(handle, key, ToSlice(*operation.value))
        : operation.end.has_value() ? rocks.DeleteRange(handle, key, ToSlice(*operation.end))
                                    : rocks.Delete(handle, key);
    if (!status.ok()) return FromRocks(status, "filling a batch for " + options_.path);
  }
  rocksdb::WriteOptions options;
  options.sync = durability == Durability::kSync;
  const rocksdb::Status status = db_->Write(options, &rocks);
  if (!status.ok()) write_failed_ = true;
  return FromRocks(status, "writing to " + options_.path);
}

std::unique_ptr<Iterator> RocksDatabase::NewIterator(Family family,
                                                     std::string_view upper_bound) const {
  if (const absl::Status usable = CheckUsable(false); !usable.ok()) {
    return FailedIterator(usable);
  }
  const absl::StatusOr<rocksdb::ColumnFamilyHandle*> handle = Handle(family);
  if (!handle.ok()) return FailedIterator(handle.status());
  return RocksIterator(db_.get(), *handle, upper_bound, Where(family));
}

absl::Status RocksDatabase::Checkpoint(const std::string& folder) {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(false));
  if (rocks_.env->FileExists(folder).ok()) {
    return MakeError(absl::StatusCode::kAlreadyExists, "CHECKPOINT_EXISTS",
                     folder + " exists already");
  }
  rocksdb::Checkpoint* raw = nullptr;
  const rocksdb::Status created = rocksdb::Checkpoint::Create(db_.get(), &raw);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  EVIDENT_RETURN_IF_ERROR(FromRocks(created, "preparing a checkpoint of " + options_.path));
  return FromRocks(checkpoint->CreateCheckpoint(folder),
                   "writing a checkpoint of " + options_.path + " to " + folder);
}

absl::Status RocksDatabase::Flush() {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(true));
  return FromRocks(db_->Flush(rocksdb::FlushOptions(), handles_), "flushing " + options_.path);
}

absl::Status RocksDatabase::Scrub(Family family, std::string_view prefix) {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(true));
  EVIDENT_ASSIGN_OR_RETURN(rocksdb::ColumnFamilyHandle* const handle, Handle(family));
  EVIDENT_RETURN_IF_ERROR(Flush());
  // No key that begins with the prefix is longer than this, in tables of ours.
  const std::string last = std::string(prefix) + std::string(kScrubKeyBytesMax, '\xff');
  const rocksdb::Slice begin(prefix.data(), prefix.size());
  const rocksdb::Slice end(last);
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  return FromRocks(db_->CompactRange(options, handle, &begin, &end), "scrubbing " + options_.path);
}

// A blob file holds neighbouring keys, and goes when none of its values is wanted any more. So what
// may lie in one file with the range is compacted with it, all values moved to new files.
absl::StatusOr<std::string> RocksDatabase::EndOfSharedBlobs(Family family,
                                                            std::string_view end) const {
  uint64_t bytes = 0;
  std::string last(end);
  const auto rows = NewIterator(family, {});
  for (rows->Seek(end); rows->Valid() && bytes <= kBlobFileBytesMax; rows->Next()) {
    last = rows->key();
    if (rows->value().size() >= kBlobBytesMin) bytes += rows->value().size();
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return last;
}

absl::Status RocksDatabase::ScrubRange(Family family, std::string_view begin,
                                       std::string_view end) {
  EVIDENT_RETURN_IF_ERROR(CheckUsable(true));
  EVIDENT_ASSIGN_OR_RETURN(rocksdb::ColumnFamilyHandle* const handle, Handle(family));
  EVIDENT_RETURN_IF_ERROR(Flush());
  EVIDENT_ASSIGN_OR_RETURN(const std::string last, EndOfSharedBlobs(family, end));
  const rocksdb::Slice from = ToSlice(begin);
  const rocksdb::Slice to(last);
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;  // it may take long, and others write meanwhile
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.blob_garbage_collection_policy = rocksdb::BlobGarbageCollectionPolicy::kForce;
  options.blob_garbage_collection_age_cutoff = 1.0;
  return FromRocks(db_->CompactRange(options, handle, &from, &to), "scrubbing " + options_.path);
}

absl::Status RocksDatabase::Close() {
  if (closed_.exchange(true) || db_ == nullptr) return absl::OkStatus();
  absl::Status status;
  if (options_.mode != OpenOptions::Mode::kReadOnly && !write_failed_) {
    status = FromRocks(db_->FlushWAL(true), "closing " + options_.path);
  }
  for (rocksdb::ColumnFamilyHandle* const handle : handles_) {
    const rocksdb::Status let_go = db_->DestroyColumnFamilyHandle(handle);
    if (status.ok()) status = FromRocks(let_go, "closing " + options_.path);
  }
  handles_.clear();
  const rocksdb::Status closed = db_->Close();
  if (status.ok()) status = FromRocks(closed, "closing " + options_.path);
  db_.reset();
  return status;
}

}  // namespace evident::kv
