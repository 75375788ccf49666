#include "graph/release/pack_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

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

std::vector<std::string> Names(const GraphDraft& draft) {
  std::vector<std::string> names;
  for (const v1::NodeRecord& node : draft.nodes) names.push_back(node.name());
  for (const EdgeDraft& edge : draft.edges) names.push_back(edge.src + ">" + edge.dst);
  return names;
}

class PackMergeTest : public testing::Test {
 protected:
  void SetUp() override { EVIDENT_ASSERT_OK_AND_ASSIGN(before_, BuildRows(BothPacks())); }
  Rows before_;
};

TEST_F(PackMergeTest, ReplacesWhatThePackOwnsAndKeepsTheRest) {
  GraphDraft draft;
  draft.nodes = {ConceptNode("a/three", "Three")};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const GraphDraft merged, MergePack(before_, "a", draft));
  EXPECT_THAT(Names(merged), testing::UnorderedElementsAre("a/three", "b/one", "b/one>a/one"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const GraphDraft without_b, MergePack(before_, "b", {}));
  EXPECT_THAT(Names(without_b), testing::UnorderedElementsAre("a/one", "a/two", "a/one>a/two"));
}

TEST_F(PackMergeTest, TheSamePackGivesTheSameRows) {
  GraphDraft b;
  b.nodes = {ConceptNode("b/one", "B")};
  b.edges = {IsA("b/one", "a/one")};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const GraphDraft merged, MergePack(before_, "b", b));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows after, BuildRows(merged));
  EXPECT_EQ(after.nodes, before_.nodes);
  EXPECT_EQ(after.out, before_.out);
}

TEST_F(PackMergeTest, WhatIsNotThePacksOwnIsRefusedAtOnce) {
  GraphDraft draft;
  draft.nodes = {ConceptNode("b/one", "Mine"), ConceptNode("c/one", "Stranger")};
  draft.nodes[0].set_pack("a");
  draft.edges = {IsA("b/one", "a/two")};
  const auto refused = MergePack(before_, "a", draft);
  EXPECT_THAT(refused, HasReason("GRAPH_INVALID"));
  std::vector<std::string> found;
  for (const Violation& one : ErrorViolations(refused.status())) {
    found.push_back(one.field + ": " + one.description);
  }
  EXPECT_THAT(found,
              testing::ElementsAre(
                  "b/one: the packs a and b both define it; a node has one owner",
                  "c/one: it belongs to the pack c, not a",
                  "b/one -> a/two: its source belongs to the pack b, and so would the edge"));
}

TEST_F(PackMergeTest, DamagedRowsAreDataLossThatNamesTheKey) {
  Rows damaged = before_;
  damaged.nodes.begin()->second += "x";
  EXPECT_THAT(MergePack(damaged, "c", {}),
              FailsWith(absl::StatusCode::kDataLoss, HexEncode(before_.nodes.begin()->first)));
  damaged = before_;
  damaged.nodes.clear();
  EXPECT_THAT(MergePack(damaged, "c", {}),
              FailsWith(absl::StatusCode::kDataLoss, HexEncode(before_.out.begin()->first)));
  EXPECT_THAT(MergePack(damaged, "c", {}), HasReason("EDGE_DANGLING"));
  damaged = before_;
  damaged.out["short key, seventeen"] = "";
  EXPECT_THAT(MergePack(damaged, "c", {}), HasReason("KEY_MALFORMED"));
}

TEST_F(PackMergeTest, ActsOfReviewStayOnNodesThatStay) {
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
    review.record.mutable_reviewed_by()->set_act(v1::REVIEW_ACT_SUBMIT);
    pack.edges.push_back(review);
    review.record.Clear();  // who is to review is the pack's own to say
    pack.edges.push_back(review);
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows reviewed, BuildRows(pack));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const GraphDraft again, MergePack(reviewed, "c", bare));
  ASSERT_EQ(again.edges.size(), 2u);
  EXPECT_TRUE(again.edges[0].record.has_reviewed_by());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const GraphDraft whole, MergePack(reviewed, "c", pack));
  EXPECT_EQ(whole.edges.size(), pack.edges.size());
  GraphDraft without = bare;
  without.nodes.erase(without.nodes.begin());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const GraphDraft fewer, MergePack(reviewed, "c", without));
  EXPECT_EQ(fewer.edges.size(), 1u);
}

TEST_F(PackMergeTest, ChangesReplaceANodeWithAllThatLeavesIt) {
  NodeChange one{v1::NODE_KIND_CONCEPT, "a/one", ConceptNode("a/one", "One again"), {}};
  NodeChange fresh{v1::NODE_KIND_CONCEPT, "c/new", ConceptNode("c/new", "New"), {}};
  fresh.out = {IsA("c/new", "b/one")};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const GraphDraft merged, MergeChanges(before_, {one, fresh}));
  EXPECT_THAT(Names(merged), testing::UnorderedElementsAre("a/one", "a/two", "b/one", "c/new",
                                                           "b/one>a/one", "c/new>b/one"));
  NodeChange gone{v1::NODE_KIND_CONCEPT, "b/one", std::nullopt, {}};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const GraphDraft without, MergeChanges(before_, {gone}));
  EXPECT_THAT(Names(without), testing::UnorderedElementsAre("a/one", "a/two", "a/one>a/two"));
}

TEST_F(PackMergeTest, ChangesThatContradictThemselvesAreRefusedAtOnce) {
  const NodeChange twice{v1::NODE_KIND_CONCEPT, "a/one", ConceptNode("a/one", "One"), {}};
  const NodeChange misnamed{v1::NODE_KIND_CONCEPT, "a/two", ConceptNode("a/three", "Three"), {}};
  const NodeChange missing{v1::NODE_KIND_CONCEPT, "a/four", std::nullopt, {}};
  NodeChange leaving{v1::NODE_KIND_CONCEPT, "b/one", ConceptNode("b/one", "B"), {}};
  leaving.out = {IsA("a/one", "a/two")};
  const auto merged = MergeChanges(before_, {twice, twice, misnamed, missing, leaving});
  EXPECT_THAT(merged, FailsWith(absl::StatusCode::kInvalidArgument, "changed twice"));
  EXPECT_EQ(ErrorViolations(merged.status()).size(), 4u);
}

}  // namespace
}  // namespace evident::graph
