#include "graph/traverse/closure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using testing::UnorderedElementsAre;

constexpr v1::NodeKind kConcept = v1::NODE_KIND_CONCEPT;

NodeId Id(const std::string& slug) { return MakeNodeId(kConcept, "p/" + slug); }

void AddLink(GraphDraft& draft, const std::string& from, v1::EdgeKind kind, const std::string& to) {
  draft.edges.push_back({kConcept, "p/" + from, kind, kConcept, "p/" + to, {}});
}

// Compiled without the checks of publishing.
std::shared_ptr<const MemoryGraph> Compile(const GraphDraft& draft) {
  const auto rows = BuildRows(draft);
  EXPECT_THAT(rows, IsOk());
  if (!rows.ok()) return nullptr;
  const auto graph = MemoryGraph::FromRows(*rows, {});
  EXPECT_THAT(graph, IsOk());
  return graph.ok() ? *graph : nullptr;
}

// is_a links 0 -> 1 -> ... -> `steps`.
GraphDraft Chain(size_t steps) {
  GraphDraft draft;
  for (size_t i = 0; i <= steps; ++i) {
    draft.nodes.push_back(ConceptNode("p/" + std::to_string(i), "C"));
    if (i > 0) AddLink(draft, std::to_string(i - 1), v1::EDGE_KIND_IS_A, std::to_string(i));
  }
  return draft;
}

TEST(ClosureTest, FollowsOneKindEitherWay) {
  GraphDraft draft;
  for (const char* const slug : {"a", "b", "c", "d", "e"}) {
    draft.nodes.push_back(ConceptNode(std::string("p/") + slug, slug));
  }
  AddLink(draft, "a", v1::EDGE_KIND_IS_A, "b");
  AddLink(draft, "a", v1::EDGE_KIND_IS_A, "c");
  AddLink(draft, "b", v1::EDGE_KIND_IS_A, "d");
  AddLink(draft, "c", v1::EDGE_KIND_IS_A, "d");
  AddLink(draft, "a", v1::EDGE_KIND_COMPONENT_OF, "e");
  const auto graph = Compile(draft);
  ASSERT_NE(graph, nullptr);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto up,
                               Closure(*graph, Id("a"), v1::EDGE_KIND_IS_A, Way::kOut));
  EXPECT_THAT(up, UnorderedElementsAre(Id("a"), Id("b"), Id("c"), Id("d")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto down,
                               Closure(*graph, Id("d"), v1::EDGE_KIND_IS_A, Way::kIn));
  EXPECT_THAT(down, UnorderedElementsAre(Id("a"), Id("b"), Id("c"), Id("d")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto whole,
                               Closure(*graph, Id("a"), v1::EDGE_KIND_COMPONENT_OF, Way::kOut));
  EXPECT_THAT(whole, UnorderedElementsAre(Id("a"), Id("e")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto alone,
                               Closure(*graph, Id("none"), v1::EDGE_KIND_IS_A, Way::kOut));
  EXPECT_THAT(alone, UnorderedElementsAre(Id("none")));
}

TEST(ClosureTest, ACircleEnds) {
  GraphDraft draft = Chain(2);
  AddLink(draft, "2", v1::EDGE_KIND_IS_A, "0");
  const auto graph = Compile(draft);
  ASSERT_NE(graph, nullptr);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto all,
                               Closure(*graph, Id("1"), v1::EDGE_KIND_IS_A, Way::kOut));
  EXPECT_EQ(all.size(), 3u);
}

TEST(ClosureTest, AChainOfTheMostStepsIsWalkedAndALongerOneRefused) {
  const auto longest = Compile(Chain(kIsADepthMax));
  ASSERT_NE(longest, nullptr);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto all,
                               Closure(*longest, Id("0"), v1::EDGE_KIND_IS_A, Way::kOut));
  EXPECT_EQ(all.size(), kIsADepthMax + 1);

  const auto longer = Compile(Chain(kIsADepthMax + 1));
  ASSERT_NE(longer, nullptr);
  for (const auto& [from, way] : {std::pair("0", Way::kOut), std::pair("65", Way::kIn)}) {
    const auto refused = Closure(*longer, Id(from), v1::EDGE_KIND_IS_A, way);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(refused, HasReason("WALK_TOO_DEEP"));
  }
}

}  // namespace
}  // namespace evident::graph
