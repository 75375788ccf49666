#include "graph/model/keys.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/status.h"

namespace evident::graph {
namespace {

absl::Status Malformed(std::string_view what, std::string_view key) {
  return MakeError(absl::StatusCode::kDataLoss, "KEY_MALFORMED",
                   std::string(what) + " key " + HexEncode(key) + " has the wrong length");
}

std::string EdgeRow(const NodeId& near, v1::EdgeKind kind, const NodeId& far, uint16_t ordinal) {
  std::string row = EdgePrefix(near, kind);
  row += far.view();
  AppendU16(row, ordinal);
  return row;
}

}  // namespace

std::string NodeRow(const NodeId& id) { return std::string(id.view()); }

std::string OutRow(const NodeId& src, v1::EdgeKind kind, const NodeId& dst, uint16_t ordinal) {
  return EdgeRow(src, kind, dst, ordinal);
}

std::string InRow(const NodeId& dst, v1::EdgeKind kind, const NodeId& src, uint16_t ordinal) {
  return EdgeRow(dst, kind, src, ordinal);
}

std::string IndexRow(Index index, std::string_view term, const NodeId& id) {
  return IndexPrefix(index, term).append(id.view());
}

std::string BucketRow(uint16_t bucket) {
  std::string row;
  AppendU16(row, bucket);
  return row;
}

std::string EdgePrefix(const NodeId& id) { return std::string(id.view()); }

std::string EdgePrefix(const NodeId& id, v1::EdgeKind kind) {
  std::string prefix(id.view());
  AppendU16(prefix, static_cast<uint16_t>(kind));
  return prefix;
}

std::string IndexPrefix(Index index, std::string_view term) {
  std::string prefix;
  AppendU8(prefix, static_cast<uint8_t>(index));
  prefix += term;
  AppendU8(prefix, 0);
  return prefix;
}

void AppendRelease(std::string& row, ReleaseNumber release) { AppendU32(row, ~release.value); }

std::string AtRelease(std::string_view row, ReleaseNumber release) {
  std::string key(row);
  AppendRelease(key, release);
  return key;
}

absl::StatusOr<VersionedRow> SplitRelease(std::string_view key) {
  if (key.size() < kReleaseBytes) return Malformed("versioned", key);
  ByteReader reader(key.substr(key.size() - kReleaseBytes));
  return VersionedRow{key.substr(0, key.size() - kReleaseBytes), ReleaseNumber(~reader.U32())};
}

std::string ReleaseKey(ReleaseNumber release) {
  std::string key;
  AppendU32(key, release.value);
  return key;
}

absl::StatusOr<NodeId> ParseNodeId(std::string_view bytes) {
  NodeId id;
  if (bytes.size() != kIdBytes) return Malformed("node", bytes);
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

NodeId LeadingId(std::string_view row) { return *ParseNodeId(row.substr(0, kIdBytes)); }

absl::StatusOr<EdgeRowParts> ParseEdgeRow(std::string_view row) {
  if (row.size() != kEdgeRowBytes) return Malformed("edge", row);
  ByteReader reader(row);
  EdgeRowParts parts;
  EVIDENT_ASSIGN_OR_RETURN(parts.near, ParseNodeId(reader.Bytes(kIdBytes)));
  parts.kind = static_cast<v1::EdgeKind>(reader.U16());
  EVIDENT_ASSIGN_OR_RETURN(parts.far, ParseNodeId(reader.Bytes(kIdBytes)));
  parts.ordinal = reader.U16();
  return parts;
}

uint16_t BucketOf(const NodeId& id) {
  return static_cast<uint16_t>(id.bytes[1] << 8 | id.bytes[2]);
}

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace evident::graph
