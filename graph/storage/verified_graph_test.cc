#include "graph/storage/verified_graph.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/keys.h"
#include "graph/model/naive_reader.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"
#include "graph/storage/derived_rows.h"
#include "graph/storage/direct_reader.h"
#include "graph/storage/test_database.h"

namespace evident::graph {
namespace {

class VerifiedGraphTest : public testing::Test {
 protected:
  void SetUp() override {
    EVIDENT_ASSERT_OK(database_.Publish(ExampleGraph()));
    rows_ = AllRows(database_.database());
    ASSERT_EQ(rows_.size(), 17u);
  }

  // What is said of the database with `after` in place of `before`, which is put back.
  absl::Status CheckWith(const StoredRow& before, const StoredRow& after) {
    EVIDENT_RETURN_IF_ERROR(Replace(database_.database(), before, after));
    const absl::Status found = CheckHead(database_.database()).status();
    EVIDENT_RETURN_IF_ERROR(Replace(database_.database(), after, before));
    return found;
  }

  // Whether the error names the row: by its key without release, or by the bucket that it is gone
  // from.
  static bool Names(const absl::Status& error, const StoredRow& row) {
    const std::string message(error.message());
    if (error.code() != absl::StatusCode::kDataLoss) return false;
    if (message.find(Named(row)) != std::string::npos) return true;
    if (row.key.size() < kIdBytes) return false;
    const std::string bucket = HexEncode(BucketRow(BucketOf(LeadingId(row.key))));
    return message.find("digests key " + bucket + " is not the digest") != std::string::npos;
  }

  // A row's key as errors name it: without its release.
  static std::string Named(const StoredRow& row) {
    const bool versioned =
        row.family.index != kNamesFamily.index && row.family.index != kReleasesFamily.index;
    return HexEncode(versioned ? row.key.substr(0, row.key.size() - kReleaseBytes) : row.key);
  }

