#include "graph/model/layered_graph.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/keys.h"
#include "graph/model/memory_graph.h"
#include "graph/model/naive_reader.h"
#include "graph/model/node_id.h"
#include "graph/model/test_changes.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

storage::v1::ReleaseRecord Release(uint32_t number) {
  storage::v1::ReleaseRecord record;
  record.set_number(number);
  return record;
}

class LayeredGraphRandomTest : public testing::TestWithParam<uint64_t> {
 protected:
  // Goes one release on.
  void Step() {
    GraphDraft next = pack_.Next();
    questions_.Add(next);
    ++number_;
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        graph_, WithChanges(graph_, ChangesBetween(draft_, next), Release(number_)));
    draft_ = std::move(next);
  }
  NaiveReader Naive() const { return NaiveReader(draft_, Release(number_)); }

  RandomPack pack_{GetParam(), "base"};
  Questions questions_;
  GraphDraft draft_;
  uint32_t number_ = 0;
  std::shared_ptr<const GraphReader> graph_ = *MemoryGraph::Build({}, {});
};

TEST_P(LayeredGraphRandomTest, AnswersAsTheNaiveReaderAfterEveryChange) {
  for (int step = 0; step < 6; ++step) {
    Step();
    ASSERT_EQ(FirstDifference(*graph_, Naive(), questions_), "") << step;
  }
}

TEST_P(LayeredGraphRandomTest, CompiledItAnswersTheSame) {
  for (int step = 0; step < 4; ++step) {
    Step();
    EVIDENT_ASSERT_OK_AND_ASSIGN(graph_, MemoryGraph::Compile(*graph_));
    ASSERT_EQ(graph_->release().number(), number_);
    ASSERT_EQ(FirstDifference(*graph_, Naive(), questions_), "") << step;
  }
}

TEST_P(LayeredGraphRandomTest, KeepsWhatCameAfterItsNewBase) {
  Step();
  Step();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto compiled, MemoryGraph::Compile(*graph_));
  Step();
  Step();
  const auto* const layered = dynamic_cast<const LayeredGraph*>(graph_.get());
  ASSERT_NE(layered, nullptr);
  const auto rebased = layered->Rebased(compiled);
  EXPECT_EQ(rebased->base(), compiled);
  EXPECT_LE(rebased->changed_count(), layered->changed_count());
  EXPECT_EQ(rebased->release().number(), number_);
  EXPECT_EQ(FirstDifference(*rebased, Naive(), questions_), "");
}

INSTANTIATE_TEST_SUITE_P(Seeds, LayeredGraphRandomTest, testing::Range(uint64_t{1}, uint64_t{31}));

TEST(LayeredGraphTest, NeverHasMoreThanTwoLayers) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto base, MemoryGraph::Build(ExampleGraph(), Release(1)));
  const auto second = LayeredGraph::Over(base, {}, Release(2));
  const auto third = LayeredGraph::Over(second, {}, Release(3));
  EXPECT_EQ(third->base(), base);
  EXPECT_EQ(third->release().number(), 3u);
}

TEST(LayeredGraphTest, ANodeThatIsGoneHasNoDigest) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto base, MemoryGraph::Build(ExampleGraph(), Release(1)));
  const NodeId plan = MakeNodeId(v1::NODE_KIND_GUIDELINE, "example/plan");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const RevisionPtr gone, RevisionIn({}, plan, 2));
  const auto graph = LayeredGraph::Over(base, {{plan, gone}}, Release(2));
  EXPECT_THAT(graph->NodeDigest(plan),
              FailsWith(absl::StatusCode::kNotFound, HexEncode(plan.view())));
  EVIDENT_EXPECT_OK(base->NodeDigest(plan));
}

TEST(LayeredGraphTest, ARevisionOfDamagedRowsNamesTheKey) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(Rows rows, BuildRows(ExampleGraph()));
  auto& [row, bytes] = *rows.nodes.begin();
  bytes += "x";
  EXPECT_THAT(RevisionIn(rows, LeadingId(row), 1),
              FailsWith(absl::StatusCode::kDataLoss, HexEncode(row)));
}

}  // namespace
}  // namespace evident::graph
