#include "graph/storage/bulk_writer.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "base/encoding.h"
#include "base/mutex.h"
#include "base/parallel.h"
#include "base/status.h"
#include "graph/model/canonical.h"
#include "graph/model/keys.h"
#include "graph/storage/graph_database.h"
#include "graph/storage/live_rows.h"

namespace evident::graph {
namespace {

constexpr size_t kRowsPerCheck = 100'000;  // between two questions whether the call is alive

std::string OutRowOf(const MemoryGraph& graph, const MemoryGraph::EdgeSlot& edge) {
  return OutRow(graph.ids()[edge.src], static_cast<v1::EdgeKind>(edge.kind), graph.ids()[edge.dst],
                edge.ordinal);
}

std::string InRowOf(const MemoryGraph& graph, const MemoryGraph::EdgeSlot& edge) {
  return InRow(graph.ids()[edge.dst], static_cast<v1::EdgeKind>(edge.kind), graph.ids()[edge.src],
               edge.ordinal);
}

std::string Absent() { return std::string(1, kTagAbsent); }

}  // namespace

absl::StatusOr<BulkWriter> BulkWriter::Compare(const kv::Database& database,
                                               const storage::v1::ReleaseRecord& head,
                                               const BulkRows& after, const CheckAlive& alive) {
  BulkWriter writer(after);
  const ReleaseNumber release(head.number());
  EVIDENT_RETURN_IF_ERROR(writer.CompareNodes(database, release));
  EVIDENT_RETURN_IF_ERROR(writer.CompareEdges(database, release, alive));
  return writer;
}

absl::Status BulkWriter::CompareNodes(const kv::Database& database, ReleaseNumber head) {
  const std::vector<NodeId>& ids = after_->graph->ids();
  changed_nodes_.assign(ids.size(), true);
  LiveRows rows(database, kNodesFamily, head, NewerRows::kRefuse);
  for (size_t place = 0; true;) {
    EVIDENT_ASSIGN_OR_RETURN(const bool more, rows.Next());
    if (!more) break;
    while (place < ids.size() && ids[place].view() < rows.row()) ++place;
    if (place == ids.size() || ids[place].view() != rows.row()) {
      gone_nodes_.emplace_back(rows.row(), rows.record());
    } else if (after_->nodes[place] == rows.record()) {
      changed_nodes_[place] = false;
    } else {
      old_nodes_.emplace_back(static_cast<uint32_t>(place), rows.record());
    }
  }
  nodes_changed_ = gone_nodes_.size() + static_cast<uint64_t>(std::count(
                                            changed_nodes_.begin(), changed_nodes_.end(), true));
  return absl::OkStatus();
}

absl::Status BulkWriter::CompareEdges(const kv::Database& database, ReleaseNumber head,
                                      const CheckAlive& alive) {
  const MemoryGraph& graph = *after_->graph;
  changed_edges_.assign(graph.edges().size(), true);
  LiveRows rows(database, kOutFamily, head, NewerRows::kRefuse);
  std::string key;
  size_t place = 0;
  const auto key_here = [&] { key = OutRowOf(graph, graph.edges()[place]); };
  if (!graph.edges().empty()) key_here();
  for (size_t seen = 1; true; ++seen) {
    if (seen % kRowsPerCheck == 0) EVIDENT_RETURN_IF_ERROR(alive());
    EVIDENT_ASSIGN_OR_RETURN(const bool more, rows.Next());
    if (!more) break;
    while (place < graph.edges().size() && key < rows.row()) {
      if (++place < graph.edges().size()) key_here();
    }
    if (place == graph.edges().size() || key != rows.row()) {
      EVIDENT_RETURN_IF_ERROR(ParseEdgeRow(rows.row()).status());
      EdgeRow& gone = gone_edges_.emplace_back();
      rows.row().copy(gone.data(), gone.size());
    } else {
      changed_edges_[place] = after_->records[graph.edges()[place].record] != rows.record();
    }
  }
  edges_changed_ = gone_edges_.size() + static_cast<uint64_t>(std::count(
                                            changed_edges_.begin(), changed_edges_.end(), true));
  return absl::OkStatus();
}

// One release on its way into the tables.
class BulkWriter::Writing {
 public:
  Writing(const BulkWriter& from, kv::Database& database, const storage::v1::ReleaseRecord& record,
          kv::Ingestion& tables, const CheckAlive& alive)
      : from_(from),
        graph_(*from.after_->graph),
        database_(database),
        record_(record),
        release_(record.number()),
        tables_(tables),
        alive_(alive) {}

  absl::Status Run(const std::vector<Digest>& buckets_before,
                   const std::vector<AttachedRow>& attached) {
    // What takes longest begins first.
    using Table = absl::Status (Writing::*)();
    constexpr std::array<Table, 5> kTables = {&Writing::AddOut, &Writing::AddIn, &Writing::AddIndex,
                                              &Writing::AddNodes, &Writing::AddNames};
    EVIDENT_RETURN_IF_ERROR(
        RunParallel(kTables.size(), [&](size_t i) { return (this->*kTables[i])(); }));
    return AddRest(buckets_before, attached);
  }