  TestDatabase database_;
  std::vector<StoredRow> rows_;
};

TEST_F(VerifiedGraphTest, SoundRowsPass) {
  EVIDENT_EXPECT_OK(CheckHead(database_.database()));
  TestDatabase empty;
  EVIDENT_EXPECT_OK(CheckHead(empty.database()));
}

TEST_F(VerifiedGraphTest, EveryFlippedByteOfAValueIsDataLossThatNamesTheKey) {
  for (const StoredRow& row : rows_) {
    for (size_t at = 0; at < row.value.size(); ++at) {
      StoredRow flipped = row;
      flipped.value[at] ^= static_cast<char>(1 << (at % 8));
      const absl::Status found = CheckWith(row, flipped);
      ASSERT_TRUE(Names(found, row)) << FamilyName(row.family) << " byte " << at << ": " << found;
    }
  }
  EVIDENT_EXPECT_OK(CheckHead(database_.database()));
}

TEST_F(VerifiedGraphTest, CutValuesAreDataLossThatNamesTheKey) {
  for (const StoredRow& row : rows_) {
    for (size_t size = 0; size < row.value.size(); size += 2) {
      StoredRow cut = row;
      cut.value.resize(size);
      const absl::Status found = CheckWith(row, cut);
      ASSERT_TRUE(Names(found, row)) << FamilyName(row.family) << " to " << size << ": " << found;
    }
  }
}

TEST_F(VerifiedGraphTest, FlippedBytesOfKeysAreDataLoss) {
  for (const StoredRow& row : rows_) {
    for (size_t at = 0; at < row.key.size(); at += 3) {
      StoredRow flipped = row;
      flipped.key[at] ^= 0x10;
      ASSERT_EQ(CheckWith(row, flipped).code(), absl::StatusCode::kDataLoss)
          << FamilyName(row.family) << " byte " << at;
    }
  }
}

TEST_F(VerifiedGraphTest, EveryMissingRowIsDataLoss) {
  for (const StoredRow& row : rows_) {
    kv::WriteBatch batch;
    batch.Delete(row.family, row.key);
    EVIDENT_ASSERT_OK(database_.database().Write(batch, kv::Durability::kSync));
    if (row.family.index == kReleasesFamily.index) {
      EXPECT_THAT(database_.Reopen(), HasReason("RELEASE_INCOMPLETE"));
      return;  // the last row
    }
    const absl::Status found = CheckHead(database_.database()).status();
    EXPECT_TRUE(Names(found, row)) << FamilyName(row.family) << ": " << found;
    EVIDENT_ASSERT_OK(Replace(database_.database(), row, row));
  }
}

TEST_F(VerifiedGraphTest, RowsThatNobodyWroteAreDataLoss) {
  const NodeId plan = MakeNodeId(v1::NODE_KIND_GUIDELINE, "example/plan");
  const NodeId society = MakeNodeId(v1::NODE_KIND_ISSUER, "example/society");
  const std::string in = InRow(society, v1::EDGE_KIND_ISSUED_BY, plan, 1);
  const std::string term = IndexRow(Index::kSlug, "other", plan);
  for (const auto& [family, row] : {std::pair(kInFamily, in), std::pair(kIndexFamily, term)}) {
    const std::string key = AtRelease(row, ReleaseNumber(1));
    kv::WriteBatch put;
    put.Put(family, key, "\x01");
    EVIDENT_ASSERT_OK(database_.database().Write(put, kv::Durability::kSync));
    const absl::Status found = CheckHead(database_.database()).status();
    EXPECT_THAT(found, FailsWith(absl::StatusCode::kDataLoss, HexEncode(row)));
    EXPECT_THAT(found, HasReason("DERIVED_ROW_UNKNOWN"));
    kv::WriteBatch remove;
    remove.Delete(family, key);
    EVIDENT_ASSERT_OK(database_.database().Write(remove, kv::Durability::kSync));
  }
}

TEST_F(VerifiedGraphTest, ARowNewerThanTheHeadIsRefusedInEveryFamilyByItsKey) {
  for (const kv::Family family : {kNodesFamily, kOutFamily, kInFamily, kIndexFamily}) {
    StoredRow newer;
    for (const StoredRow& row : rows_) {
      if (row.family.index == family.index) newer = row;
    }
    newer.key = AtRelease(SplitRelease(newer.key)->row, ReleaseNumber(2));
    for (const char* const value : {"\x01", "\0"}) {
      newer.value = std::string(value, 1);
      kv::WriteBatch put;
      put.Put(family, newer.key, newer.value);
      EVIDENT_ASSERT_OK(database_.database().Write(put, kv::Durability::kSync));
      const absl::Status found = CheckHead(database_.database()).status();
      EXPECT_THAT(found,
                  FailsWith(absl::StatusCode::kDataLoss,
                            std::string(FamilyName(family)) + " key " + HexEncode(newer.key)));
      EXPECT_THAT(found, HasReason("RELEASE_INCOMPLETE"));
    }
    kv::WriteBatch remove;
    remove.Delete(family, newer.key);
    EVIDENT_ASSERT_OK(database_.database().Write(remove, kv::Durability::kSync));
  }
  EVIDENT_EXPECT_OK(CheckHead(database_.database()));
}

TEST_F(VerifiedGraphTest, TheRowsOfADamagedBucketAreNamedWithTheBucket) {
  StoredRow title;  // the guideline's, the only row with this text behind the others
  for (const StoredRow& row : rows_) {
    if (row.family.index == kNodesFamily.index && row.value.find("Plan") != std::string::npos) {
      title = row;
    }
  }
  StoredRow changed = title;
  changed.value.back() = 'x';
  const absl::Status found = CheckWith(title, changed);
  const NodeId plan = MakeNodeId(v1::NODE_KIND_GUIDELINE, "example/plan");
  EXPECT_THAT(found, HasReason("CONTENT_DIGEST_MISMATCH"));
  EXPECT_THAT(found, FailsWith(absl::StatusCode::kDataLoss,
                               "digests key " + HexEncode(BucketRow(BucketOf(plan)))));
  EXPECT_THAT(found, FailsWith(absl::StatusCode::kDataLoss,
                               "nodes key " + HexEncode(plan.view()) + ", out key "));
}

TEST_F(VerifiedGraphTest, OldReleasesAreCheckedAsWell) {
  GraphDraft draft = ExampleGraph();
  draft.nodes[0].mutable_guideline()->set_title("Other");
  EVIDENT_ASSERT_OK(database_.Publish(draft));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first,
                               ReadRelease(database_.database(), ReleaseNumber(1)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const VerifiedGraph verified,
                               ReadVerifiedGraph(database_.database(), first, NewerRows::kSkip));
  EVIDENT_EXPECT_OK(CheckDerivedRows(database_.database(), *verified.graph, NewerRows::kSkip));
  EXPECT_EQ(ContentRoot(verified.buckets).view(), first.content_digest());
}

class VerifiedGraphRandomTest : public testing::TestWithParam<uint64_t> {};

// Whole or bucket by bucket, what is read is what was written.
TEST_P(VerifiedGraphRandomTest, HoldsWhatWasPublished) {
  TestDatabase database;
  RandomPack pack(GetParam(), "base");
  Questions questions;
  for (int step = 0; step < 4; ++step) {
    const GraphDraft draft = pack.Next();
    questions.Add(draft);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto record, database.Publish(draft));
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const VerifiedGraph verified,
        ReadVerifiedGraph(database.database(), record, NewerRows::kRefuse));
    ASSERT_EQ(FirstDifference(*verified.graph, NaiveReader(draft, record), questions), "");
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, BuildRows(draft));
    std::set<uint16_t> all;
    for (const auto& [key, bytes] : rows.nodes) all.insert(BucketOf(LeadingId(key)));
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const Rows read, ReadVerifiedBuckets(database.database(), record, NewerRows::kRefuse, all,
                                             verified.buckets));
    EXPECT_EQ(read.nodes, rows.nodes);
    EXPECT_EQ(read.out, rows.out);
    // So many that all rows are read at once.
    for (uint16_t bucket = 0; bucket < 3'000; ++bucket) all.insert(bucket);
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const Rows more, ReadVerifiedBuckets(database.database(), record, NewerRows::kRefuse, all,
                                             verified.buckets));
    EXPECT_EQ(more.nodes, rows.nodes);
    EXPECT_EQ(more.out, rows.out);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, VerifiedGraphRandomTest, testing::Range(uint64_t{1}, uint64_t{11}));

