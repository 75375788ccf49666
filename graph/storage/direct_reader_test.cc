#include "graph/storage/direct_reader.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/canonical.h"
#include "graph/model/keys.h"
#include "graph/model/memory_graph.h"
#include "graph/model/naive_reader.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"
#include "graph/storage/test_database.h"

namespace evident::graph {
namespace {

using Ids = std::vector<NodeId>;

const NodeId kA = MakeNodeId(v1::NODE_KIND_CONCEPT, "p/a");
const NodeId kB = MakeNodeId(v1::NODE_KIND_CONCEPT, "p/b");

class DirectReaderTest : public testing::Test {
 protected:
  // A release of these concepts, and an edge is_a from p/a to p/b if both are there and it is asked
  // for.
  void Publish(const std::vector<std::pair<const char*, const char*>>& concepts,
               bool with_edge = false) {
    GraphDraft draft;
    for (const auto& [name, display] : concepts) draft.nodes.push_back(ConceptNode(name, display));
    if (with_edge) {
      draft.edges.push_back(
          {v1::NODE_KIND_CONCEPT, "p/a", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "p/b", {}});
    }
    EVIDENT_ASSERT_OK(database_.Publish(draft));
  }
  DirectReader At(uint32_t release) {
    storage::v1::ReleaseRecord record;
    record.set_number(release);
    return {database_.database(), record};
  }
  std::string DisplayAt(uint32_t release) {
    const absl::StatusOr<NodePtr> node = At(release).GetNode(kA);
    EXPECT_THAT(node, IsOk());
    if (!node.ok() || *node == nullptr) return "none";
    return (*node)->clinical_concept().display();
  }

  TestDatabase database_;
};

TEST_F(DirectReaderTest, ReadAtReleaseSkipsLaterRevisionsAndTombstones) {
  Publish({{"p/b", "B"}});
  Publish({{"p/b", "B"}, {"p/a", "First"}});
  Publish({{"p/b", "Changed"}, {"p/a", "First"}});
  Publish({{"p/b", "B"}, {"p/a", "Second"}});
  Publish({{"p/b", "B"}});
  Publish({{"p/b", "B"}, {"p/a", "Third"}});
  const char* const kShown[] = {"none", "none", "First", "First", "Second", "none", "Third"};
  for (uint32_t release = 0; release < std::size(kShown); ++release) {
    EXPECT_EQ(DisplayAt(release), kShown[release]) << release;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Ids all, At(release).Nodes(v1::NODE_KIND_CONCEPT));
    const bool has_a = std::string(kShown[release]) != "none";
    EXPECT_EQ(all.size(), (release > 0 ? 1u : 0u) + (has_a ? 1u : 0u)) << release;
  }
}

TEST_F(DirectReaderTest, AdjacencyStandsBothWaysAndGoesWithItsTombstone) {
  Publish({{"p/a", "A"}, {"p/b", "B"}});
  Publish({{"p/a", "A"}, {"p/b", "B"}}, true);
  Publish({{"p/a", "A"}, {"p/b", "B"}});
  for (uint32_t release = 1; release <= 3; ++release) {
    const size_t edges = release == 2 ? 1 : 0;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto out, At(release).Out(kA, v1::EDGE_KIND_IS_A));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto in, At(release).In(kB, {}));
    ASSERT_EQ(out.size(), edges);
    ASSERT_EQ(in.size(), edges);
    EXPECT_TRUE(At(release).Out(kB, {})->empty());
    EXPECT_TRUE(At(release).In(kA, {})->empty());
    EXPECT_TRUE(At(release).Out(kA, v1::EDGE_KIND_CITES)->empty());
    if (edges == 0) continue;
    for (const Edge& edge : {out[0], in[0]}) {
      EXPECT_EQ(edge.src, kA);
      EXPECT_EQ(edge.dst, kB);
      EXPECT_EQ(edge.kind, v1::EDGE_KIND_IS_A);
      ASSERT_NE(edge.record, nullptr);
    }
  }
}