 private:
  // What one thread writes a family's rows with. On a cache line of its own.
  struct alignas(64) Pen {
    size_t rows = 0;
    std::string key;
    std::string value;
  };

  absl::Status Add(kv::Family family, std::string_view row, std::string_view value) {
    Pen& pen = pens_[family.index];
    if (++pen.rows % kRowsPerCheck == 0) EVIDENT_RETURN_IF_ERROR(Alive());
    pen.key.assign(row);
    AppendRelease(pen.key, release_);
    return tables_.Add(family, pen.key, value);
  }

  absl::Status AddPresent(kv::Family family, std::string_view row, std::string_view record) {
    std::string& value = pens_[family.index].value;
    value.assign(1, kTagPresent);
    value += record;
    return Add(family, row, value);
  }

  // Once it has failed, every table ends.
  absl::Status Alive() {
    MutexLock lock(mutex_);
    if (ended_.ok()) ended_ = alive_();
    return ended_;
  }

  absl::Status AddNames() {
    const auto stored = database_.NewIterator(kNamesFamily);
    stored->SeekToFirst();
    for (size_t place = 0; place < graph_.ids().size(); ++place) {
      if (!from_.changed_nodes_[place]) continue;
      const std::string_view id = graph_.ids()[place].view();
      const std::string& name = graph_.nodes()[place]->name();
      while (stored->Valid() && stored->key() < id) stored->Next();
      EVIDENT_RETURN_IF_ERROR(stored->status());
      if (stored->Valid() && stored->key() == id && stored->value() != name) {
        return NameCollision(id, name, stored->value());
      }
      EVIDENT_RETURN_IF_ERROR(tables_.Add(kNamesFamily, id, name));
    }
    return absl::OkStatus();
  }

  absl::Status AddNodes() {
    auto gone = from_.gone_nodes_.begin();
    const auto add_gone_before = [&](std::string_view id) -> absl::Status {
      for (; gone != from_.gone_nodes_.end() && (id.empty() || gone->first < id); ++gone) {
        EVIDENT_RETURN_IF_ERROR(Add(kNodesFamily, gone->first, Absent()));
      }
      return absl::OkStatus();
    };
    for (size_t place = 0; place < graph_.ids().size(); ++place) {
      if (!from_.changed_nodes_[place]) continue;
      const std::string_view id = graph_.ids()[place].view();
      EVIDENT_RETURN_IF_ERROR(add_gone_before(id));
      EVIDENT_RETURN_IF_ERROR(AddPresent(kNodesFamily, id, from_.after_->nodes[place]));
    }
    return add_gone_before({});
  }

  absl::Status AddOut() {
    auto gone = from_.gone_edges_.begin();
    for (size_t place = 0; place < graph_.edges().size(); ++place) {
      if (!from_.changed_edges_[place]) continue;
      const MemoryGraph::EdgeSlot& edge = graph_.edges()[place];
      const std::string row = OutRowOf(graph_, edge);
      EVIDENT_RETURN_IF_ERROR(AddGone(kOutFamily, from_.gone_edges_, &row, gone));
      EVIDENT_RETURN_IF_ERROR(AddPresent(kOutFamily, row, from_.after_->records[edge.record]));
    }
    return AddGone(kOutFamily, from_.gone_edges_, nullptr, gone);
  }

  absl::Status AddIn() {
    std::vector<EdgeRow> gone_rows;
    gone_rows.reserve(from_.gone_edges_.size());
    for (const EdgeRow& row : from_.gone_edges_) {
      EVIDENT_ASSIGN_OR_RETURN(const EdgeRowParts parts, ParseEdgeRow(View(row)));
      const std::string in = InRow(parts.far, parts.kind, parts.near, parts.ordinal);
      in.copy(gone_rows.emplace_back().data(), kEdgeRowBytes);
    }
    std::sort(gone_rows.begin(), gone_rows.end(),
              [](const EdgeRow& a, const EdgeRow& b) { return View(a) < View(b); });
    auto gone = gone_rows.cbegin();
    for (const uint32_t place : graph_.in_order()) {
      if (!from_.changed_edges_[place]) continue;
      const std::string row = InRowOf(graph_, graph_.edges()[place]);
      EVIDENT_RETURN_IF_ERROR(AddGone(kInFamily, gone_rows, &row, gone));
      EVIDENT_RETURN_IF_ERROR(AddPresent(kInFamily, row, {}));
    }
    return AddGone(kInFamily, gone_rows, nullptr, gone);
  }

  static std::string_view View(const EdgeRow& row) { return {row.data(), row.size()}; }

