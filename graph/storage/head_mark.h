// A file in the database's folder that says which release was the newest. RocksDB cannot tell a
// list of tables (MANIFEST) or a log that lost its end from an older one: without the mark, a
// folder cut short would be served as if the last releases had never been. docs/formats/keys.md.
#ifndef EVIDENT_GRAPH_STORAGE_HEAD_MARK_H_
#define EVIDENT_GRAPH_STORAGE_HEAD_MARK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "evident/storage/v1/graph.pb.h"
#include "kv/database.h"

namespace evident::graph {

inline constexpr char kHeadMarkName[] = "HEAD-RELEASE";

// Whether a folder has a mark.
bool HasHeadMark(const std::string& folder);

// Replaces the mark, durably; after the release is durable. base/file.h's errors.
absl::Status WriteHeadMark(const std::string& folder, const storage::v1::ReleaseRecord& head);

// OK when the database holds the release of the mark, or there is no mark. DATA_LOSS naming the
// file: HEAD_MARK_CORRUPT, or RELEASE_LOST when that release is missing or another.
absl::Status CheckHeadMark(const std::string& folder, const kv::Database& database);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_HEAD_MARK_H_
