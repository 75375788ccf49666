#include "graph/model/rows.h"

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "graph/model/canonical.h"
#include "graph/model/content_tree.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

constexpr char kReleaseDomain[] = "evident/v1/release";  // hashed with its NUL

void Note(std::vector<Violation>& violations, const std::string& field,
          const absl::Status& status) {
  if (!status.ok()) violations.push_back({field, std::string(status.message())});
}

void AddNode(const v1::NodeRecord& record, Rows& rows, std::vector<Violation>& violations) {
  const v1::NodeKind kind = KindOf(record);
  if (kind == v1::NODE_KIND_UNSPECIFIED) {
    violations.push_back({record.name(), "the node has no body"});
    return;
  }
  Note(violations, record.name(), CheckName(kind, record.name()));
  absl::StatusOr<std::string> bytes = CanonicalBytes(record);
  Note(violations, record.name(), bytes.status());
  if (!bytes.ok()) return;
  if (!rows.nodes.emplace(NodeRow(MakeNodeId(record)), *std::move(bytes)).second) {
    violations.push_back({record.name(), "the node is defined twice"});
  }
}

// Records of the edges of one (source, kind, target), to be numbered by their bytes.
struct EdgeGroup {
  NodeId src;
  v1::EdgeKind kind;
  NodeId dst;
  std::string name;
  std::set<std::string> records;
};

void AddEdges(const GraphDraft& draft, Rows& rows, std::vector<Violation>& violations) {
  std::map<std::string, EdgeGroup> groups;
  std::map<std::pair<NodeId, v1::EdgeKind>, size_t> leaving;
  for (const EdgeDraft& edge : draft.edges) {
    const std::string name = edge.src + " -> " + edge.dst;
    absl::StatusOr<std::string> bytes = CanonicalBytes(edge.record);
    Note(violations, name, bytes.status());
    if (!bytes.ok()) continue;
    const NodeId src = MakeNodeId(edge.src_kind, edge.src);
    const NodeId dst = MakeNodeId(edge.dst_kind, edge.dst);
    // One complaint a node and kind.
    if (++leaving[{src, edge.kind}] == kOutDegreeMax + 1) {
      violations.push_back({edge.src, "more than " + std::to_string(kOutDegreeMax) + " edges " +
                                          v1::EdgeKind_Name(edge.kind) +
                                          " leave it (kOutDegreeMax)"});
    }
    EdgeGroup& group =
        groups.try_emplace(OutRow(src, edge.kind, dst, 0), EdgeGroup{src, edge.kind, dst, name, {}})
            .first->second;
    if (!group.records.insert(*std::move(bytes)).second) {
      violations.push_back({name, "the edge " + v1::EdgeKind_Name(edge.kind) + " stands twice"});
    }
  }
  if (!violations.empty()) return;  // ordinals might not fit
  for (const auto& [key, group] : groups) {
    uint16_t ordinal = 0;
    for (const std::string& record : group.records) {
      rows.out.emplace(OutRow(group.src, group.kind, group.dst, ordinal++), record);
    }
  }
}

void AddWords(const std::string& text, std::vector<std::pair<Index, std::string>>& terms) {
  std::string folded = Fold(text);
  if (!folded.empty()) terms.emplace_back(Index::kWords, std::move(folded));
}

void AddCodes(const google::protobuf::RepeatedPtrField<v1::Code>& codes,
              std::vector<std::pair<Index, std::string>>& terms) {
  for (const v1::Code& code : codes) {
    terms.emplace_back(Index::kCode, code.system() + "|" + code.code());
  }
}

}  // namespace

absl::StatusOr<Rows> BuildRows(const GraphDraft& draft) {
  Rows rows;
  std::vector<Violation> violations;
  for (const v1::NodeRecord& record : draft.nodes) AddNode(record, rows, violations);
  AddEdges(draft, rows, violations);
  if (violations.empty()) return rows;
  return MakeError(absl::StatusCode::kInvalidArgument, "GRAPH_INVALID",
                   "the graph has " + std::to_string(violations.size()) +
                       " errors; first: " + violations[0].field + ": " + violations[0].description,
                   violations);
}

