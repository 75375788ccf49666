#include "graph/storage/derived_rows.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"
#include "graph/model/rows.h"
#include "graph/storage/graph_database.h"

namespace evident::graph {
namespace {

absl::Status Missing(const char* family, const std::string& key) {
  return MakeError(absl::StatusCode::kDataLoss, "DERIVED_ROW_MISSING",
                   std::string(family) + " key " + HexEncode(key) + " is missing");
}

// Walks live rows against the ascending keys that must be there.
class KeyCheck {
 public:
  KeyCheck(const kv::Database& database, kv::Family family, ReleaseNumber release, NewerRows newer)
      : name_(FamilyName(family)), rows_(database, family, release, newer) {}

  absl::Status Expect(const std::string& key) {
    EVIDENT_ASSIGN_OR_RETURN(const bool more, rows_.Next());
    if (!more || rows_.row() > key) return Missing(name_, key);
    return rows_.row() == key && rows_.record().empty() ? absl::OkStatus() : Unknown();
  }

  absl::Status End() {
    EVIDENT_ASSIGN_OR_RETURN(const bool more, rows_.Next());
    return more ? Unknown() : absl::OkStatus();
  }

 private:
  absl::Status Unknown() const {
    return MakeError(absl::StatusCode::kDataLoss, "DERIVED_ROW_UNKNOWN",
                     std::string(name_) + " key " + HexEncode(rows_.row()) +
                         " stands for nothing in the release");
  }

  const char* const name_;
  LiveRows rows_;
};

absl::StatusOr<std::vector<NodeId>> AllNodes(const GraphReader& graph) {
  std::vector<NodeId> all;
  for (const v1::NodeKind kind : NodeKinds()) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, graph.Nodes(kind));
    all.insert(all.end(), ids.begin(), ids.end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

absl::Status CheckIn(const kv::Database& database, const GraphReader& graph, NewerRows newer,
                     const std::vector<NodeId>& nodes) {
  KeyCheck check(database, kInFamily, ReleaseNumber(graph.release().number()), newer);
  size_t leaving = 0;
  size_t leading = 0;
  for (const NodeId& node : nodes) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges, graph.In(node, std::nullopt));
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> out, graph.Out(node, std::nullopt));
    leading += edges.size();
    leaving += out.size();
    for (const Edge& edge : edges) {
      EVIDENT_RETURN_IF_ERROR(check.Expect(InRow(edge.dst, edge.kind, edge.src, edge.ordinal)));
    }
  }
  EVIDENT_RETURN_IF_ERROR(check.End());
  // A reader that reads `in` itself does not see what is missing there.
  if (leading == leaving) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kDataLoss, "DERIVED_ROW_MISSING",
      "in holds " + std::to_string(leading) + " rows for " + std::to_string(leaving) + " edges");
}

absl::Status CheckIndex(const kv::Database& database, const GraphReader& graph, NewerRows newer,
                        const std::vector<NodeId>& nodes) {
  std::vector<std::string> expected;
  for (const NodeId& id : nodes) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, graph.GetNode(id));
    for (const auto& [index, term] : IndexTerms(*node)) {
      expected.push_back(IndexRow(index, term, id));
    }
  }
  std::sort(expected.begin(), expected.end());
  KeyCheck check(database, kIndexFamily, ReleaseNumber(graph.release().number()), newer);
  for (const std::string& key : expected) EVIDENT_RETURN_IF_ERROR(check.Expect(key));
  return check.End();
}

// Names outlive their nodes: there may be more.
absl::Status CheckNames(const kv::Database& database, const GraphReader& graph,
                        const std::vector<NodeId>& nodes) {
  const auto rows = database.NewIterator(kNamesFamily);
  rows->SeekToFirst();
  for (const NodeId& id : nodes) {
    while (rows->Valid() && rows->key() < id.view()) rows->Next();
    EVIDENT_RETURN_IF_ERROR(rows->status());
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, graph.GetNode(id));
    const bool there = rows->Valid() && rows->key() == id.view();
    if (there && rows->value() == node->name()) continue;
    return MakeError(
        absl::StatusCode::kDataLoss, there ? "RECORD_CORRUPT" : "DERIVED_ROW_MISSING",
        "names key " + HexEncode(id.view()) + " does not hold the name " + node->name());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckDerivedRows(const kv::Database& database, const GraphReader& graph,
                              NewerRows newer) {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> nodes, AllNodes(graph));
  EVIDENT_RETURN_IF_ERROR(CheckNames(database, graph, nodes));
  EVIDENT_RETURN_IF_ERROR(CheckIn(database, graph, newer, nodes));
  return CheckIndex(database, graph, newer, nodes);
}

}  // namespace evident::graph
