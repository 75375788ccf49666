#include "graph/release/head_view.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/status_matchers.h"
#include "graph/model/naive_reader.h"
#include "graph/model/test_changes.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

storage::v1::ReleaseRecord Release(uint32_t number) {
  storage::v1::ReleaseRecord record;
  record.set_number(number);
  return record;
}

bool IsCompiled(const HeadView& view) {
  return std::dynamic_pointer_cast<const MemoryGraph>(view.Get()) != nullptr;
}

// A pack of many concepts of which each step changes a few.
class HeadViewTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 100; ++i) {
      draft_.nodes.push_back(ConceptNode("p/c" + std::to_string(i), "One"));
    }
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, MemoryGraph::Build(draft_, Release(1)));
    view_.Set(graph);
  }

  void Change(int nodes) {
    GraphDraft next = draft_;
    for (int i = 0; i < nodes; ++i) {
      next.nodes[next_++ % 100].mutable_clinical_concept()->set_display("At " +
                                                                        std::to_string(number_));
    }
    ++number_;
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const auto graph, WithChanges(view_.Get(), ChangesBetween(draft_, next), Release(number_)));
    view_.Set(graph);
    draft_ = std::move(next);
  }

  std::string Difference() {
    Questions questions;
    questions.Add(draft_);
    return FirstDifference(*view_.Get(), NaiveReader(draft_, Release(number_)), questions);
  }

  HeadView view_;
  GraphDraft draft_;
  uint32_t number_ = 1;
  size_t next_ = 0;
};

TEST_F(HeadViewTest, BeginsEmpty) {
  HeadView view;
  EXPECT_EQ(view.Get()->release().number(), 0u);
  EXPECT_TRUE(view.Get()->Nodes(v1::NODE_KIND_CONCEPT)->empty());
}

TEST_F(HeadViewTest, AFewChangesStayOnTop) {
  Change(5);
  view_.WaitUntilSettled();
  EXPECT_FALSE(IsCompiled(view_));
  EXPECT_EQ(Difference(), "");
  EXPECT_GT(view_.memory_bytes(), 0u);
}

TEST_F(HeadViewTest, ManyChangesAreCompiled) {
  for (int step = 0; step < 3; ++step) Change(2);
  view_.WaitUntilSettled();
  EXPECT_TRUE(IsCompiled(view_));
  EXPECT_EQ(view_.Get()->release().number(), number_);
  EXPECT_EQ(Difference(), "");
  Change(1);
  view_.WaitUntilSettled();
  EXPECT_FALSE(IsCompiled(view_));
  EXPECT_EQ(Difference(), "");
}

// Whatever the thread is at, what was set last is what is read.
TEST_F(HeadViewTest, ReadersSeeEveryReleaseWholeWhileItIsCompiled) {
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::thread reader([&] {
    uint32_t last = 0;
    while (!done) {
      const auto head = view_.Get();
      const uint32_t number = head->release().number();
      wrong += number < last || head->Nodes(v1::NODE_KIND_CONCEPT)->size() != 100;
      last = number;
    }
  });
  for (int step = 0; step < 60; ++step) {
    Change(4);
    ASSERT_EQ(Difference(), "") << step;
  }
  done = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
  view_.WaitUntilSettled();
  EXPECT_EQ(Difference(), "");
}

TEST_F(HeadViewTest, StoppedItServesAndDoesNotCompile) {
  view_.Stop();
  view_.Stop();
  Change(50);
  view_.WaitUntilSettled();
  EXPECT_FALSE(IsCompiled(view_));
  EXPECT_EQ(Difference(), "");
}

}  // namespace
}  // namespace evident::graph
