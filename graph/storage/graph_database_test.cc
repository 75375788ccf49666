#include "graph/storage/graph_database.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/model/canonical.h"
#include "graph/model/keys.h"
#include "graph/model/test_graphs.h"
#include "graph/storage/test_database.h"

namespace evident::graph {
namespace {

GraphDatabaseOptions OptionsFor(const std::string& path, bool create = false) {
  GraphDatabaseOptions options;
  options.path = path;
  options.create = create;
  return options;
}

TEST(GraphDatabaseTest, AMissingFolderIsNotFoundUnlessItIsToBeCreated) {
  const TempDir dir;
  const std::string path = dir.path() + "/graph";
  EXPECT_THAT(OpenGraphDatabase(OptionsFor(path)), FailsWith(absl::StatusCode::kNotFound, path));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, OpenGraphDatabase(OptionsFor(path, true)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto none, ReadNewestRelease(*database));
  EXPECT_EQ(none.number(), 0u);
  EXPECT_EQ(none.content_digest(), std::string(32, '\0'));
  EXPECT_EQ(none.release_digest(), std::string(32, '\0'));
}

TEST(GraphDatabaseTest, AForeignFolderIsRefusedByNameAndLeftAsItWas) {
  const TempDir dir;
  std::ofstream(dir.path() + "/letter.txt") << "dear reader";
  for (const bool create : {false, true}) {
    const auto refused = OpenGraphDatabase(OptionsFor(dir.path(), create));
    EXPECT_THAT(refused, FailsWith(absl::StatusCode::kFailedPrecondition, dir.path()));
    EXPECT_THAT(refused, HasReason("DATABASE_FOREIGN"));
  }
  EXPECT_EQ(*ReadFile(dir.path() + "/letter.txt", 100), "dear reader");
}

TEST(GraphDatabaseTest, ADatabaseOfAnotherKindIsRefused) {
  const TempDir dir;
  kv::OpenOptions other;
  other.path = dir.path() + "/audit";
  other.kind = "audit";
  other.mode = kv::OpenOptions::Mode::kCreate;
  other.families = {{"default"}};
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, kv::Database::Open(other));
  database.reset();
  EXPECT_THAT(OpenGraphDatabase(OptionsFor(other.path, true)), HasReason("DATABASE_FOREIGN"));
}

TEST(GraphDatabaseTest, RowsOfAReleaseWithoutRecordAreRefusedByTheirKey) {
  TestDatabase database;
  EVIDENT_ASSERT_OK(database.Publish(ExampleGraph()));
  const std::string key = AtRelease(BucketRow(7), ReleaseNumber(2));
  kv::WriteBatch batch;
  batch.Put(kDigestsFamily, key, std::string(32, 'd'));
  EVIDENT_ASSERT_OK(database.database().Write(batch, kv::Durability::kSync));
  const absl::Status refused = database.Reopen();
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kDataLoss, HexEncode(key)));
  EXPECT_THAT(refused, HasReason("RELEASE_INCOMPLETE"));
}

class ReleaseChainTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* title : {"One", "Two", "Three"}) {
      GraphDraft draft = ExampleGraph();
      draft.nodes[0].mutable_guideline()->set_title(title);
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto record, database_.Publish(draft));
      records_.push_back(record);
    }
  }
  void Put(uint32_t number, const storage::v1::ReleaseRecord& record) {
    kv::WriteBatch batch;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, CanonicalBytes(record));
    batch.Put(kReleasesFamily, ReleaseKey(ReleaseNumber(number)), bytes);
    EVIDENT_ASSERT_OK(database_.database().Write(batch, kv::Durability::kSync));
  }
  absl::StatusOr<storage::v1::ReleaseRecord> Read(uint32_t number) {
    return ReadRelease(database_.database(), ReleaseNumber(number));
  }

  TestDatabase database_;
  std::vector<storage::v1::ReleaseRecord> records_;
};

TEST_F(ReleaseChainTest, EveryReleaseIsReadAndChained) {
  Digest parent;
  for (uint32_t number = 1; number <= 3; ++number) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto record, Read(number));
    EXPECT_EQ(record.number(), number);
    EXPECT_EQ(record.parent(), number - 1);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest digest, ReleaseDigest(parent, record));
    EXPECT_EQ(digest.view(), record.release_digest());
    parent = digest;
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto newest, ReadNewestRelease(database_.database()));
  EXPECT_EQ(newest.number(), 3u);
  for (const uint32_t unknown : {0u, 4u, 0xffffffffu}) {
    EXPECT_THAT(Read(unknown), HasReason("RELEASE_UNKNOWN"));
  }
}

TEST_F(ReleaseChainTest, AChangedFieldBreaksTheDigest) {
  storage::v1::ReleaseRecord changed = records_[1];
  changed.set_author("somebody else");
  Put(2, changed);
  EXPECT_THAT(Read(2), FailsWith(absl::StatusCode::kDataLoss, "releases key 00000002"));
  EXPECT_THAT(Read(2), HasReason("RELEASE_DIGEST_MISMATCH"));
  EVIDENT_EXPECT_OK(Read(1));
}

TEST_F(ReleaseChainTest, ARewrittenReleaseBreaksTheOneAfterIt) {
  storage::v1::ReleaseRecord rewritten = records_[1];
  rewritten.set_author("somebody else");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest parent,
                               Digest::FromBytes(records_[0].release_digest()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest digest, ReleaseDigest(parent, rewritten));
  rewritten.set_release_digest(std::string(digest.view()));
  Put(2, rewritten);
  EVIDENT_EXPECT_OK(Read(2));
  EXPECT_THAT(Read(3), HasReason("RELEASE_DIGEST_MISMATCH"));
  EXPECT_THAT(database_.Reopen(), FailsWith(absl::StatusCode::kDataLoss, "releases key 00000003"));
}

TEST_F(ReleaseChainTest, AMissingParentIsDataLoss) {
  kv::WriteBatch batch;
  batch.Delete(kReleasesFamily, ReleaseKey(ReleaseNumber(2)));
  EVIDENT_ASSERT_OK(database_.database().Write(batch, kv::Durability::kSync));
  EXPECT_THAT(Read(3), FailsWith(absl::StatusCode::kDataLoss, "releases key 00000002"));
  EXPECT_THAT(Read(3), HasReason("RELEASE_MISSING"));
}

TEST_F(ReleaseChainTest, NumbersOfKeyRecordAndParentMustAgree) {
  Put(2, records_[2]);
  EXPECT_THAT(Read(2), HasReason("RECORD_CORRUPT"));
  storage::v1::ReleaseRecord skipping = records_[2];
  skipping.set_parent(1);
  Put(3, skipping);
  EXPECT_THAT(Read(3), HasReason("RECORD_CORRUPT"));
  storage::v1::ReleaseRecord shortened = records_[0];
  shortened.set_release_digest("short");
  Put(1, shortened);
  Put(2, records_[1]);
  EXPECT_THAT(Read(2), FailsWith(absl::StatusCode::kDataLoss, "releases key 00000001"));
}

}  // namespace
}  // namespace evident::graph
