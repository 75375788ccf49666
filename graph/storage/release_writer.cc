#include "graph/storage/release_writer.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/canonical.h"
#include "graph/model/keys.h"
#include "graph/storage/graph_database.h"

namespace evident::graph {
namespace {

void CompareMaps(const RowMap& before, const RowMap& after, std::vector<std::string>& changed) {
  auto old_row = before.begin();
  auto new_row = after.begin();
  while (old_row != before.end() || new_row != after.end()) {
    const bool only_old =
        new_row == after.end() || (old_row != before.end() && old_row->first < new_row->first);
    const bool only_new = !only_old && (old_row == before.end() || new_row->first < old_row->first);
    if (only_old) {
      changed.push_back((old_row++)->first);
    } else if (only_new) {
      changed.push_back((new_row++)->first);
    } else {
      if (old_row->second != new_row->second) changed.push_back(new_row->first);
      ++old_row;
      ++new_row;
    }
  }
}

const std::string* FindRow(const RowMap& rows, const std::string& key) {
  const auto found = rows.find(key);
  return found == rows.end() ? nullptr : &found->second;
}

std::string Tagged(const std::string* record) {
  return record == nullptr ? std::string(1, kTagAbsent) : std::string(1, kTagPresent) + *record;
}

// The rows of one bucket: for each kind, what begins with the kind and the bucket.
RowMap RowsOfBucket(const RowMap& rows, uint16_t bucket, const std::set<uint8_t>& kinds) {
  RowMap chosen;
  for (const uint8_t kind : kinds) {
    std::string prefix(1, static_cast<char>(kind));
    AppendU16(prefix, bucket);
    for (auto row = rows.lower_bound(prefix);
         row != rows.end() && row->first.compare(0, prefix.size(), prefix) == 0; ++row) {
      chosen.emplace(row->first, row->second);
    }
  }
  return chosen;
}

std::set<uint8_t> KindsOf(const RowMap& rows) {
  std::set<uint8_t> kinds;
  for (auto row = rows.begin(); row != rows.end();) {
    const auto kind = static_cast<uint8_t>(row->first[0]);
    kinds.insert(kind);
    const std::string end = PrefixEnd(row->first.substr(0, 1));
    row = end.empty() ? rows.end() : rows.lower_bound(end);
  }
  return kinds;
}

absl::StatusOr<std::vector<std::pair<Index, std::string>>> TermsOf(const std::string* record) {
  if (record == nullptr) return std::vector<std::pair<Index, std::string>>();
  v1::NodeRecord node;
  EVIDENT_RETURN_IF_ERROR(ParseCanonical(*record, node));
  return IndexTerms(node);
}

}  // namespace

absl::Status NameCollision(std::string_view id, std::string_view name, std::string_view stored) {
  return MakeError(absl::StatusCode::kAlreadyExists, "NAME_COLLISION",
                   "the id " + HexEncode(id) + " of " + std::string(name) + " stands for " +
                       std::string(stored) + " already");
}

absl::Status ExplainWrite(const storage::v1::ReleaseRecord& record, const absl::Status& status) {
  if (status.ok() || ErrorReason(status) == "DATABASE_WRITE_FAILED" ||
      absl::IsFailedPrecondition(status) || absl::IsInvalidArgument(status)) {
    return status;
  }
  return MakeError(status.code(), "RELEASE_UNCERTAIN",
                   "writing release " + std::to_string(record.number()) + ": " +
                       std::string(status.message()) +
                       "; whether it stands is known when the database is opened again");
}

// Rows for one column family, in key order.
struct ReleaseWriter::Table {
  kv::Family family;
  std::map<std::string, std::string> rows;
};

RowChanges Compare(const Rows& before, const Rows& after) {
  RowChanges changes;
  CompareMaps(before.nodes, after.nodes, changes.nodes);
  CompareMaps(before.out, after.out, changes.out);
  return changes;
}

void ReleaseWriter::DigestBuckets() {
  for (const auto* const keys : {&changes_.nodes, &changes_.out}) {
    for (const std::string& key : *keys) buckets_[BucketOf(LeadingId(key))];
  }
  const std::set<uint8_t> kinds = KindsOf(after_.nodes);
  for (auto& [bucket, digest] : buckets_) {
    digest = BucketDigest(RowsOfBucket(after_.nodes, bucket, kinds),
                          RowsOfBucket(after_.out, bucket, kinds));
  }
}

absl::Status ReleaseWriter::AddNames(const kv::Database& database, Table& names) const {
  for (const std::string& key : changes_.nodes) {
    const std::string* const record = FindRow(after_.nodes, key);
    if (record == nullptr) continue;
    v1::NodeRecord node;
    EVIDENT_RETURN_IF_ERROR(ParseCanonical(*record, node));
    EVIDENT_ASSIGN_OR_RETURN(const auto stored, database.Get(kNamesFamily, key));
    if (stored.has_value() && *stored != node.name()) {
      return NameCollision(key, node.name(), *stored);
    }
    names.rows.emplace(key, node.name());
  }
  return absl::OkStatus();
}

absl::Status ReleaseWriter::AddNodes(ReleaseNumber release, Table& nodes, Table& index) const {
  for (const std::string& key : changes_.nodes) {
    const std::string* const old_record = FindRow(before_.nodes, key);
    const std::string* const new_record = FindRow(after_.nodes, key);
    nodes.rows.emplace(AtRelease(key, release), Tagged(new_record));
    EVIDENT_ASSIGN_OR_RETURN(const auto old_terms, TermsOf(old_record));
    EVIDENT_ASSIGN_OR_RETURN(const auto new_terms, TermsOf(new_record));
    const NodeId id = LeadingId(key);
    const auto put = [&](const std::pair<Index, std::string>& term, char tag) {
      index.rows.insert_or_assign(AtRelease(IndexRow(term.first, term.second, id), release),
                                  std::string(1, tag));
    };
    for (const auto& term : old_terms) {
      if (!std::binary_search(new_terms.begin(), new_terms.end(), term)) put(term, kTagAbsent);
    }
    for (const auto& term : new_terms) {
      if (!std::binary_search(old_terms.begin(), old_terms.end(), term)) put(term, kTagPresent);
    }
  }
  return absl::OkStatus();
}

absl::Status ReleaseWriter::AddEdges(ReleaseNumber release, Table& out, Table& in) const {
  for (const std::string& key : changes_.out) {
    const std::string* const record = FindRow(after_.out, key);
    EVIDENT_ASSIGN_OR_RETURN(const EdgeRowParts parts, ParseEdgeRow(key));
    out.rows.emplace(AtRelease(key, release), Tagged(record));
    in.rows.emplace(AtRelease(InRow(parts.far, parts.kind, parts.near, parts.ordinal), release),
                    std::string(1, record == nullptr ? kTagAbsent : kTagPresent));
  }
  return absl::OkStatus();
}

absl::Status ReleaseWriter::Write(kv::Database& database, const storage::v1::ReleaseRecord& record,
                                  size_t batch_rows_max,
                                  const std::vector<AttachedRow>& attached) const {
  const ReleaseNumber release(record.number());
  Table names{kNamesFamily, {}};
  Table nodes{kNodesFamily, {}};
  Table out{kOutFamily, {}};
  Table in{kInFamily, {}};
  Table index{kIndexFamily, {}};
  Table digests{kDigestsFamily, {}};
  Table releases{kReleasesFamily, {}};
  Table drafts{kDraftsFamily, {}};
  EVIDENT_RETURN_IF_ERROR(AddNames(database, names));
  EVIDENT_RETURN_IF_ERROR(AddNodes(release, nodes, index));
  EVIDENT_RETURN_IF_ERROR(AddEdges(release, out, in));
  for (const auto& [bucket, digest] : buckets_) {
    digests.rows.emplace(AtRelease(BucketRow(bucket), release), std::string(digest.view()));
  }
  EVIDENT_ASSIGN_OR_RETURN(std::string bytes, CanonicalBytes(record));
  releases.rows.emplace(ReleaseKey(release), std::move(bytes));
  for (const AttachedRow& row : attached) drafts.rows.insert_or_assign(row.key, row.value);

  Table* const tables[] = {&names, &nodes, &out, &in, &index, &digests, &releases, &drafts};
  size_t rows = 0;
  for (const Table* const table : tables) rows += table->rows.size();
  if (rows <= batch_rows_max) {
    kv::WriteBatch batch;
    for (const Table* const table : tables) {
      for (const auto& [key, value] : table->rows) batch.Put(table->family, key, value);
    }
    return ExplainWrite(record, database.Write(batch, kv::Durability::kSync));
  }
  std::vector<kv::Database::IngestRows> ingest;
  for (Table* const table : tables) {
    ingest.push_back({table->family, {}});
    ingest.back().rows.assign(std::make_move_iterator(table->rows.begin()),
                              std::make_move_iterator(table->rows.end()));
  }
  return ExplainWrite(record, database.Ingest(ingest));
}

}  // namespace evident::graph
