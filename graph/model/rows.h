// The rows of a graph: keys without release, canonical records, and the digests over them
// (docs/formats/records.md).
#ifndef EVIDENT_GRAPH_MODEL_ROWS_H_
#define EVIDENT_GRAPH_MODEL_ROWS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/digest.h"
#include "base/ids.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// Key without release -> record, in key order.
using RowMap = std::map<std::string, std::string, std::less<>>;

struct Rows {
  RowMap nodes;
  RowMap out;
};

// Keys and canonical records of a draft. Edges of equal source, kind and target are numbered by
// their bytes. INVALID_ARGUMENT (GRAPH_INVALID): a name that its kind does not allow, a node
// without a body, a node or an edge that stands twice, more than kOutDegreeMax edges of a kind that
// leave a node, CanonicalBytes' errors; every violation at once, named by node.
absl::StatusOr<Rows> BuildRows(const GraphDraft& draft);

// Index terms of a node, sorted, without repeats.
std::vector<std::pair<Index, std::string>> IndexTerms(const v1::NodeRecord& record);

// The records of rows of nodes and out. DATA_LOSS (RECORD_CORRUPT) naming the key: bytes that are
// not canonical, or a node whose id is another.
absl::StatusOr<NodePtr> ParseNodeRow(std::string_view row, std::string_view bytes);
absl::StatusOr<EdgeRecordPtr> ParseEdgeRecord(std::string_view row, std::string_view bytes);

// Adds (u32 length, key without release, u32 length, record) to `bytes`, to `hash`.
void AppendRow(std::string& bytes, std::string_view key, std::string_view record);
void AddRow(Sha256Stream& hash, std::string_view key, std::string_view record);

// SHA-256 over the rows of one bucket: by kind, then nodes before edges, each in key order. 32 zero
// bytes when the bucket is empty. `nodes` and `out` hold the bucket's rows alone.
Digest BucketDigest(const RowMap& nodes, const RowMap& out);

// The RFC 6962 root over the digests of all kBucketCount buckets in order.
Digest ContentRoot(const std::vector<Digest>& buckets);

// The digests of all kBucketCount buckets of whole rows, whose keys BuildRows or
// DirectReader::ReadRows made.
std::vector<Digest> BucketDigests(const Rows& rows);
inline Digest ContentDigest(const Rows& rows) { return ContentRoot(BucketDigests(rows)); }

// The digest of a release: over its parent's digest, its content digest and its record without its
// own digest.
absl::StatusOr<Digest> ReleaseDigest(const Digest& parent, storage::v1::ReleaseRecord record);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_ROWS_H_