  // Those from `next` on that come before a row; all that are left without one.
  absl::Status AddGone(kv::Family family, const std::vector<EdgeRow>& rows,
                       const std::string* before, std::vector<EdgeRow>::const_iterator& next) {
    for (; next != rows.end() && (before == nullptr || View(*next) < *before); ++next) {
      EVIDENT_RETURN_IF_ERROR(Add(family, View(*next), Absent()));
    }
    return absl::OkStatus();
  }

  absl::Status AddIndex() {
    std::map<std::string, char> changes;
    v1::NodeRecord old_node;
    for (const auto& [row, bytes] : from_.gone_nodes_) {
      EVIDENT_RETURN_IF_ERROR(ParseCanonical(bytes, old_node));
      for (const auto& [index, term] : IndexTerms(old_node)) {
        changes.insert_or_assign(IndexRow(index, term, LeadingId(row)), kTagAbsent);
      }
    }
    std::vector<bool> is_new = from_.changed_nodes_;
    for (const auto& [place, bytes] : from_.old_nodes_) {
      is_new[place] = false;
      EVIDENT_RETURN_IF_ERROR(ParseCanonical(bytes, old_node));
      PutDifference(graph_.ids()[place], old_node, *graph_.nodes()[place], changes);
    }
    auto next = changes.begin();
    const auto add_changes_before = [&](const std::string* row) -> absl::Status {
      for (; next != changes.end() && (row == nullptr || next->first < *row); ++next) {
        EVIDENT_RETURN_IF_ERROR(Add(kIndexFamily, next->first, std::string(1, next->second)));
      }
      return absl::OkStatus();
    };
    EVIDENT_RETURN_IF_ERROR(
        graph_.VisitTerms([&](Index index, std::string_view term, uint32_t place) -> absl::Status {
          if (!is_new[place]) return absl::OkStatus();
          const std::string row = IndexRow(index, term, graph_.ids()[place]);
          EVIDENT_RETURN_IF_ERROR(add_changes_before(&row));
          return AddPresent(kIndexFamily, row, {});
        }));
    return add_changes_before(nullptr);
  }

  static void PutDifference(const NodeId& id, const v1::NodeRecord& before,
                            const v1::NodeRecord& after, std::map<std::string, char>& changes) {
    const auto old_terms = IndexTerms(before);
    const auto new_terms = IndexTerms(after);
    for (const auto& term : old_terms) {
      if (std::binary_search(new_terms.begin(), new_terms.end(), term)) continue;
      changes.insert_or_assign(IndexRow(term.first, term.second, id), kTagAbsent);
    }
    for (const auto& term : new_terms) {
      if (std::binary_search(old_terms.begin(), old_terms.end(), term)) continue;
      changes.insert_or_assign(IndexRow(term.first, term.second, id), kTagPresent);
    }
  }

  absl::Status AddRest(const std::vector<Digest>& buckets_before,
                       const std::vector<AttachedRow>& attached) {
    for (uint32_t bucket = 0; bucket < kBucketCount; ++bucket) {
      const Digest& digest = from_.after_->buckets[bucket];
      if (digest == buckets_before[bucket]) continue;
      EVIDENT_RETURN_IF_ERROR(
          Add(kDigestsFamily, BucketRow(static_cast<uint16_t>(bucket)), digest.view()));
    }
    EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, CanonicalBytes(record_));
    EVIDENT_RETURN_IF_ERROR(tables_.Add(kReleasesFamily, ReleaseKey(release_), bytes));
    std::map<std::string, std::string> rows;
    for (const AttachedRow& row : attached) rows.insert_or_assign(row.key, row.value);
    for (const auto& [key, value] : rows) {
      EVIDENT_RETURN_IF_ERROR(tables_.Add(kDraftsFamily, key, value));
    }
    return absl::OkStatus();
  }

  const BulkWriter& from_;
  const MemoryGraph& graph_;
  kv::Database& database_;
  const storage::v1::ReleaseRecord& record_;
  const ReleaseNumber release_;
  kv::Ingestion& tables_;
  const CheckAlive& alive_;
  std::array<Pen, kDraftsFamily.index + 1> pens_;  // by family; the last one is kDraftsFamily
  Mutex mutex_;
  absl::Status ended_ EVIDENT_GUARDED_BY(mutex_);
};

absl::Status BulkWriter::Write(kv::Database& database, const storage::v1::ReleaseRecord& record,
                               const std::vector<Digest>& buckets_before,
                               const std::vector<AttachedRow>& attached,
                               const CheckAlive& alive) const {
  EVIDENT_ASSIGN_OR_RETURN(const std::unique_ptr<kv::Ingestion> tables, database.NewIngestion());
  EVIDENT_RETURN_IF_ERROR(
      Writing(*this, database, record, *tables, alive).Run(buckets_before, attached));
  EVIDENT_RETURN_IF_ERROR(alive());
  return ExplainWrite(record, tables->Commit());
}

}  // namespace evident::graph
