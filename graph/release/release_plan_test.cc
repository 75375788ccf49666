#include "graph/release/release_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "graph/model/content_tree.h"
#include "graph/model/memory_graph.h"
#include "graph/model/test_graphs.h"
#include "graph/storage/graph_database.h"
#include "graph/storage/test_database.h"
#include "graph/storage/verified_graph.h"

namespace evident::graph {
namespace {

EdgeDraft IsA(const std::string& from, const std::string& to) {
  return {v1::NODE_KIND_CONCEPT, from, v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, to, {}};
}

class ReleasePlanTest : public testing::Test {
 protected:
  void SetUp() override {
    GraphDraft draft;
    draft.nodes = {ConceptNode("p/a", "A"), ConceptNode("p/b", "B"), ConceptNode("p/c", "C")};
    draft.edges = {IsA("p/a", "p/b")};
    EVIDENT_ASSERT_OK_AND_ASSIGN(head_, database_.Publish(draft));
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const VerifiedGraph verified,
        ReadVerifiedGraph(database_.database(), head_, NewerRows::kRefuse));
    graph_ = verified.graph;
    buckets_ = verified.buckets;
  }

  absl::StatusOr<ReleasePlan> Plan(ChangeSet changes) {
    return PlanRelease(database_.database(), head_, buckets_, std::move(changes));
  }

  TestDatabase database_;
  storage::v1::ReleaseRecord head_;
  std::shared_ptr<const MemoryGraph> graph_;
  std::vector<Digest> buckets_;
};

TEST_F(ReleasePlanTest, NodesThatStayAsTheyAreDropOut) {
  NodeChange same{v1::NODE_KIND_CONCEPT, "p/a", ConceptNode("p/a", "A"), {IsA("p/a", "p/b")}};
  NodeChange loses = same;
  loses.out.clear();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ReleasePlan nothing, Plan({same}));
  EXPECT_TRUE(nothing.changes.empty());
  EXPECT_EQ(nothing.before.nodes, nothing.after.nodes);
  EXPECT_EQ(nothing.before.out, nothing.after.out);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ReleasePlan fewer, Plan({loses}));
  ASSERT_EQ(fewer.changes.size(), 1u);
  EXPECT_EQ(fewer.before.out.size(), fewer.after.out.size() + 1);
}

TEST_F(ReleasePlanTest, HoldsTheRowsOfTheTouchedBucketsAlone) {
  const NodeChange gone{v1::NODE_KIND_CONCEPT, "p/c", std::nullopt, {}};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ReleasePlan plan, Plan({gone}));
  EXPECT_EQ(plan.before.nodes.size(), 1u);
  EXPECT_TRUE(plan.after.nodes.empty());
  EXPECT_TRUE(plan.before.out.empty());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, PlannedGraph(graph_, plan, {}));
  EXPECT_EQ(graph->Nodes(v1::NODE_KIND_CONCEPT)->size(), 2u);
}

TEST_F(ReleasePlanTest, DamageInATouchedBucketEndsIt) {
  for (const StoredRow& row : AllRows(database_.database())) {
    if (row.family.index != kNodesFamily.index || row.value.back() != 'C') continue;
    StoredRow damaged = row;
    damaged.value.back() = 'D';
    EVIDENT_ASSERT_OK(Replace(database_.database(), row, damaged));
  }
  const NodeChange c{v1::NODE_KIND_CONCEPT, "p/c", ConceptNode("p/c", "Other"), {}};
  EXPECT_THAT(Plan({c}), HasReason("CONTENT_DIGEST_MISMATCH"));
}

TEST_F(ReleasePlanTest, APreviewIsWhatPublishingWouldServe) {
  NodeChange c{v1::NODE_KIND_CONCEPT, "p/c", ConceptNode("p/c", "Other"), {IsA("p/c", "p/a")}};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto preview, PreviewChanges(graph_, {c}));
  EXPECT_EQ(preview->release().number(), 2u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NodePtr node, FindByName(*preview, "p/c"));
  EXPECT_EQ(node->clinical_concept().display(), "Other");
  EXPECT_EQ(graph_->release().number(), 1u);
  c.out.push_back(IsA("p/c", "p/none"));
  EXPECT_THAT(PreviewChanges(graph_, {c}),
              FailsWith(absl::StatusCode::kInvalidArgument, "there is no node p/none"));
  c.name = "p/d";
  EXPECT_THAT(PreviewChanges(graph_, {c}),
              FailsWith(absl::StatusCode::kInvalidArgument, "of another kind or name"));
}

}  // namespace
}  // namespace evident::graph
