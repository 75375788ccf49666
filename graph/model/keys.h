// Every key of the knowledge database, in one file (docs/formats/keys.md). Integers are big-endian;
// a release in a key is inverted, so that the newest row of a key comes first.
#ifndef EVIDENT_GRAPH_MODEL_KEYS_H_
#define EVIDENT_GRAPH_MODEL_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "evident/v1/knowledge.pb.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

inline constexpr size_t kIdBytes = 16;
inline constexpr size_t kEdgeRowBytes = kIdBytes + 2 + kIdBytes + 2;
inline constexpr size_t kReleaseBytes = 4;
inline constexpr uint32_t kBucketCount = 1u << 16;

// The first byte of a value in nodes, out, in and index.
inline constexpr char kTagAbsent = 0;
inline constexpr char kTagPresent = 1;

// Rows: keys without their release.
std::string NodeRow(const NodeId& id);  // id(16)
std::string OutRow(const NodeId& src, v1::EdgeKind kind, const NodeId& dst, uint16_t ordinal);
std::string InRow(const NodeId& dst, v1::EdgeKind kind, const NodeId& src, uint16_t ordinal);
std::string IndexRow(Index index, std::string_view term, const NodeId& id);  // the term has no NUL
std::string BucketRow(uint16_t bucket);

// Prefixes of rows.
std::string EdgePrefix(const NodeId& id);
std::string EdgePrefix(const NodeId& id, v1::EdgeKind kind);
std::string IndexPrefix(Index index, std::string_view term);

// row || ~release, and back. A key shorter than a release is DATA_LOSS (KEY_MALFORMED).
std::string AtRelease(std::string_view row, ReleaseNumber release);
void AppendRelease(std::string& row, ReleaseNumber release);
struct VersionedRow {
  std::string_view row;
  ReleaseNumber release;
};
absl::StatusOr<VersionedRow> SplitRelease(std::string_view key);

std::string ReleaseKey(ReleaseNumber release);  // of the family releases: R(4), not inverted

// The parts of an edge row of `out` (near is the source) or `in` (near is the target). DATA_LOSS
// (KEY_MALFORMED).
struct EdgeRowParts {
  NodeId near;
  v1::EdgeKind kind = v1::EDGE_KIND_UNSPECIFIED;
  NodeId far;
  uint16_t ordinal = 0;
};
absl::StatusOr<EdgeRowParts> ParseEdgeRow(std::string_view row);

absl::StatusOr<NodeId> ParseNodeId(std::string_view bytes);  // DATA_LOSS (KEY_MALFORMED) unless 16

NodeId LeadingId(std::string_view row);  // of a row of nodes or out, which has at least 16 bytes

// The bucket of the content digest that a row with this leading id falls into.
uint16_t BucketOf(const NodeId& id);

// The smallest key above every key that begins with `prefix`; empty when there is none.
std::string PrefixEnd(std::string_view prefix);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_KEYS_H_
