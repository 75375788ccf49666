// The knowledge database: column families and identity. docs/formats/keys.md.
#ifndef EVIDENT_GRAPH_STORAGE_GRAPH_DATABASE_H_
#define EVIDENT_GRAPH_STORAGE_GRAPH_DATABASE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "evident/storage/v1/graph.pb.h"
#include "kv/database.h"

namespace evident::graph {

// Places in kFamilies; never reordered.
inline constexpr kv::Family kDefaultFamily{0};
inline constexpr kv::Family kNamesFamily{1};
inline constexpr kv::Family kNodesFamily{2};
inline constexpr kv::Family kOutFamily{3};
inline constexpr kv::Family kInFamily{4};
inline constexpr kv::Family kIndexFamily{5};
inline constexpr kv::Family kDigestsFamily{6};
inline constexpr kv::Family kReleasesFamily{7};
inline constexpr kv::Family kDraftsFamily{8};

// "nodes", ...; as in docs/formats/keys.md.
const char* FamilyName(kv::Family family);

struct GraphDatabaseOptions {
  std::string path;
  bool create = false;
  bool read_only = false;
  std::shared_ptr<kv::FaultFileSystem> fault_file_system;  // tests only
};

// Opens the database. kv::Database::Open's errors; CheckHeadMark's, before anything is changed;
// ReadNewestRelease's; DATA_LOSS (RELEASE_INCOMPLETE) when digests of a release newer than the
// newest one's record are there. Newer rows of the other families are met when the head is read
// (verified_graph.h).
absl::StatusOr<std::unique_ptr<kv::Database>> OpenGraphDatabase(
    const GraphDatabaseOptions& options);

// Opens the database read-only as it is, for a check that reports all that is wrong with it.
// kv::Database::Open's errors alone.
absl::StatusOr<std::unique_ptr<kv::Database>> OpenGraphDatabaseUnchecked(const std::string& path);

// DATA_LOSS (RELEASE_INCOMPLETE): a row of a release newer than the newest one's record.
absl::Status RowIsNewer(kv::Family family, std::string_view key, ReleaseNumber newest);

// The record of a release. NOT_FOUND (RELEASE_UNKNOWN). DATA_LOSS naming the key: RECORD_CORRUPT,
// RELEASE_MISSING (its parent's record), RELEASE_DIGEST_MISMATCH.
absl::StatusOr<storage::v1::ReleaseRecord> ReadRelease(const kv::Database& database,
                                                       ReleaseNumber release);

// The numbers of all releases that have a record, ascending. DATA_LOSS (KEY_MALFORMED) naming the
// key.
absl::StatusOr<std::vector<ReleaseNumber>> ReadReleaseNumbers(const kv::Database& database);

// The newest release's record; number 0 with 32-byte zero digests before the first. ReadRelease's
// DATA_LOSS.
absl::StatusOr<storage::v1::ReleaseRecord> ReadNewestRelease(const kv::Database& database);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_GRAPH_DATABASE_H_
