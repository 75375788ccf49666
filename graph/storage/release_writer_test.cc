#include "graph/storage/release_writer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/keys.h"
#include "graph/model/naive_reader.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"
#include "graph/storage/direct_reader.h"
#include "graph/storage/test_database.h"
#include "graph/storage/verified_graph.h"

namespace evident::graph {
namespace {

TEST(CompareTest, FindsAddedChangedAndRemovedRows) {
  const Rows before{{{"a", "1"}, {"b", "1"}, {"d", "1"}}, {{"x", "1"}}};
  const Rows after{{{"a", "1"}, {"b", "2"}, {"c", "1"}}, {{"x", "1"}}};
  const RowChanges changes = Compare(before, after);
  EXPECT_EQ(changes.nodes, (std::vector<std::string>{"b", "c", "d"}));
  EXPECT_TRUE(changes.out.empty());
  EXPECT_FALSE(changes.empty());
  EXPECT_TRUE(Compare(before, before).empty());
  EXPECT_EQ(Compare({}, before).out, std::vector<std::string>{"x"});
  EXPECT_EQ(Compare(before, {}).nodes, (std::vector<std::string>{"a", "b", "d"}));
}

class WriterHistoryTest : public testing::TestWithParam<uint64_t> {};

TEST_P(WriterHistoryTest, IncrementalDigestsEqualARebuild) {
  RandomPack pack(GetParam(), "base");
  Rows before;
  ContentTree tree;
  for (int step = 0; step < 12; ++step) {
    // Every few steps all goes: buckets become empty again.
    EVIDENT_ASSERT_OK_AND_ASSIGN(Rows after, BuildRows(step % 5 == 4 ? GraphDraft() : pack.Next()));
    const ReleaseWriter writer(before, after, tree);
    ASSERT_EQ(writer.content_digest(), ContentDigest(after)) << step;
    tree.Set(writer.buckets());
    before = std::move(after);
  }
}

// What does not differ is not written again, so a release can be read back from its rows alone.
TEST_P(WriterHistoryTest, OnlyChangesAreWritten) {
  TestDatabase database;
  RandomPack pack(GetParam(), "base");
  Rows before;
  size_t stored = 0;
  for (int step = 0; step < 4; ++step) {
    const GraphDraft draft = pack.Next();
    EVIDENT_ASSERT_OK_AND_ASSIGN(Rows after, BuildRows(draft));
    EVIDENT_ASSERT_OK(database.Publish(draft));
    const RowChanges changes = Compare(before, after);
    size_t found = 0;
    for (const StoredRow& row : AllRows(database.database())) {
      found += row.family.index == kNodesFamily.index || row.family.index == kOutFamily.index;
    }
    ASSERT_EQ(found - stored, changes.nodes.size() + changes.out.size());
    stored = found;
    before = std::move(after);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WriterHistoryTest, testing::Range(uint64_t{1}, uint64_t{11}));

TEST(ReleaseWriterTest, AnIdThatStandsForAnotherNameIsRefusedAndNothingIsWritten) {
  TestDatabase database;
  const std::string id = NodeRow(MakeNodeId(v1::NODE_KIND_CONCEPT, "p/a"));
  kv::WriteBatch batch;
  batch.Put(kNamesFamily, id, "p/other");
  EVIDENT_ASSERT_OK(database.database().Write(batch, kv::Durability::kSync));
  GraphDraft draft;
  draft.nodes = {ConceptNode("p/a", "A")};
  const auto refused = database.Publish(draft);
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kAlreadyExists, "p/other"));
  EXPECT_THAT(refused, HasReason("NAME_COLLISION"));
  EXPECT_EQ(AllRows(database.database()).size(), 1u);
}

// Both ways of writing a release leave the same rows.
TEST(ReleaseWriterTest, AReleaseTooLargeForABatchIsIngestedWithTheSameRows) {
  GraphDraft draft;
  for (int i = 0; i < 6'000; ++i) {
    draft.nodes.push_back(ReferenceNode("p/r" + std::to_string(i), "p"));
  }
  TestDatabase ingested;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto record, ingested.Publish(draft));
  const std::vector<StoredRow> rows = AllRows(ingested.database());
  ASSERT_GT(rows.size(), kBatchRowsMax);
  EVIDENT_ASSERT_OK(ingested.Reopen());
  EXPECT_TRUE(AllRows(ingested.database()) == rows);
  EVIDENT_ASSERT_OK(CheckHead(ingested.database()));

  TestDatabase batched;
  GraphDraft half = draft;
  half.nodes.resize(3'000);
  EVIDENT_ASSERT_OK(batched.Publish(half));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto second, batched.Publish(draft));
  EXPECT_EQ(second.content_digest(), record.content_digest());
  EVIDENT_ASSERT_OK(CheckHead(batched.database()));
}

}  // namespace
}  // namespace evident::graph
