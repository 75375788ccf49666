// Embedded ordered key-value storage. The only room that knows RocksDB.
//
// Keys and values are bytes; keys of a column family are ordered bytewise. A batch is atomic over
// all column families. What was written with Durability::kSync survives a crash of the process and
// of the machine.
#ifndef EVIDENT_KV_DATABASE_H_
#define EVIDENT_KV_DATABASE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace evident::kv {

class FaultFileSystem;
class Ingestion;

// A column family by its place in OpenOptions::column_families; 0 is "default".
struct Family {
  size_t index = 0;
};

struct FamilyOptions {
  std::string name;
  bool blob_files = false;  // values of 512 bytes and more go to blob files
};

// What happens to a write-ahead log whose end does not check.
enum class WalRecovery {
  kTolerateTornTail,     // an incomplete last record is dropped; damage before it refuses to open
  kAbsoluteConsistency,  // any incomplete record refuses to open
  kPointInTime,  // opens with what comes before the first damage. For experiments and tests only
};

struct OpenOptions {
  enum class Mode { kCreate, kOpenExisting, kReadOnly };  // kCreate: makes it when it is missing

  std::string path;
  // Names the format: "graph", "audit". A directory of another kind is refused.
  std::string kind;
  // The newest format that the caller reads; a newer one on disk is refused.
  uint32_t format_version = 1;
  Mode mode = Mode::kOpenExisting;
  // The first must be "default". kCreate adds those that an existing database of this kind lacks.
  std::vector<FamilyOptions> families;
  WalRecovery wal_recovery = WalRecovery::kTolerateTornTail;
  size_t cache_bytes = 64u << 20;
  size_t write_buffer_bytes = 64u << 20;
  std::shared_ptr<FaultFileSystem> fault_file_system;  // tests only; null: the real one
};

enum class Durability {
  kSync,      // durable when Write returns
  kBuffered,  // may be lost in a crash, never torn
};

// Changes that happen together. Not thread safe.
class WriteBatch {
 public:
  WriteBatch();
  ~WriteBatch();
  WriteBatch(WriteBatch&&) noexcept;
  WriteBatch& operator=(WriteBatch&&) noexcept;

  void Put(Family family, std::string_view key, std::string_view value);
  void Delete(Family family, std::string_view key);
  // The keys from `begin` to before `end`, which must not be less.
  void DeleteRange(Family family, std::string_view begin, std::string_view end);
  size_t Bytes() const { return bytes_; }

 private:
  friend class Database;
  struct Operation;
  std::vector<Operation> list_;
  size_t bytes_ = 0;
};

// Walks a column family in key order. Not thread safe. Must go before its database. key() and
// value() are valid until the next move. After every walk check status(): Valid() is false at the
// end and at damage alike.
class Iterator {
 public:
  virtual ~Iterator() = default;
  virtual void Seek(std::string_view key) = 0;         // first key >= `key`
  virtual void SeekForPrev(std::string_view key) = 0;  // last key <= `key`
  virtual void SeekToFirst() = 0;
  virtual void SeekToLast() = 0;
  virtual void Next() = 0;
  virtual void Prev() = 0;
  virtual bool Valid() const = 0;
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  virtual absl::Status status() const = 0;
};

// Thread safe, but for Close. Calls with a Family that was not opened are INVALID_ARGUMENT
// (FAMILY_UNKNOWN).
class Database {
 public:
  // NOT_FOUND (DATABASE_MISSING): nothing there, or no folder to create it in. FAILED_PRECONDITION:
  // DATABASE_FOREIGN (no database of ours, or of another kind), DATABASE_NEWER (a newer format),
  // DATABASE_LOCKED (open already, here or in another process), DATABASE_FAMILIES (column families
  // differ). DATA_LOSS (DATABASE_CORRUPT): damaged. UNAVAILABLE (DATABASE_IO): the disk failed.
  // Each names the path. What is refused as foreign, newer or of other families is left as it was.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const OpenOptions& options);

  virtual ~Database() = default;

  // The value; nullopt when the key is absent.
  virtual absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                         std::string_view key) const = 0;

  // All or nothing. After a failed write the database refuses further ones (UNAVAILABLE,
  // DATABASE_WRITE_FAILED) until it is opened again: what is on disk is then not known. One that
  // was opened kReadOnly refuses all (FAILED_PRECONDITION, DATABASE_READ_ONLY).
  virtual absl::Status Write(const WriteBatch& batch, Durability durability) = 0;

  // Keys below `upper_bound` only, when it is not empty.
  virtual std::unique_ptr<Iterator> NewIterator(Family family,
                                                std::string_view upper_bound = {}) const = 0;

  // Rows in key order for one column family, to be ingested.
  struct IngestRows {
    Family family;
    std::vector<std::pair<std::string, std::string>> rows;  // strictly ascending keys
  };

  // Makes all rows of all families visible at once and durable, without the write-ahead log.
  // INVALID_ARGUMENT (INGEST_ORDER): keys that do not ascend.
  absl::Status Ingest(const std::vector<IngestRows>& families);

  // The same for rows that come one by one; see kv/ingest.h.
  virtual absl::StatusOr<std::unique_ptr<Ingestion>> NewIngestion() = 0;

  // Makes a database of its own in `folder`, which must not exist, of what is written by now: one
  // moment of all families, while others read and write. Tables are hard links where the volume is
  // the same. ALREADY_EXISTS (CHECKPOINT_EXISTS), UNAVAILABLE (DATABASE_IO); what was begun may be
  // left.
  virtual absl::Status Checkpoint(const std::string& folder) = 0;

  // Random id of this database, 32 hex digits, made with it.
  virtual const std::string& id() const = 0;

  // Moves buffered writes to tables: for tests of what happens to tables.
  virtual absl::Status Flush() = 0;

  // Moves buffered writes to tables and writes anew those that may hold keys which begin with
  // `prefix`: of these, what was deleted or overwritten is in no file any more, nor in a
  // write-ahead log. UNAVAILABLE (DATABASE_IO).
  virtual absl::Status Scrub(Family family, std::string_view prefix) = 0;

  // The same of the keys from `begin` to before `end`, blob files included, and gives back the
  // space that they took. For families whose keys are written in order and never again: what
  // follows the range is written anew as far as it may share a blob file with it, about 256 MiB at
  // most. UNAVAILABLE (DATABASE_IO).
  virtual absl::Status ScrubRange(Family family, std::string_view begin, std::string_view end) = 0;

  // Syncs and closes. Later calls fail with FAILED_PRECONDITION (DATABASE_CLOSED). Idempotent. No
  // other call may be under way, and iterators and ingestions must be gone.
  virtual absl::Status Close() = 0;

 protected:
  static const std::vector<WriteBatch::Operation>& Operations(const WriteBatch& batch);
};

struct WriteBatch::Operation {
  Family family;
  std::string key;
  std::optional<std::string> value;  // nullopt: delete
  std::optional<std::string> end;    // delete from `key` to before it
};

// Bytes that an ordinary user can still write on the volume that holds `path`.
absl::StatusOr<uint64_t> FreeBytes(const std::string& path);

}  // namespace evident::kv

#endif  // EVIDENT_KV_DATABASE_H_