TEST_F(VerifiedGraphTest, ADamagedBucketIsNotReadAlone) {
  const NodeId plan = MakeNodeId(v1::NODE_KIND_GUIDELINE, "example/plan");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto head, ReadNewestRelease(database_.database()));
  const auto read = [&](const NodeId& node) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> buckets,
                             DirectReader(database_.database(), head).ReadBuckets());
    return ReadVerifiedBuckets(database_.database(), head, NewerRows::kRefuse, {BucketOf(node)},
                               buckets)
        .status();
  };
  EVIDENT_EXPECT_OK(read(plan));
  for (const StoredRow& row : rows_) {
    if (row.family.index != kNodesFamily.index || LeadingId(row.key) != plan) continue;
    StoredRow changed = row;
    changed.value.back() = 'x';
    EVIDENT_ASSERT_OK(Replace(database_.database(), row, changed));
  }
  EXPECT_THAT(read(plan), FailsWith(absl::StatusCode::kDataLoss, HexEncode(plan.view())));
  EXPECT_THAT(read(plan), HasReason("CONTENT_DIGEST_MISMATCH"));
  EVIDENT_EXPECT_OK(read(MakeNodeId(v1::NODE_KIND_ISSUER, "example/society")));
}

}  // namespace
}  // namespace evident::graph