TEST_F(DirectReaderTest, IndexFollowsEachRelease) {
  Publish({{"p/a", "Old Name"}});
  Publish({{"p/a", "New name"}});
  Publish({});
  EXPECT_EQ(*At(1).Find(Index::kWords, "old name"), Ids{kA});
  EXPECT_EQ(*At(1).Find(Index::kWords, "new name"), Ids{});
  EXPECT_EQ(*At(2).Find(Index::kWords, "old name"), Ids{});
  EXPECT_EQ(*At(2).Find(Index::kWords, "new name"), Ids{kA});
  EXPECT_EQ(*At(2).Find(Index::kWords, "new"), Ids{});
  EXPECT_EQ(*At(2).Find(Index::kSlug, "a"), Ids{kA});
  EXPECT_EQ(*At(3).Find(Index::kSlug, "a"), Ids{});
  // A NUL ends a term in its key: with a piece of an id behind it, this would be a prefix.
  const std::string beyond = std::string("a\0", 2) + std::string(kA.view().substr(0, 3));
  EXPECT_EQ(*At(2).Find(Index::kSlug, beyond), Ids{});
  EXPECT_EQ(*At(2).Find(Index::kSlug, std::string("a\0", 2)), Ids{});
  EXPECT_THAT(At(3).NodeDigest(kA), HasReason("NODE_UNKNOWN"));
}

// Unresolved targets have the greatest first byte: their range has no upper end.
TEST_F(DirectReaderTest, KindsWithTheGreatestByteAreRead) {
  GraphDraft draft;
  draft.nodes.emplace_back().set_name("p/s#1");
  draft.nodes[0].set_pack("p");
  draft.nodes[0].mutable_unresolved()->set_raw_label("1");
  EVIDENT_ASSERT_OK(database_.Publish(draft));
  EXPECT_EQ(*At(1).Nodes(v1::NODE_KIND_UNRESOLVED), Ids{MakeNodeId(draft.nodes[0])});
}

TEST_F(DirectReaderTest, DamagedRowsAreDataLossThatNamesTheKey) {
  Publish({{"p/a", "A"}, {"p/b", "B"}}, true);
  const std::string word = IndexRow(Index::kWords, "a", kA);
  const std::string out = OutRow(kA, v1::EDGE_KIND_IS_A, kB, 0);
  const std::string in = InRow(kB, v1::EDGE_KIND_IS_A, kA, 0);
  const auto with = [&](kv::Family family, const std::string& row, const std::string& value,
                        const auto& read) {
    const std::string key = AtRelease(row, ReleaseNumber(1));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto sound, database_.database().Get(family, key));
    const StoredRow stored{family, key, sound.value_or("")};
    EVIDENT_ASSERT_OK(Replace(database_.database(), stored, {family, key, value}));
    EXPECT_THAT(read(), FailsWith(absl::StatusCode::kDataLoss, HexEncode(row)));
    EVIDENT_ASSERT_OK(Replace(database_.database(), {family, key, value}, stored));
    EVIDENT_EXPECT_OK(read());
  };
  const auto node = [&] { return At(1).GetNode(kA).status(); };
  for (const char* value : {"", "\x02", "\x01x"}) with(kNodesFamily, NodeRow(kA), value, node);
  with(kNodesFamily, NodeRow(kA), std::string("\0x", 2), node);
  with(kNodesFamily, NodeRow(kA), "\x01" + *CanonicalBytes(ConceptNode("p/b", "B")), node);
  with(kOutFamily, out, "\x01x", [&] { return At(1).Out(kA, {}).status(); });
  with(kOutFamily, out, "\x01x", [&] { return At(1).In(kB, {}).status(); });
  with(kInFamily, in, "\x01x", [&] { return At(1).In(kB, {}).status(); });
  with(kIndexFamily, word, "\x01x", [&] { return At(1).Find(Index::kWords, "a").status(); });
  with(kIndexFamily, word, "\x03", [&] { return At(1).Find(Index::kWords, "a").status(); });
}

