#include "graph/storage/verified_graph.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/model/memory_graph_builder.h"
#include "graph/model/node_id.h"
#include "graph/model/row_digester.h"
#include "graph/storage/direct_reader.h"
#include "graph/storage/graph_database.h"

namespace evident::graph {
namespace {

constexpr size_t kRowsNamedMax = 8;         // of one bucket, in an error
constexpr size_t kBucketsSoughtMax = 2048;  // beyond it one pass over all rows is faster

absl::Status DataLoss(std::string_view reason, const std::string& why) {
  return MakeError(absl::StatusCode::kDataLoss, reason, why);
}

absl::Status CheckLength(std::string_view row, size_t bytes) {
  if (row.size() == bytes) return absl::OkStatus();
  return DataLoss("KEY_MALFORMED", "a key of " + std::to_string(row.size()) + " bytes, not " +
                                       std::to_string(bytes) + ": " + HexEncode(row));
}

std::string GroupOf(uint8_t kind, uint16_t bucket) {
  std::string prefix(1, static_cast<char>(kind));
  AppendU16(prefix, bucket);
  return prefix;
}

// The rows of one bucket. With prefixes for each kind there is no need to read the others.
absl::StatusOr<Rows> SeekBucket(const DirectReader& reader, uint16_t bucket) {
  Rows rows;
  const auto keep = [](RowMap& into, size_t bytes) {
    return [&into, bytes](std::string_view row, std::string_view record) -> absl::Status {
      EVIDENT_RETURN_IF_ERROR(CheckLength(row, bytes));
      into.emplace_hint(into.end(), row, record);
      return absl::OkStatus();
    };
  };
  for (const v1::NodeKind kind : NodeKinds()) {
    const std::string group = GroupOf(static_cast<uint8_t>(kind), bucket);
    EVIDENT_RETURN_IF_ERROR(reader.Scan(kNodesFamily, group, keep(rows.nodes, kIdBytes)));
    EVIDENT_RETURN_IF_ERROR(reader.Scan(kOutFamily, group, keep(rows.out, kEdgeRowBytes)));
  }
  return rows;
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

class Loader {
 public:
  Loader(const kv::Database& database, const storage::v1::ReleaseRecord& release, NewerRows newer,
         size_t memory_max)
      : database_(database), release_(release), newer_(newer), memory_max_(memory_max) {}

  absl::StatusOr<VerifiedGraph> Run() {
    EVIDENT_RETURN_IF_ERROR(AddNodes());
    EVIDENT_RETURN_IF_ERROR(AddGroups());
    const DirectReader reader(database_, release_, newer_);
    VerifiedGraph verified;
    EVIDENT_ASSIGN_OR_RETURN(verified.buckets, reader.ReadBuckets());
    EVIDENT_RETURN_IF_ERROR(CheckDigests(reader, verified.buckets));
    // What has the right digest and cannot be read was written so.
    EVIDENT_RETURN_IF_ERROR(unreadable_);
    if (builder_.has_value()) verified.graph = builder_->Finish(release_);
    return verified;
  }

 private:
  LiveRows RowsOf(kv::Family family) const {
    return LiveRows(database_, family, ReleaseNumber(release_.number()), newer_);
  }

  // Edges find their ends among nodes of all kinds, so these come first.
  absl::Status AddNodes() {
    LiveRows nodes = RowsOf(kNodesFamily);
    while (true) {
      EVIDENT_ASSIGN_OR_RETURN(const bool more, nodes.Next());
      if (!more) return absl::OkStatus();
      EVIDENT_RETURN_IF_ERROR(CheckLength(nodes.row(), kIdBytes));
      if (builder_.has_value()) Keep(builder_->AddNode(nodes.row(), nodes.record()));
    }
  }

  absl::Status AddGroups() {
    LiveRows nodes = RowsOf(kNodesFamily);
    LiveRows edges = RowsOf(kOutFamily);
    EVIDENT_ASSIGN_OR_RETURN(bool more_nodes, nodes.Next());
    EVIDENT_ASSIGN_OR_RETURN(bool more_edges, edges.Next());
    while (more_nodes || more_edges) {
      const bool by_node = more_nodes && (!more_edges || nodes.row() <= edges.row());
      const std::string group(std::string_view(by_node ? nodes.row() : edges.row())
                                  .substr(0, RowDigester::kGroupBytes));
      while (more_nodes && nodes.row().substr(0, RowDigester::kGroupBytes) == group) {
        digester_.AddNode(nodes.row(), nodes.record());
        EVIDENT_ASSIGN_OR_RETURN(more_nodes, nodes.Next());
      }
      while (more_edges && edges.row().substr(0, RowDigester::kGroupBytes) == group) {
        EVIDENT_RETURN_IF_ERROR(CheckLength(edges.row(), kEdgeRowBytes));
        EVIDENT_RETURN_IF_ERROR(AddEdge(edges.row(), edges.record()));
        EVIDENT_ASSIGN_OR_RETURN(more_edges, edges.Next());
      }
      digester_.EndGroup([this](const NodeId& id, const Digest& digest) {
        if (unreadable_.ok() && builder_.has_value()) builder_->SetDigest(id, digest);
      });
    }
    return absl::OkStatus();
  }

  absl::Status AddEdge(std::string_view row, std::string_view record) {
    const absl::StatusOr<EdgeRowParts> parts = ParseEdgeRow(row);
    digester_.AddEdge(row, record, parts.ok() && parts->kind == v1::EDGE_KIND_REVIEWED_BY);
    if (unreadable_.ok() && builder_.has_value()) Keep(builder_->AddEdge(row, record));
    return absl::OkStatus();
  }

  void Keep(const absl::Status& status) {
    if (unreadable_.ok()) unreadable_ = status;
    if (builder_->bytes() > memory_max_) builder_.reset();
  }

  absl::Status CheckDigests(const DirectReader& reader, const std::vector<Digest>& stored) {
    if (release_.number() == 0) return absl::OkStatus();
    const std::vector<Digest> found = digester_.Buckets();
    for (uint32_t bucket = 0; bucket < kBucketCount; ++bucket) {
      if (found[bucket] == stored[bucket]) continue;
      EVIDENT_ASSIGN_OR_RETURN(const Rows rows, SeekBucket(reader, static_cast<uint16_t>(bucket)));
      return WrongBucket(release_, static_cast<uint16_t>(bucket), rows);
    }
    const Digest root = ContentRoot(found);
    if (root.view() == release_.content_digest()) return absl::OkStatus();
    return DataLoss("CONTENT_DIGEST_MISMATCH",
                    "the rows of release " + std::to_string(release_.number()) +
                        " give the content digest " + root.Hex() + ", but releases key " +
                        HexEncode(ReleaseKey(ReleaseNumber(release_.number()))) + " holds " +
                        HexEncode(release_.content_digest()));
  }

  const kv::Database& database_;
  const storage::v1::ReleaseRecord& release_;
  const NewerRows newer_;
  const size_t memory_max_;
  std::optional<MemoryGraphBuilder> builder_ = MemoryGraphBuilder();
  RowDigester digester_;
  absl::Status unreadable_;
};

}  // namespace

absl::StatusOr<VerifiedGraph> ReadVerifiedGraph(const kv::Database& database,
                                                const storage::v1::ReleaseRecord& release,
                                                NewerRows newer, size_t memory_max) {
  return Loader(database, release, newer, memory_max).Run();
}

absl::StatusOr<Rows> ReadVerifiedBuckets(const kv::Database& database,
                                         const storage::v1::ReleaseRecord& release, NewerRows newer,
                                         const std::set<uint16_t>& wanted,
                                         const std::vector<Digest>& buckets) {
  const DirectReader reader(database, release, newer);
  Rows rows;
  if (wanted.size() > kBucketsSoughtMax) {
    EVIDENT_ASSIGN_OR_RETURN(rows, reader.ReadRows());
    const auto unwanted = [&wanted](const auto& row) {
      return wanted.count(BucketOf(LeadingId(row.first))) == 0;
    };
    std::erase_if(rows.nodes, unwanted);
    std::erase_if(rows.out, unwanted);
  }
  for (const uint16_t bucket : wanted) {
    if (wanted.size() > kBucketsSoughtMax) break;
    EVIDENT_ASSIGN_OR_RETURN(Rows more, SeekBucket(reader, bucket));
    rows.nodes.merge(more.nodes);
    rows.out.merge(more.out);
  }
  const std::vector<Digest> found = BucketDigests(rows);
  for (const uint16_t bucket : wanted) {
    if (found[bucket] != buckets[bucket]) return WrongBucket(release, bucket, rows);
  }
  return rows;
}

}  // namespace evident::graph
