// A release as far as it is proven: everything that its record's digests cover. What is derived
// from it is checked by derived_rows.h.
#ifndef EVIDENT_GRAPH_STORAGE_VERIFIED_GRAPH_H_
#define EVIDENT_GRAPH_STORAGE_VERIFIED_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "base/digest.h"
#include "evident/storage/v1/graph.pb.h"
#include "graph/model/memory_graph.h"
#include "graph/model/rows.h"
#include "graph/storage/live_rows.h"
#include "kv/database.h"

namespace evident::graph {

struct VerifiedGraph {
  std::shared_ptr<const MemoryGraph> graph;  // null when it would not fit
  std::vector<Digest> buckets;               // of all kBucketCount
};

// The release compiled, from rows which give the digests of their buckets, which give the content
// digest of its record. Reads the rows in one pass (nodes in two) and holds none of them. Where the
// graph would take more than about `memory_max` bytes it is proven all the same, and not kept.
// DATA_LOSS naming the key: KEY_MALFORMED; CONTENT_DIGEST_MISMATCH naming the bucket's key and the
// rows in it; RECORD_CORRUPT and EDGE_DANGLING where the digests hold all the same;
// RELEASE_INCOMPLETE for a newer row where the release, being the head, must have none above it
// (kRefuse).
absl::StatusOr<VerifiedGraph> ReadVerifiedGraph(const kv::Database& database,
                                                const storage::v1::ReleaseRecord& release,
                                                NewerRows newer, size_t memory_max = SIZE_MAX);

// All rows of these buckets, which give their digests in `buckets`. Errors as above.
absl::StatusOr<Rows> ReadVerifiedBuckets(const kv::Database& database,
                                         const storage::v1::ReleaseRecord& release, NewerRows newer,
                                         const std::set<uint16_t>& wanted,
                                         const std::vector<Digest>& buckets);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_VERIFIED_GRAPH_H_
