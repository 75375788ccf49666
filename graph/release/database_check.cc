#include "graph/release/database_check.h"

#include <memory>

#include "base/limits.h"
#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/model/memory_graph.h"
#include "graph/storage/derived_rows.h"
#include "graph/storage/draft_rows.h"
#include "graph/storage/graph_database.h"
#include "graph/storage/head_mark.h"
#include "graph/storage/verified_graph.h"

namespace evident::graph {
namespace {

class Checker {
 public:
  explicit Checker(const kv::Database& database) : database_(database) {}

  DatabaseReport Run(const std::string& path) {
    Note("", CheckHeadMark(path, database_));
    const auto numbers = ReadReleaseNumbers(database_);
    Note("", numbers.status());
    if (!numbers.ok()) return std::move(report_);
    report_.releases = static_cast<uint32_t>(numbers->size());
    // Without a release every row belongs to one that is not there.
    if (numbers->empty()) CheckRows(storage::v1::ReleaseRecord(), NewerRows::kRefuse);
    for (const ReleaseNumber number : *numbers) {
      CheckRelease(number, number == numbers->back() ? NewerRows::kRefuse : NewerRows::kSkip);
    }
    CheckDrafts();
    return std::move(report_);
  }

 private:
  // What is part of no release: each row by its own digest.
  void CheckDrafts() {
    const std::unique_ptr<kv::Iterator> row = database_.NewIterator(kDraftsFamily);
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      if (!ParseAnswerTimeKey(row->key())) Note("", CheckSeal(row->key(), row->value()));
    }
    Note("", row->status());
  }

  void Note(const std::string& where, const absl::Status& status) {
    if (status.ok() || report_.problems.size() >= kFsckProblemsMax) return;
    const std::string reason = ErrorReason(status);
    report_.problems.push_back(where + std::string(status.message()) +
                               (reason.empty() ? "" : " (" + reason + ")"));
  }

  void CheckRelease(ReleaseNumber number, NewerRows newer) {
    const auto record = ReadRelease(database_, number);
    Note("", record.status());
    if (!record.ok()) return;
    CheckRows(*record, newer);
    if (newer == NewerRows::kSkip) return;
    report_.nodes = record->nodes();
    report_.edges = record->edges();
    report_.content_digest = record->content_digest();
    report_.release_digest = record->release_digest();
  }

  void CheckRows(const storage::v1::ReleaseRecord& release, NewerRows newer) {
    const std::string where = "release " + std::to_string(release.number()) + ": ";
    const auto verified = ReadVerifiedGraph(database_, release, newer);
    Note(where, verified.status());
    if (!verified.ok()) return;
    const MemoryGraph& graph = *verified->graph;
    Note(where, CheckDerivedRows(database_, graph, newer));
    if (graph.node_count() != release.nodes() || graph.edge_count() != release.edges()) {
      Note(where, MakeError(absl::StatusCode::kDataLoss, "RECORD_CORRUPT",
                            "it holds " + std::to_string(graph.node_count()) + " nodes and " +
                                std::to_string(graph.edge_count()) +
                                " edges, but its record says " + std::to_string(release.nodes()) +
                                " and " + std::to_string(release.edges())));
    }
  }

  const kv::Database& database_;
  DatabaseReport report_;
};

}  // namespace

absl::StatusOr<DatabaseReport> CheckDatabase(const std::string& path) {
  EVIDENT_ASSIGN_OR_RETURN(const std::unique_ptr<kv::Database> database,
                           OpenGraphDatabaseUnchecked(path));
  return Checker(*database).Run(path);
}

}  // namespace evident::graph
