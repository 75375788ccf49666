// Checks a knowledge database offline, all releases of it, from its stored bytes alone.
#ifndef EVIDENT_GRAPH_RELEASE_DATABASE_CHECK_H_
#define EVIDENT_GRAPH_RELEASE_DATABASE_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace evident::graph {

struct DatabaseReport {
  uint32_t releases = 0;
  uint64_t nodes = 0;  // of the newest release
  uint64_t edges = 0;
  std::string content_digest;  // of the newest release, 32 bytes; empty when it could not be read
  std::string release_digest;
  // What is wrong, each with the key or file and a reason; at most kFsckProblemsMax. Empty: all is
  // well.
  std::vector<std::string> problems;
};

// Opens the database read-only and checks its head mark; and of every release the record, that its
// digest follows from it and the one before, that its rows give the digests of their buckets and
// these the content digest, that each record is canonical and stands under its own key, that every
// edge has its ends, the counts, and the derived rows; and that no row is of a later release. What
// is wrong is in the report, of each release the first problem of each kind; errors are those of
// opening: kv's. The server must not be running. Reads all of each release, one at a time.
absl::StatusOr<DatabaseReport> CheckDatabase(const std::string& path);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_DATABASE_CHECK_H_
