#include "graph/storage/direct_reader.h"

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/storage/graph_database.h"

namespace evident::graph {
namespace {

// Rows of `in` and `index` say all in their keys.
absl::Status CheckBare(std::string_view row, std::string_view bytes) {
  return bytes.empty() ? absl::OkStatus() : RowCorrupt("there are bytes behind the tag", row);
}

}  // namespace

absl::StatusOr<std::optional<std::string>> DirectReader::Get(kv::Family family,
                                                             std::string_view row) const {
  const auto rows = database_.NewIterator(family);
  rows->Seek(AtRelease(row, ReleaseNumber(release_.number())));
  EVIDENT_RETURN_IF_ERROR(rows->status());
  if (!rows->Valid()) return std::optional<std::string>();
  EVIDENT_ASSIGN_OR_RETURN(const VersionedRow found, SplitRelease(rows->key()));
  if (found.row != row) return std::optional<std::string>();
  EVIDENT_ASSIGN_OR_RETURN(const auto record, Untag(rows->key(), rows->value()));
  if (!record.has_value()) return std::optional<std::string>();
  return std::optional<std::string>(*record);
}

absl::Status DirectReader::Scan(kv::Family family, std::string_view prefix,
                                const RowVisitor& visit) const {
  LiveRows rows(database_, family, ReleaseNumber(release_.number()), newer_, prefix);
  while (true) {
    EVIDENT_ASSIGN_OR_RETURN(const bool more, rows.Next());
    if (!more) return absl::OkStatus();
    EVIDENT_RETURN_IF_ERROR(visit(rows.row(), rows.record()));
  }
}

absl::StatusOr<NodePtr> DirectReader::GetNode(const NodeId& id) const {
  const std::string row = NodeRow(id);
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, Get(kNodesFamily, row));
  if (!bytes.has_value()) return NodePtr();
  return ParseNodeRow(row, *bytes);
}

absl::StatusOr<std::vector<Edge>> DirectReader::ScanEdges(kv::Family family,
                                                          const std::string& prefix) const {
  const bool outward = family.index == kOutFamily.index;
  std::vector<Edge> edges;
  EVIDENT_RETURN_IF_ERROR(
      Scan(family, prefix, [&](std::string_view row, std::string_view bytes) -> absl::Status {
        EVIDENT_ASSIGN_OR_RETURN(const EdgeRowParts parts, ParseEdgeRow(row));
        Edge edge{outward ? parts.near : parts.far, parts.kind, outward ? parts.far : parts.near,
                  parts.ordinal, nullptr};
        const std::string out_row = OutRow(edge.src, edge.kind, edge.dst, edge.ordinal);
        std::optional<std::string> record(bytes);
        if (!outward) {
          EVIDENT_RETURN_IF_ERROR(CheckBare(row, bytes));
          EVIDENT_ASSIGN_OR_RETURN(record, Get(kOutFamily, out_row));
          if (!record.has_value()) return RowCorrupt("an edge stands in one direction only", row);
        }
        EVIDENT_ASSIGN_OR_RETURN(edge.record, ParseEdgeRecord(out_row, *record));
        edges.push_back(std::move(edge));
        return absl::OkStatus();
      }));
  return edges;
}

absl::StatusOr<std::vector<Edge>> DirectReader::Out(const NodeId& src,
                                                    std::optional<v1::EdgeKind> kind) const {
  return ScanEdges(kOutFamily, kind.has_value() ? EdgePrefix(src, *kind) : EdgePrefix(src));
}

absl::StatusOr<std::vector<Edge>> DirectReader::In(const NodeId& dst,
                                                   std::optional<v1::EdgeKind> kind) const {
  return ScanEdges(kInFamily, kind.has_value() ? EdgePrefix(dst, *kind) : EdgePrefix(dst));
}

