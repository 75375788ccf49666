#include "graph/traverse/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/model/naive_reader.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr v1::NodeKind kConcept = v1::NODE_KIND_CONCEPT;

NodeId Id(const std::string& slug) { return MakeNodeId(kConcept, "p/" + slug); }

// Concepts named by single letters; "a>b" is an edge is_a.
class WalkTest : public testing::Test {
 protected:
  void Build(const std::vector<std::string>& edges, v1::EdgeKind kind = v1::EDGE_KIND_IS_A) {
    GraphDraft draft;
    std::set<std::string> names;
    for (const std::string& edge : edges) {
      for (const std::string& end : {edge.substr(0, 1), edge.substr(2)}) {
        if (names.insert(end).second) draft.nodes.push_back(ConceptNode("p/" + end, end));
      }
      draft.edges.push_back(
          {kConcept, "p/" + edge.substr(0, 1), kind, kConcept, "p/" + edge.substr(2), {}});
    }
    const auto rows = BuildRows(draft);  // circles too: the reader may hold what publishing refuses
    ASSERT_THAT(rows, IsOk());
    EVIDENT_ASSERT_OK_AND_ASSIGN(graph_, MemoryGraph::FromRows(*rows, {}));
  }

  static WalkPlan From(const std::string& start, uint32_t depth_max) {
    WalkPlan plan;
    plan.starts = {Id(start)};
    plan.depth_max = depth_max;
    plan.fan_out_max = 100;
    plan.total_max = 100;
    return plan;
  }

  // "a", then "a>b", with ! for a node that was seen before and + where more lies beyond.
  std::vector<std::string> Steps(const WalkPlan& plan, absl::Status* status = nullptr) {
    Walk walk(*graph_, plan);
    std::vector<std::string> steps;
    while (true) {
      const auto step = walk.Next();
      if (!step.ok()) {
        if (status == nullptr) {
          ADD_FAILURE() << step.status();
        } else {
          *status = step.status();
        }
        return steps;
      }
      if (!step->has_value()) return steps;
      const WalkStep& at = **step;
      const auto slug = [&](const NodeId& id) { return (*graph_->GetNode(id))->name().substr(2); };
      std::string text = at.edge.has_value() ? slug(at.from) + ">" + slug(at.id) : slug(at.id);
      steps.push_back(text + (at.seen ? "!" : "") + (at.has_more ? "+" : ""));
    }
  }

  std::shared_ptr<const GraphReader> graph_;
};

TEST_F(WalkTest, GoesByDepthAndReachesEveryNodeOnce) {
  Build({"a>b", "b>d", "a>c", "c>d"});
  const auto steps = Steps(From("a", 9));
  ASSERT_EQ(steps.size(), 5u);
  EXPECT_EQ(steps[0], "a");
  EXPECT_THAT(std::vector<std::string>(steps.begin() + 1, steps.begin() + 3),
              testing::UnorderedElementsAre("a>b", "a>c"));
  EXPECT_EQ(std::count_if(steps.begin(), steps.end(),
                          [](const std::string& one) { return one.back() == '!'; }),
            1);  // d by its second way
}

TEST_F(WalkTest, CirclesAndLoopsEnd) {
  Build({"a>b", "b>c", "c>a", "c>c"});
  EXPECT_THAT(Steps(From("a", 9)),
              testing::UnorderedElementsAre("a", "a>b", "b>c", "c>a!", "c>c!"));
  WalkPlan both = From("a", 9);
  both.in = true;
  EXPECT_EQ(Steps(both).size(), 5u);  // each edge once, whichever way it is met first
}

TEST_F(WalkTest, EndsAtItsDepthAndSaysWhereMoreLies) {
  Build({"a>b", "b>c", "c>d"});
  EXPECT_THAT(Steps(From("a", 0)), ElementsAre("a+"));
  EXPECT_THAT(Steps(From("a", 2)), ElementsAre("a", "a>b", "b>c+"));
  EXPECT_THAT(Steps(From("a", 3)), ElementsAre("a", "a>b", "b>c", "c>d"));
}

TEST_F(WalkTest, GoesAgainstEdgesWhenAskedTo) {
  Build({"a>b", "c>b"});
  WalkPlan plan = From("b", 1);
  plan.out = false;
  plan.in = true;
  EXPECT_THAT(Steps(plan), testing::UnorderedElementsAre("b", "b>a", "b>c"));
}

TEST_F(WalkTest, KindsOfEdgesAndNodesAreChosen) {
  Build({"a>b"});
  WalkPlan plan = From("a", 1);
  plan.edge_kinds = {v1::EDGE_KIND_COMPONENT_OF};
  EXPECT_THAT(Steps(plan), ElementsAre("a"));
  plan.edge_kinds = {v1::EDGE_KIND_IS_A};
  EXPECT_THAT(Steps(plan), ElementsAre("a", "a>b"));
  plan.node_kinds = {v1::NODE_KIND_FACT};
  EXPECT_THAT(Steps(plan), ElementsAre("a"));  // a start is there whatever its kind
}

TEST_F(WalkTest, ABudgetThatIsHitIsNamed) {
  Build({"a>b", "a>c", "a>d"});
  absl::Status status;
  WalkPlan plan = From("a", 1);
  plan.fan_out_max = 2;
  EXPECT_THAT(Steps(plan, &status), ElementsAre("a"));
  EXPECT_EQ(ErrorReason(status), "WALK_FAN_OUT");
  EXPECT_THAT(std::string(status.message()), HasSubstr("p/a is left by 3 edges"));
  plan.fan_out_max = 3;
  plan.total_max = 3;
  EXPECT_EQ(Steps(plan, &status).size(), 3u);
  EXPECT_EQ(ErrorReason(status), "WALK_TOTAL");
  plan.total_max = 4;
  EXPECT_EQ(Steps(plan).size(), 4u);
}

TEST_F(WalkTest, SeveralStartsComeFirstOnceEach) {
  Build({"a>b", "b>c"});
  WalkPlan plan = From("b", 1);
  plan.starts = {Id("b"), Id("a"), Id("b")};
  EXPECT_THAT(Steps(plan), testing::UnorderedElementsAre("b", "a", "b>c", "a>b!"));
  plan.starts = {Id("z")};
  absl::Status status;
  Steps(plan, &status);
  EXPECT_EQ(ErrorReason(status), "NODE_UNKNOWN");
}

}  // namespace
}  // namespace evident::graph
