#include "graph/storage/graph_database.h"

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/canonical.h"
#include "graph/model/keys.h"
#include "graph/model/rows.h"
#include "graph/storage/head_mark.h"

namespace evident::graph {
namespace {

constexpr uint32_t kFormatVersion = 1;
constexpr const char* kFamilyNames[] = {"default", "names",   "nodes",    "out",   "in",
                                        "index",   "digests", "releases", "drafts"};

// Every changed row has its bucket's digest in the same release, so the digests alone tell of a
// release that has no record.
absl::Status CheckNothingNewer(const kv::Database& database, ReleaseNumber newest) {
  const auto rows = database.NewIterator(kDigestsFamily);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(const VersionedRow row, SplitRelease(rows->key()));
    if (row.release > newest) return RowIsNewer(kDigestsFamily, rows->key(), newest);
  }
  return rows->status();
}

kv::OpenOptions OptionsOf(const std::string& path, kv::OpenOptions::Mode mode) {
  kv::OpenOptions open;
  open.path = path;
  open.kind = "graph";
  open.format_version = kFormatVersion;
  open.mode = mode;
  for (const char* const name : kFamilyNames) open.families.push_back({name});
  return open;
}

absl::Status BadRelease(std::string_view reason, std::string_view key, const std::string& why) {
  return MakeError(absl::StatusCode::kDataLoss, reason,
                   "releases key " + HexEncode(key) + ": " + why);
}

absl::StatusOr<storage::v1::ReleaseRecord> ParseRelease(std::string_view key,
                                                        std::string_view bytes) {
  storage::v1::ReleaseRecord record;
  EVIDENT_RETURN_IF_ERROR(
      Annotate(ParseCanonical(bytes, record), "releases key " + HexEncode(key)));
  if (record.number() == 0 || ReleaseKey(ReleaseNumber(record.number())) != key ||
      record.parent() != record.number() - 1) {
    return BadRelease("RECORD_CORRUPT", key,
                      "it holds release " + std::to_string(record.number()) + " with parent " +
                          std::to_string(record.parent()));
  }
  return record;
}

absl::StatusOr<Digest> DigestOfParent(const kv::Database& database,
                                      const storage::v1::ReleaseRecord& record) {
  if (record.parent() == 0) return Digest{};
  const std::string key = ReleaseKey(ReleaseNumber(record.parent()));
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, database.Get(kReleasesFamily, key));
  if (!bytes.has_value()) return BadRelease("RELEASE_MISSING", key, "a later release stands on it");
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord parent, ParseRelease(key, *bytes));
  absl::StatusOr<Digest> digest = Digest::FromBytes(parent.release_digest());
  if (!digest.ok()) return BadRelease("RECORD_CORRUPT", key, "its digest has not 32 bytes");
  return digest;
}

// The record under `key`, whose digest must follow from it and its parent's.
absl::StatusOr<storage::v1::ReleaseRecord> CheckRelease(const kv::Database& database,
                                                        std::string_view key,
                                                        std::string_view bytes) {
  EVIDENT_ASSIGN_OR_RETURN(storage::v1::ReleaseRecord record, ParseRelease(key, bytes));
  EVIDENT_ASSIGN_OR_RETURN(const Digest parent, DigestOfParent(database, record));
  const absl::StatusOr<Digest> digest = ReleaseDigest(parent, record);
  if (digest.ok() && digest->view() == record.release_digest()) return record;
  return BadRelease("RELEASE_DIGEST_MISMATCH", key,
                    "the record and the release before it do not give the digest that it holds, " +
                        HexEncode(record.release_digest()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<kv::Database>> OpenGraphDatabase(
    const GraphDatabaseOptions& options) {
  kv::OpenOptions open = OptionsOf(options.path, kv::OpenOptions::Mode::kReadOnly);
  open.fault_file_system = options.fault_file_system;
  if (HasHeadMark(options.path)) {
    // Opening for writing removes tables that a list cut short does not name: look first.
    EVIDENT_ASSIGN_OR_RETURN(const auto look, kv::Database::Open(open));
    EVIDENT_RETURN_IF_ERROR(CheckHeadMark(options.path, *look));
  }
  open.mode = options.read_only ? kv::OpenOptions::Mode::kReadOnly
              : options.create  ? kv::OpenOptions::Mode::kCreate
                                : kv::OpenOptions::Mode::kOpenExisting;
  EVIDENT_ASSIGN_OR_RETURN(std::unique_ptr<kv::Database> database, kv::Database::Open(open));
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord newest, ReadNewestRelease(*database));
  EVIDENT_RETURN_IF_ERROR(CheckNothingNewer(*database, ReleaseNumber(newest.number())));
  return database;
}

absl::StatusOr<std::unique_ptr<kv::Database>> OpenGraphDatabaseUnchecked(const std::string& path) {
  return kv::Database::Open(OptionsOf(path, kv::OpenOptions::Mode::kReadOnly));
}

const char* FamilyName(kv::Family family) { return kFamilyNames[family.index]; }

absl::Status RowIsNewer(kv::Family family, std::string_view key, ReleaseNumber newest) {
  EVIDENT_ASSIGN_OR_RETURN(const VersionedRow row, SplitRelease(key));
  return MakeError(absl::StatusCode::kDataLoss, "RELEASE_INCOMPLETE",
                   std::string(FamilyName(family)) + " key " + HexEncode(key) +
                       " belongs to release " + std::to_string(row.release.value) +
                       ", newer than the newest, " + std::to_string(newest.value));
}

absl::StatusOr<std::vector<ReleaseNumber>> ReadReleaseNumbers(const kv::Database& database) {
  std::vector<ReleaseNumber> numbers;
  const auto rows = database.NewIterator(kReleasesFamily);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    ByteReader key(rows->key());
    numbers.emplace_back(key.U32());
    if (!key.done()) return BadRelease("KEY_MALFORMED", rows->key(), "expected 4 bytes");
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return numbers;
}

absl::StatusOr<storage::v1::ReleaseRecord> ReadRelease(const kv::Database& database,
                                                       ReleaseNumber release) {
  const std::string key = ReleaseKey(release);
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, database.Get(kReleasesFamily, key));
  if (!bytes.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, "RELEASE_UNKNOWN",
                     "there is no release " + std::to_string(release.value));
  }
  return CheckRelease(database, key, *bytes);
}

absl::StatusOr<storage::v1::ReleaseRecord> ReadNewestRelease(const kv::Database& database) {
  const auto rows = database.NewIterator(kReleasesFamily);
  rows->SeekToLast();
  EVIDENT_RETURN_IF_ERROR(rows->status());
  if (rows->Valid()) return CheckRelease(database, rows->key(), rows->value());
  storage::v1::ReleaseRecord none;
  none.set_content_digest(std::string(32, '\0'));
  none.set_release_digest(std::string(32, '\0'));
  return none;
}

}  // namespace evident::graph
