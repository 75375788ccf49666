// The rows of a release as far as they are proven: everything that its record's digests cover, and
// whether what is derived from them stands as it should.
#ifndef EVIDENT_GRAPH_STORAGE_VERIFIED_ROWS_H_
#define EVIDENT_GRAPH_STORAGE_VERIFIED_ROWS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/digest.h"
#include "evident/storage/v1/graph.pb.h"
#include "graph/model/rows.h"
#include "graph/storage/direct_reader.h"
#include "kv/database.h"

namespace evident::graph {

struct VerifiedRows {
  Rows rows;
  std::vector<Digest> buckets;  // of all kBucketCount
};

// All rows of the release, which give the digests of their buckets, which give the content digest
// of the record. DATA_LOSS naming the key: KEY_MALFORMED, RECORD_CORRUPT, or
// CONTENT_DIGEST_MISMATCH naming the bucket's key and the rows in it; RELEASE_INCOMPLETE for a
// newer row where the release, being the head, must have none above it (kRefuse).
absl::StatusOr<VerifiedRows> ReadVerifiedRows(const kv::Database& database,
                                              const storage::v1::ReleaseRecord& release,
                                              NewerRows newer);

// Whether `in`, `index` and `names` are what `rows`, all of the release, lead to. DATA_LOSS naming
// the key: KEY_MALFORMED, RECORD_CORRUPT, DERIVED_ROW_MISSING, DERIVED_ROW_UNKNOWN, and
// RELEASE_INCOMPLETE as above.
absl::Status CheckDerivedRows(const kv::Database& database,
                              const storage::v1::ReleaseRecord& release, const Rows& rows,
                              NewerRows newer);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_VERIFIED_ROWS_H_
