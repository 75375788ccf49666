#include "kv/inspect.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/status.h"
#include "kv/rocksdb_status.h"

namespace evident::kv {
namespace {

namespace fs = std::filesystem;

constexpr char kFormatVersionKey[] = "format_version";
constexpr char kKindKey[] = "kind";
constexpr char kDatabaseIdKey[] = "database_id";
constexpr char kCheckKey[] = "identity_check";

class NoLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// What a look at the file names alone tells.
struct Folder {
  bool has_current = false;
  bool has_data = false;    // tables, blobs or write-ahead logs
  bool has_tables = false;  // tables or blobs
  bool has_others = false;  // names that RocksDB does not use
  bool has_anything = false;
};

bool IsNumber(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void Note(const fs::path& path, Folder& folder) {
  const std::string name = path.filename().string();
  const std::string stem = path.stem().string();
  const std::string extension = path.extension().string();
  const auto starts = [&name](std::string_view with) { return name.rfind(with, 0) == 0; };
  folder.has_anything = true;
  if (name == "CURRENT") {
    folder.has_current = true;
  } else if (IsNumber(stem) && (extension == ".sst" || extension == ".blob")) {
    folder.has_tables = folder.has_data = true;
  } else if (IsNumber(stem) && extension == ".log") {
    folder.has_data = true;
  } else if (!(name == "LOCK" || name == "IDENTITY" || name == "LOG" || starts("LOG.old.") ||
               starts("MANIFEST-") || starts("OPTIONS-") || starts("ingest-") ||
               extension == ".dbtmp")) {
    folder.has_others = true;
  }
}

absl::StatusOr<Folder> LookAt(const OpenOptions& options) {
  std::error_code error;
  Folder folder;
  const fs::file_status status = fs::status(options.path, error);
  if (status.type() == fs::file_type::not_found) return folder;
  if (!error && status.type() != fs::file_type::directory) {
    return RefuseOpen(absl::StatusCode::kFailedPrecondition, "DATABASE_FOREIGN", options,
                      "it is no folder");
  }
  if (!error) {
    for (fs::directory_iterator entry(options.path, error), end; !error && entry != end;
         entry.increment(error)) {
      Note(entry->path(), folder);
    }
  }
  if (!error) return folder;
  return RefuseOpen(absl::StatusCode::kUnavailable, "DATABASE_IO", options, error.message());
}

// OK when a database can be created in a folder without CURRENT.
absl::Status CheckCreation(const Folder& folder, const OpenOptions& options) {
  if (folder.has_data) {
    return RefuseOpen(absl::StatusCode::kDataLoss, "DATABASE_CORRUPT", options,
                      "its file CURRENT is missing");
  }
  const bool create = options.mode == OpenOptions::Mode::kCreate;
  // A first start that was cut off leaves files of RocksDB, and no data among them.
  if (folder.has_others || (folder.has_anything && !create)) {
    return RefuseOpen(absl::StatusCode::kFailedPrecondition, "DATABASE_FOREIGN", options,
                      "it is no database");
  }
  if (!create) {
    return RefuseOpen(absl::StatusCode::kNotFound, "DATABASE_MISSING", options, "nothing is there");
  }
  std::error_code error;
  const fs::path parent = fs::absolute(options.path, error).lexically_normal().parent_path();
  if (folder.has_anything || fs::is_directory(parent, error)) return absl::OkStatus();
  return RefuseOpen(absl::StatusCode::kNotFound, "DATABASE_MISSING", options,
                    "there is no folder " + parent.string());
}

// Holds the database's lock, so that no other process changes what is being looked at.
class ScopedLock {
 public:
  ScopedLock(rocksdb::Env* env, std::string path) : env_(env), path_(std::move(path)) {}
  ~ScopedLock() {
    if (lock_ != nullptr) env_->UnlockFile(lock_);
  }
  ScopedLock(const ScopedLock&) = delete;
  ScopedLock& operator=(const ScopedLock&) = delete;
  rocksdb::Status Take() { return env_->LockFile(path_, &lock_); }

 private:
  rocksdb::Env* const env_;
  const std::string path_;
  rocksdb::FileLock* lock_ = nullptr;
};

// The rows of the default column family that tell what a database is.
struct Identity {
  std::optional<std::string> kind;
  std::optional<std::string> version;
  std::optional<std::string> id;
  std::optional<std::string> check;
  bool empty = false;      // the default column family has no rows at all
  bool no_tables = false;  // nothing on disk belongs to it
};

absl::StatusOr<std::optional<std::string>> ReadRow(rocksdb::DB& db, const char* key,
                                                   const OpenOptions& options) {
  std::string value;
  const rocksdb::Status status = db.Get(rocksdb::ReadOptions(), key, &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return ExplainOpen(status, options);
  return std::optional<std::string>(std::move(value));
}

absl::StatusOr<Identity> ReadIdentity(const OpenOptions& options, rocksdb::Options rocks) {
  rocks.info_log = SilentLogger();
  rocks.create_if_missing = false;
  rocks.create_missing_column_families = false;
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(rocks, options.path, &raw);
  const std::unique_ptr<rocksdb::DB> db(raw);
  if (!status.ok()) return ExplainOpen(status, options);
  Identity identity;
  EVIDENT_ASSIGN_OR_RETURN(identity.kind, ReadRow(*db, kKindKey, options));
  EVIDENT_ASSIGN_OR_RETURN(identity.version, ReadRow(*db, kFormatVersionKey, options));
  EVIDENT_ASSIGN_OR_RETURN(identity.id, ReadRow(*db, kDatabaseIdKey, options));
  EVIDENT_ASSIGN_OR_RETURN(identity.check, ReadRow(*db, kCheckKey, options));
  const std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator(rocksdb::ReadOptions()));
  rows->SeekToFirst();
  if (!rows->status().ok()) return ExplainOpen(rows->status(), options);
  identity.empty = !rows->Valid();
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  identity.no_tables = files.empty();
  return identity;
}

// Nothing else would notice a changed id.
std::string CheckOf(std::string_view version, std::string_view kind, std::string_view id) {
  std::string text = "evident/v1/identity";
  for (const std::string_view part : {version, kind, id}) {
    AppendU32(text, static_cast<uint32_t>(part.size()));
    text += part;
  }
  return std::string(Sha256(text).view());
}

absl::Status CheckIdentity(const Identity& identity, const OpenOptions& options) {
  if (*identity.kind != options.kind) {
    return RefuseOpen(
        absl::StatusCode::kFailedPrecondition, "DATABASE_FOREIGN", options,
        "it is a database of kind '" + *identity.kind + "', not '" + options.kind + "'");
  }
  ByteReader reader(*identity.version);
  const uint32_t found = reader.U32();
  if (!reader.done() || found == 0) {
    return RefuseOpen(absl::StatusCode::kDataLoss, "DATABASE_CORRUPT", options,
                      "its format version is unreadable");
  }
  if (found <= options.format_version) {
    if (identity.check == CheckOf(*identity.version, *identity.kind, *identity.id)) {
      return absl::OkStatus();
    }
    return RefuseOpen(absl::StatusCode::kDataLoss, "DATABASE_CORRUPT", options,
                      "its identity was changed");
  }
  return RefuseOpen(absl::StatusCode::kFailedPrecondition, "DATABASE_NEWER", options,
                    "it has format " + std::to_string(found) + ", newer than " +
                        std::to_string(options.format_version) +
                        ", the newest that this program reads");
}

// OK when the families on disk are those asked for, but for missing ones that may be created.
absl::Status CheckFamilies(const std::vector<std::string>& found, const OpenOptions& options) {
  std::string differences;
  for (const std::string& name : found) {
    const bool known =
        std::any_of(options.families.begin(), options.families.end(),
                    [&](const FamilyOptions& family) { return family.name == name; });
    if (!known) differences += " unknown '" + name + "'";
  }
  for (const FamilyOptions& family : options.families) {
    if (options.mode == OpenOptions::Mode::kCreate) break;
    if (std::find(found.begin(), found.end(), family.name) == found.end()) {
      differences += " missing '" + family.name + "'";
    }
  }
  if (differences.empty()) return absl::OkStatus();
  return RefuseOpen(absl::StatusCode::kFailedPrecondition, "DATABASE_FAMILIES", options,
                    "its column families differ:" + differences);
}

absl::StatusOr<std::optional<std::string>> InspectExisting(const Folder& folder,
                                                           const OpenOptions& options,
                                                           const rocksdb::Options& rocks) {
  std::vector<std::string> families;
  const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(rocks, options.path, &families);
  if (!listed.ok()) return ExplainOpen(listed, options);
  EVIDENT_ASSIGN_OR_RETURN(const Identity identity, ReadIdentity(options, rocks));
  if (identity.kind && identity.version && identity.id) {
    EVIDENT_RETURN_IF_ERROR(CheckIdentity(identity, options));
    EVIDENT_RETURN_IF_ERROR(CheckFamilies(families, options));
    return identity.id;
  }
  if (folder.has_tables && identity.no_tables) {
    return RefuseOpen(absl::StatusCode::kDataLoss, "DATABASE_CORRUPT", options,
                      "its manifest names none of the tables in the folder");
  }
  const bool unfinished = options.mode == OpenOptions::Mode::kCreate && identity.empty &&
                          !folder.has_tables && CheckFamilies(families, options).ok();
  if (unfinished) return std::optional<std::string>();
  return RefuseOpen(absl::StatusCode::kFailedPrecondition, "DATABASE_FOREIGN", options,
                    "it is no database of this system");
}

}  // namespace

bool IsIdentityRow(std::string_view key) {
  return key == kFormatVersionKey || key == kKindKey || key == kDatabaseIdKey || key == kCheckKey;
}

std::shared_ptr<rocksdb::Logger> SilentLogger() { return std::make_shared<NoLogger>(); }

absl::Status RefuseOpen(absl::StatusCode code, std::string_view reason, const OpenOptions& options,
                        std::string_view why) {
  return MakeError(code, reason, "opening the database " + options.path + ": " + std::string(why));
}

absl::Status ExplainOpen(const rocksdb::Status& status, const OpenOptions& options) {
  const std::string text = status.ToString();
  const auto has = [&text](std::string_view part) { return text.find(part) != std::string::npos; };
  if (status.IsIOError() && has(options.path + "/LOCK") &&
      (has("Resource temporarily unavailable") || has("lock hold by current process"))) {
    return RefuseOpen(absl::StatusCode::kFailedPrecondition, "DATABASE_LOCKED", options,
                      "it is open already, here or in another process: " + text);
  }
  if (status.IsInvalidArgument() && has("omparator")) {
    return RefuseOpen(absl::StatusCode::kFailedPrecondition, "DATABASE_FOREIGN", options, text);
  }
  // RocksDB tells a MANIFEST that ends too early as an invalid argument or as not implemented.
  if (status.IsInvalidArgument() || status.IsNotSupported() || status.IsNotFound()) {
    return RefuseOpen(absl::StatusCode::kDataLoss, "DATABASE_CORRUPT", options, text);
  }
  return FromRocks(status, "opening the database " + options.path);
}

WriteBatch IdentityRows(const OpenOptions& options, std::string_view id) {
  WriteBatch batch;
  std::string version;
  AppendU32(version, options.format_version);
  batch.Put(Family{0}, kFormatVersionKey, version);
  batch.Put(Family{0}, kKindKey, options.kind);
  batch.Put(Family{0}, kDatabaseIdKey, id);
  batch.Put(Family{0}, kCheckKey, CheckOf(version, options.kind, id));
  return batch;
}

absl::StatusOr<std::optional<std::string>> Inspect(const OpenOptions& options,
                                                   const rocksdb::Options& rocks) {
  EVIDENT_ASSIGN_OR_RETURN(const Folder folder, LookAt(options));
  if (!folder.has_current) {
    EVIDENT_RETURN_IF_ERROR(CheckCreation(folder, options));
    return std::optional<std::string>();
  }
  ScopedLock lock(rocks.env, options.path + "/LOCK");
  if (options.mode != OpenOptions::Mode::kReadOnly) {
    if (const rocksdb::Status taken = lock.Take(); !taken.ok()) return ExplainOpen(taken, options);
  }
  return InspectExisting(folder, options, rocks);
}

}  // namespace evident::kv