std::vector<std::pair<Index, std::string>> IndexTerms(const v1::NodeRecord& record) {
  std::vector<std::pair<Index, std::string>> terms;
  terms.emplace_back(Index::kSlug, std::string(BareSlug(record.name())));
  if (record.has_clinical_concept()) {
    const v1::Concept& node = record.clinical_concept();
    AddWords(node.display(), terms);
    for (const std::string& synonym : node.synonyms()) AddWords(synonym, terms);
    AddCodes(node.codes(), terms);
  } else if (record.has_fact()) {
    const v1::FactDefinition& node = record.fact();
    AddWords(node.display(), terms);
    for (const std::string& label : node.labels()) AddWords(label, terms);
    for (const v1::Phrase& phrase : node.phrases()) AddWords(phrase.phrase(), terms);
    AddCodes(node.codes(), terms);
  }
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

absl::StatusOr<NodePtr> ParseNodeRow(std::string_view row, std::string_view bytes) {
  const std::string where = "nodes key " + HexEncode(row);
  auto record = std::make_shared<v1::NodeRecord>();
  EVIDENT_RETURN_IF_ERROR(Annotate(ParseCanonical(bytes, *record), where));
  if (MakeNodeId(*record).view() == row) return NodePtr(std::move(record));
  return MakeError(absl::StatusCode::kDataLoss, "RECORD_CORRUPT",
                   where + " holds a node of another id, " + record->name());
}

absl::StatusOr<EdgeRecordPtr> ParseEdgeRecord(std::string_view row, std::string_view bytes) {
  auto record = std::make_shared<v1::EdgeRecord>();
  EVIDENT_RETURN_IF_ERROR(Annotate(ParseCanonical(bytes, *record), "out key " + HexEncode(row)));
  return EdgeRecordPtr(std::move(record));
}

void AppendRow(std::string& bytes, std::string_view key, std::string_view record) {
  AppendU32(bytes, static_cast<uint32_t>(key.size()));
  bytes += key;
  AppendU32(bytes, static_cast<uint32_t>(record.size()));
  bytes += record;
}

void AddRow(Sha256Stream& hash, std::string_view key, std::string_view record) {
  std::string bytes;
  AppendRow(bytes, key, record);
  hash.Add(bytes);
}

Digest BucketDigest(const RowMap& nodes, const RowMap& out) {
  if (nodes.empty() && out.empty()) return Digest{};
  Sha256Stream hash;
  auto node = nodes.begin();
  auto edge = out.begin();
  // Rows of one kind share their first byte; both maps are in order of it.
  while (node != nodes.end() || edge != out.end()) {
    const bool node_first = edge == out.end() ||
                            (node != nodes.end() && static_cast<unsigned char>(node->first[0]) <=
                                                        static_cast<unsigned char>(edge->first[0]));
    auto& next = node_first ? node : edge;
    AddRow(hash, next->first, next->second);
    ++next;
  }
  return hash.Finish();
}

Digest ContentRoot(const std::vector<Digest>& buckets) { return ContentTree(buckets).root(); }

std::vector<Digest> BucketDigests(const Rows& rows) {
  std::map<uint16_t, Rows> by_bucket;
  for (const auto& [key, record] : rows.nodes) {
    by_bucket[BucketOf(LeadingId(key))].nodes.emplace(key, record);
  }
  for (const auto& [key, record] : rows.out) {
    by_bucket[BucketOf(LeadingId(key))].out.emplace(key, record);
  }
  std::vector<Digest> buckets(kBucketCount);
  for (const auto& [bucket, part] : by_bucket) {
    buckets[bucket] = BucketDigest(part.nodes, part.out);
  }
  return buckets;
}

absl::StatusOr<Digest> ReleaseDigest(const Digest& parent, storage::v1::ReleaseRecord record) {
  EVIDENT_ASSIGN_OR_RETURN(const Digest content, Digest::FromBytes(record.content_digest()));
  record.clear_release_digest();
  EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, CanonicalBytes(record));
  return Sha256({std::string_view(kReleaseDomain, sizeof(kReleaseDomain)), parent.view(),
                 content.view(), bytes});
}

}  // namespace evident::graph
