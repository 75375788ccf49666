#include "graph/release/pack_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

EdgeDraft IsA(const std::string& from, const std::string& to) {
  return {v1::NODE_KIND_CONCEPT, from, v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, to, {}};
}

// Packs a and b, with an edge from b to a.
GraphDraft BothPacks() {
  GraphDraft draft;
  draft.nodes = {ConceptNode("a/one", "One"), ConceptNode("a/two", "Two"),
                 ConceptNode("b/one", "B")};
  draft.edges = {IsA("a/one", "a/two"), IsA("b/one", "a/one")};
  return draft;
}

// "name" or "-name" for one that goes, and "from>to".
std::vector<std::string> Names(const ChangeSet& changes) {
  std::vector<std::string> names;
  for (const NodeChange& change : changes) {
    names.push_back((change.node.has_value() ? "" : "-") + change.name);
    for (const EdgeDraft& edge : change.out) names.push_back(edge.src + ">" + edge.dst);
  }
  return names;
}

std::vector<std::string> Complaints(const absl::Status& status) {
  std::vector<std::string> found;
  for (const Violation& one : ErrorViolations(status)) {
    found.push_back(one.field + ": " + one.description);
  }
  return found;
}

class PackChangesTest : public testing::Test {
 protected:
  void SetUp() override {
    EVIDENT_ASSERT_OK_AND_ASSIGN(head_, MemoryGraph::Build(BothPacks(), {}));
  }
  std::shared_ptr<const MemoryGraph> head_;
};

TEST_F(PackChangesTest, WhatThePackNoLongerHasGoes) {
  GraphDraft draft;
  draft.nodes = {ConceptNode("a/three", "Three"), ConceptNode("a/two", "Two")};
  draft.edges = {IsA("a/three", "a/two")};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ChangeSet changes, PackChanges(*head_, "a", draft));
  EXPECT_THAT(Names(changes), UnorderedElementsAre("a/three", "a/three>a/two", "a/two", "-a/one"));
  EVIDENT_EXPECT_OK(CheckChangeSet(*head_, changes));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ChangeSet without, PackChanges(*head_, "b", {}));
  EXPECT_THAT(Names(without), ElementsAre("-b/one"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ChangeSet nothing, PackChanges(*head_, "c", {}));
  EXPECT_TRUE(nothing.empty());
}

TEST_F(PackChangesTest, WhatIsNotThePacksOwnIsRefusedAtOnce) {
  GraphDraft draft;
  draft.nodes = {ConceptNode("b/one", "Mine"), ConceptNode("c/one", "Stranger"),
                 ConceptNode("a/one", "One"), ConceptNode("a/one", "One")};
  draft.nodes[0].set_pack("a");
  draft.edges = {IsA("b/one", "a/two"), IsA("a/two", "a/one")};
  const auto refused = PackChanges(*head_, "a", draft);
  EXPECT_THAT(refused, HasReason("GRAPH_INVALID"));
  EXPECT_THAT(
      Complaints(refused.status()),
      ElementsAre("b/one: the packs a and b both define it; a node has one owner",
                  "c/one: it belongs to the pack c, not a", "a/one: the node is defined twice",
                  "b/one -> a/two: its source belongs to the pack b, and so would the edge",
                  "a/two -> a/one: there is no node a/two"));
}

TEST_F(PackChangesTest, ActsOfReviewStayOnNodesThatStay) {
  GraphDraft pack;
  pack.nodes = {StatementNode("c/one", 1), StatementNode("c/two", 2)};
  v1::NodeRecord board;
  board.set_name("c/board");
  board.set_pack("c");
  board.mutable_board()->set_display("Board");
  pack.nodes.push_back(board);
  const GraphDraft bare = pack;
  for (const char* name : {"c/one", "c/two"}) {
    EdgeDraft review{v1::NODE_KIND_STATEMENT, name,      v1::EDGE_KIND_REVIEWED_BY,
                     v1::NODE_KIND_BOARD,     "c/board", {}};
    v1::ReviewedBy& act = *review.record.mutable_reviewed_by();
    act.set_act(v1::REVIEW_ACT_SUBMIT);
    act.set_digest(std::string(32, 'd'));
    act.set_board("c/board");
    act.set_by("somebody");
    pack.edges.push_back(review);
    review.record.Clear();  // who is to review is the pack's own to say
    pack.edges.push_back(review);
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, BuildRows(pack));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto reviewed, MemoryGraph::FromRows(rows, {}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ChangeSet again, PackChanges(*reviewed, "c", bare));
  EXPECT_THAT(Names(again),
              UnorderedElementsAre("c/one", "c/one>c/board", "c/two", "c/two>c/board", "c/board"));
  EXPECT_TRUE(again[0].out.at(0).record.has_reviewed_by());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ChangeSet whole, PackChanges(*reviewed, "c", pack));
  EXPECT_EQ(Names(whole).size(), pack.nodes.size() + pack.edges.size());
  GraphDraft without = bare;
  without.nodes.erase(without.nodes.begin());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ChangeSet fewer, PackChanges(*reviewed, "c", without));
  EXPECT_THAT(Names(fewer), UnorderedElementsAre("-c/one", "c/two", "c/two>c/board", "c/board"));
}

TEST_F(PackChangesTest, ChangesThatContradictThemselvesAreRefusedAtOnce) {
  const NodeChange twice{v1::NODE_KIND_CONCEPT, "a/one", ConceptNode("a/one", "One"), {}};
  const NodeChange misnamed{v1::NODE_KIND_CONCEPT, "a/two", ConceptNode("a/three", "Three"), {}};
  const NodeChange missing{v1::NODE_KIND_CONCEPT, "a/four", std::nullopt, {IsA("a/four", "a/one")}};
  NodeChange moved{v1::NODE_KIND_CONCEPT, "b/one", ConceptNode("b/one", "B"), {}};
  moved.node->set_pack("a");
  moved.out = {IsA("a/one", "a/two")};
  const absl::Status refused = CheckChangeSet(*head_, {twice, twice, misnamed, missing, moved});
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused, HasReason("GRAPH_INVALID"));
  EXPECT_THAT(Complaints(refused),
              ElementsAre("a/one: the node is changed twice",
                          "a/two: the node is of another kind or name than the change says",
                          "a/four: there is no such node to take away",
                          "a/four: edges leave a node that is to go",
                          "b/one: a node keeps the pack that owns it",
                          "b/one: one of its edges leaves another node"));
}

}  // namespace
}  // namespace evident::graph