absl::StatusOr<std::vector<NodeId>> DirectReader::Nodes(v1::NodeKind kind) const {
  std::vector<NodeId> ids;
  const std::string prefix(1, static_cast<char>(static_cast<unsigned char>(kind)));
  EVIDENT_RETURN_IF_ERROR(
      Scan(kNodesFamily, prefix, [&](std::string_view row, std::string_view) -> absl::Status {
        EVIDENT_ASSIGN_OR_RETURN(const NodeId id, ParseNodeId(row));
        ids.push_back(id);
        return absl::OkStatus();
      }));
  return ids;
}

absl::StatusOr<std::vector<NodeId>> DirectReader::Find(Index index, std::string_view term) const {
  std::vector<NodeId> ids;
  // No stored text has a NUL, and in a key it would end the term.
  if (term.find('\0') != term.npos) return ids;
  const std::string prefix = IndexPrefix(index, term);
  EVIDENT_RETURN_IF_ERROR(
      Scan(kIndexFamily, prefix, [&](std::string_view row, std::string_view bytes) -> absl::Status {
        EVIDENT_RETURN_IF_ERROR(CheckBare(row, bytes));
        EVIDENT_ASSIGN_OR_RETURN(const NodeId id, ParseNodeId(row.substr(prefix.size())));
        ids.push_back(id);
        return absl::OkStatus();
      }));
  return ids;
}

absl::StatusOr<Digest> DirectReader::NodeDigest(const NodeId& id) const {
  const std::string node_row = NodeRow(id);
  EVIDENT_ASSIGN_OR_RETURN(const auto node, Get(kNodesFamily, node_row));
  if (!node.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, "NODE_UNKNOWN",
                     "there is no node " + HexEncode(id.view()));
  }
  Sha256Stream hash;
  AddRow(hash, node_row, *node);
  EVIDENT_RETURN_IF_ERROR(Scan(kOutFamily, EdgePrefix(id),
                               [&](std::string_view row, std::string_view bytes) -> absl::Status {
                                 EVIDENT_ASSIGN_OR_RETURN(const EdgeRowParts parts,
                                                          ParseEdgeRow(row));
                                 if (parts.kind != v1::EDGE_KIND_REVIEWED_BY)
                                   AddRow(hash, row, bytes);
                                 return absl::OkStatus();
                               }));
  return hash.Finish();
}

absl::StatusOr<Rows> DirectReader::ReadRows() const {
  Rows rows;
  const auto keep = [](RowMap& into, size_t row_bytes) {
    return [&into, row_bytes](std::string_view row, std::string_view record) -> absl::Status {
      if (row.size() != row_bytes) {
        return MakeError(absl::StatusCode::kDataLoss, "KEY_MALFORMED",
                         "a key of " + std::to_string(row.size()) + " bytes, not " +
                             std::to_string(row_bytes) + ": " + HexEncode(row));
      }
      into.emplace_hint(into.end(), row, record);
      return absl::OkStatus();
    };
  };
  EVIDENT_RETURN_IF_ERROR(Scan(kNodesFamily, "", keep(rows.nodes, kIdBytes)));
  EVIDENT_RETURN_IF_ERROR(Scan(kOutFamily, "", keep(rows.out, kEdgeRowBytes)));
  return rows;
}

absl::StatusOr<std::vector<Digest>> DirectReader::ReadBuckets() const {
  const ReleaseNumber at(release_.number());
  std::vector<Digest> buckets(kBucketCount);
  std::vector<bool> seen(kBucketCount);
  const auto rows = database_.NewIterator(kDigestsFamily);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(const VersionedRow found, SplitRelease(rows->key()));
    ByteReader reader(found.row);
    const uint16_t bucket = reader.U16();
    const absl::StatusOr<Digest> digest = Digest::FromBytes(rows->value());
    if (!reader.done() || !digest.ok())
      return RowCorrupt("a bucket's digest is malformed", rows->key());
    if (found.release > at && newer_ == NewerRows::kRefuse) {
      return RowIsNewer(kDigestsFamily, rows->key(), at);
    }
    if (found.release > at || seen[bucket]) continue;
    seen[bucket] = true;
    buckets[bucket] = *digest;
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return buckets;
}

}  // namespace evident::graph
