#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "graph/model/invariants.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// "a>b, b>c": edges from a to b and from b to c, of concepts.
GraphDraft Links(const std::string& text, v1::EdgeKind kind = v1::EDGE_KIND_IS_A) {
  GraphDraft draft;
  for (size_t at = 0; at + 3 <= text.size(); at += 5) {
    draft.edges.push_back({v1::NODE_KIND_CONCEPT,
                           text.substr(at, 1),
                           kind,
                           v1::NODE_KIND_CONCEPT,
                           text.substr(at + 2, 1),
                           {}});
  }
  return draft;
}

std::vector<std::string> Complaints(const GraphDraft& draft) {
  std::vector<std::string> found;
  for (const Violation& one : CheckChains(draft, v1::EDGE_KIND_IS_A)) {
    found.push_back(one.field + ": " + one.description);
  }
  return found;
}

GraphDraft Chain(size_t edges) {
  GraphDraft draft;
  for (size_t i = 0; i < edges; ++i) {
    draft.edges.push_back({v1::NODE_KIND_CONCEPT,
                           "p/" + std::to_string(i),
                           v1::EDGE_KIND_IS_A,
                           v1::NODE_KIND_CONCEPT,
                           "p/" + std::to_string(i + 1),
                           {}});
  }
  return draft;
}

TEST(ChainInvariantsTest, TreesDiamondsAndParallelEdgesAreFine) {
  EXPECT_THAT(Complaints({}), IsEmpty());
  EXPECT_THAT(Complaints(Links("a>b, a>c, b>d, c>d, a>d, a>b")), IsEmpty());
}

TEST(ChainInvariantsTest, EachCircleIsShownOnceAndWithoutWhatLeadsToIt) {
  EXPECT_THAT(Complaints(Links("a>a")),
              ElementsAre("a: EDGE_KIND_IS_A leads from it back to where it began: a -> a"));
  EXPECT_THAT(
      Complaints(Links("x>b, b>c, c>d, d>b, c>y, a>x")),
      ElementsAre("b: EDGE_KIND_IS_A leads from it back to where it began: b -> c -> d -> b"));
  EXPECT_THAT(Complaints(Links("a>b, b>a, c>d, d>c, b>c")),
              ElementsAre(HasSubstr("a -> b -> a"), HasSubstr("c -> d -> c")));
}

TEST(ChainInvariantsTest, OnlyEdgesOfTheKindCount) {
  GraphDraft draft = Links("a>b");
  for (const EdgeDraft& edge : Links("b>a", v1::EDGE_KIND_COMPONENT_OF).edges) {
    draft.edges.push_back(edge);
  }
  EXPECT_THAT(Complaints(draft), IsEmpty());
}

TEST(ChainInvariantsTest, NodesOfOneNameAndTwoKindsAreTwoNodes) {
  GraphDraft draft = Links("a>b, b>a");
  draft.edges[1].src_kind = v1::NODE_KIND_GUIDELINE;
  draft.edges[1].dst_kind = v1::NODE_KIND_GUIDELINE;
  EXPECT_THAT(Complaints(draft), IsEmpty());
}

TEST(ChainInvariantsTest, AChainTooLongToWalkIsRefusedOnce) {
  EXPECT_THAT(Complaints(Chain(kIsADepthMax)), IsEmpty());
  EXPECT_THAT(Complaints(Chain(kIsADepthMax + 1)),
              ElementsAre("p/0: EDGE_KIND_IS_A leads more than 64 steps on (kIsADepthMax)"));
  EXPECT_THAT(Complaints(Chain(kIsADepthMax + 9)), testing::SizeIs(1));
}

}  // namespace
}  // namespace evident::graph
