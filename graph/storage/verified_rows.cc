#include "graph/storage/verified_rows.h"

#include <set>
#include <string>
#include <utility>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/storage/graph_database.h"

namespace evident::graph {
namespace {

constexpr size_t kRowsNamedMax = 8;  // of one bucket, in an error

absl::Status DataLoss(std::string_view reason, const std::string& why) {
  return MakeError(absl::StatusCode::kDataLoss, reason, why);
}

absl::Status WrongBucket(const storage::v1::ReleaseRecord& release, uint16_t bucket,
                         const Rows& rows) {
  std::string named;
  size_t count = 0;
  for (const auto& [family, map] : {std::pair("nodes", &rows.nodes), std::pair("out", &rows.out)}) {
    for (const auto& [key, bytes] : *map) {
      if (BucketOf(LeadingId(key)) != bucket || ++count > kRowsNamedMax) continue;
      named += (named.empty() ? "" : ", ") + std::string(family) + " key " + HexEncode(key);
    }
  }
  if (count > kRowsNamedMax) named += " and " + std::to_string(count - kRowsNamedMax) + " more";
  return DataLoss("CONTENT_DIGEST_MISMATCH",
                  "release " + std::to_string(release.number()) + ": digests key " +
                      HexEncode(BucketRow(bucket)) +
                      " is not the digest of its rows: " + (count == 0 ? "there are none" : named));
}

// Walks live rows against the sorted keys that must be there.
absl::Status CheckKeys(const DirectReader& reader, kv::Family family, const char* name,
                       const std::set<std::string>& expected) {
  auto next = expected.begin();
  const auto missing = [&] {
    return DataLoss("DERIVED_ROW_MISSING",
                    std::string(name) + " key " + HexEncode(*next) + " is missing");
  };
  EVIDENT_RETURN_IF_ERROR(
      reader.ScanAll(family, [&](std::string_view row, std::string_view bytes) -> absl::Status {
        if (next != expected.end() && *next < row) return missing();
        if (next == expected.end() || *next != row || !bytes.empty()) {
          return DataLoss("DERIVED_ROW_UNKNOWN", std::string(name) + " key " + HexEncode(row) +
                                                     " stands for nothing in the release");
        }
        ++next;
        return absl::OkStatus();
      }));
  return next == expected.end() ? absl::OkStatus() : missing();
}

absl::Status CheckName(const kv::Database& database, const std::string& key,
                       const std::string& name) {
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, database.Get(kNamesFamily, key));
  if (stored == name) return absl::OkStatus();
  return DataLoss(stored.has_value() ? "RECORD_CORRUPT" : "DERIVED_ROW_MISSING",
                  "names key " + HexEncode(key) + " does not hold the name " + name);
}

}  // namespace

absl::StatusOr<VerifiedRows> ReadVerifiedRows(const kv::Database& database,
                                              const storage::v1::ReleaseRecord& release,
                                              NewerRows newer) {
  const DirectReader reader(database, release, newer);
  VerifiedRows verified;
  EVIDENT_ASSIGN_OR_RETURN(verified.rows, reader.ReadRows());
  EVIDENT_ASSIGN_OR_RETURN(verified.buckets, reader.ReadBuckets());
  if (release.number() == 0) return verified;
  const std::vector<Digest> found = BucketDigests(verified.rows);
  for (uint32_t bucket = 0; bucket < kBucketCount; ++bucket) {
    if (found[bucket] != verified.buckets[bucket]) {
      return WrongBucket(release, static_cast<uint16_t>(bucket), verified.rows);
    }
  }
  if (ContentRoot(found).view() == release.content_digest()) return verified;
  return DataLoss("CONTENT_DIGEST_MISMATCH",
                  "the rows of release " + std::to_string(release.number()) +
                      " give the content digest " + ContentRoot(found).Hex() +
                      ", but releases key " +
                      HexEncode(ReleaseKey(ReleaseNumber(release.number()))) + " holds " +
                      HexEncode(release.content_digest()));
}

absl::Status CheckDerivedRows(const kv::Database& database,
                              const storage::v1::ReleaseRecord& release, const Rows& rows,
                              NewerRows newer) {
  std::set<std::string> in;
  for (const auto& [key, bytes] : rows.out) {
    EVIDENT_ASSIGN_OR_RETURN(const EdgeRowParts parts, ParseEdgeRow(key));
    in.insert(InRow(parts.far, parts.kind, parts.near, parts.ordinal));
  }
  std::set<std::string> index;
  for (const auto& [key, bytes] : rows.nodes) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, ParseNodeRow(key, bytes));
    EVIDENT_RETURN_IF_ERROR(CheckName(database, key, node->name()));
    for (const auto& [kind, term] : IndexTerms(*node)) {
      index.insert(IndexRow(kind, term, LeadingId(key)));
    }
  }
  const DirectReader reader(database, release, newer);
  EVIDENT_RETURN_IF_ERROR(CheckKeys(reader, kInFamily, "in", in));
  return CheckKeys(reader, kIndexFamily, "index", index);
}

}  // namespace evident::graph