TEST_F(DirectReaderTest, AnEdgeInOneDirectionOnlyIsDataLoss) {
  Publish({{"p/a", "A"}, {"p/b", "B"}}, true);
  const std::string in = InRow(kB, v1::EDGE_KIND_IS_A, kA, 0);
  kv::WriteBatch batch;
  batch.Delete(kOutFamily, AtRelease(OutRow(kA, v1::EDGE_KIND_IS_A, kB, 0), ReleaseNumber(1)));
  EVIDENT_ASSERT_OK(database_.database().Write(batch, kv::Durability::kSync));
  EXPECT_THAT(At(1).In(kB, {}), FailsWith(absl::StatusCode::kDataLoss, HexEncode(in)));
}

TEST_F(DirectReaderTest, KeysOfAForeignLengthAreDataLossAndNoCrash) {
  Publish({{"p/a", "A"}, {"p/b", "B"}}, true);
  for (const kv::Family family : {kNodesFamily, kOutFamily, kDigestsFamily}) {
    for (const std::string& key :
         {std::string("\x03"), std::string(9, '\x03'), std::string(30, '\x03')}) {
      kv::WriteBatch put;
      put.Put(family, key, "\x01");
      EVIDENT_ASSERT_OK(database_.database().Write(put, kv::Durability::kSync));
      const absl::Status read = family.index == kDigestsFamily.index ? At(1).ReadBuckets().status()
                                                                     : At(1).ReadRows().status();
      if (family.index == kDigestsFamily.index || key.size() < 4) {
        EXPECT_EQ(read.code(), absl::StatusCode::kDataLoss) << FamilyName(family) << key.size();
      }
      // A key that reads as a row of a later release is not looked at; one of this or before is.
      kv::WriteBatch remove;
      remove.Delete(family, key);
      EVIDENT_ASSERT_OK(database_.database().Write(remove, kv::Durability::kSync));
      EVIDENT_ASSERT_OK(At(1).ReadRows());
    }
  }
  kv::WriteBatch put;
  put.Put(kNodesFamily, AtRelease("short", ReleaseNumber(1)), "\x01");
  EVIDENT_ASSERT_OK(database_.database().Write(put, kv::Durability::kSync));
  EXPECT_THAT(At(1).ReadRows(), FailsWith(absl::StatusCode::kDataLoss, HexEncode("short")));
  EXPECT_THAT(At(1).ReadRows(), HasReason("KEY_MALFORMED"));
}

// All readers of all releases of one random history.
class HistoryTest : public testing::TestWithParam<uint64_t> {};

TEST_P(HistoryTest, EveryReleaseReadsAsTheNaiveAndTheCompiledReaderDo) {
  TestDatabase database;
  RandomPack pack(GetParam(), "base");
  std::vector<std::pair<storage::v1::ReleaseRecord, GraphDraft>> history;
  Questions questions;
  for (int step = 0; step < 6; ++step) {
    GraphDraft draft = pack.Next();
    questions.Add(draft);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto record, database.Publish(draft));
    history.emplace_back(record, std::move(draft));
  }
  for (const auto& [record, draft] : history) {
    const DirectReader direct(database.database(), record);
    const NaiveReader naive(draft, record);
    ASSERT_EQ(FirstDifference(direct, naive, questions), "") << "release " << record.number();
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, direct.ReadRows());
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto compiled, MemoryGraph::FromRows(rows, record));
    ASSERT_EQ(FirstDifference(*compiled, direct, questions), "") << "release " << record.number();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, HistoryTest, testing::Range(uint64_t{1}, uint64_t{17}));

}  // namespace
}  // namespace evident::graph
