#include "graph/release/database_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/canonical.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"
#include "graph/release/test_releases.h"
#include "graph/storage/draft_rows.h"
#include "graph/storage/head_mark.h"
#include "graph/storage/test_database.h"

namespace evident::graph {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class DatabaseCheckTest : public testing::Test {
 protected:
  // Three releases of a node that changes, and its edge.
  void SetUp() override {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(path_));
    for (const char* const display : {"One", "Two", "Three"}) {
      PublishRequest request = OneConcept(display);
      request.draft.nodes.push_back(ConceptNode("p/b", "B"));
      request.draft.edges.push_back(
          {v1::NODE_KIND_CONCEPT, "p/a", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "p/b", {}});
      EVIDENT_ASSERT_OK(releases->Publish(request));
    }
  }
  // A writer's way in that looks at nothing.
  std::unique_ptr<kv::Database> Open() {
    GraphDatabaseOptions options;
    options.path = path_;
    auto database = OpenGraphDatabase(options);
    EXPECT_THAT(database, IsOk());
    return database.ok() ? *std::move(database) : nullptr;
  }
  void Apply(const kv::WriteBatch& batch) {
    const auto database = Open();
    ASSERT_NE(database, nullptr);
    EVIDENT_ASSERT_OK(database->Write(batch, kv::Durability::kSync));
  }
  std::vector<std::string> Problems() {
    const auto report = CheckDatabase(path_);
    EXPECT_THAT(report, IsOk());
    return report.ok() ? report->problems : std::vector<std::string>{"no report"};
  }

  const TempDir dir_;
  const std::string path_ = dir_.path() + "/graph";
};

TEST_F(DatabaseCheckTest, ASoundDatabaseHasItsCountsAndNoProblem) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const DatabaseReport report, CheckDatabase(path_));
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.releases, 3u);
  EXPECT_EQ(report.nodes, 2u);
  EXPECT_EQ(report.edges, 1u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(path_));
  EXPECT_EQ(report.content_digest, releases->Head()->release().content_digest());
  EXPECT_EQ(report.release_digest, releases->Head()->release().release_digest());
}

TEST_F(DatabaseCheckTest, AnEmptyDatabaseIsSoundAndOneThatIsNoneAnError) {
  const std::string empty = dir_.path() + "/empty";
  EVIDENT_ASSERT_OK(OpenReleases(empty));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const DatabaseReport report, CheckDatabase(empty));
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.releases, 0u);
  EXPECT_THAT(CheckDatabase(dir_.path() + "/none"),
              FailsWith(absl::StatusCode::kNotFound, dir_.path() + "/none"));
  std::ofstream(dir_.path() + "/letter.txt") << "dear reader";
  EXPECT_THAT(CheckDatabase(dir_.path()), HasReason("DATABASE_FOREIGN"));
}

// The rows that only an old release sees included.
TEST_F(DatabaseCheckTest, ADamagedRowOfDraftsIsAProblemThatNamesItsKey) {
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(path_));
    DraftWrite write;
    write.record.set_title("A draft");
    EVIDENT_ASSERT_OK(releases->drafts().Create(write, [](const storage::v1::DraftRecord&) {
      return DraftStore::AnswerRows(Sha256("id"), storage::v1::AnsweredRequest());
    }));
    EVIDENT_ASSERT_OK(releases->Close());
  }
  EXPECT_THAT(Problems(), IsEmpty());
  const std::string key = DraftKey(1, kDraftRecordPlace);
  kv::WriteBatch batch;
  batch.Put(kDraftsFamily, key, "not a record with its digest, which is 32 bytes");
  Apply(batch);
  EXPECT_THAT(Problems(), testing::ElementsAre(HasSubstr(HexEncode(key))));
}

TEST_F(DatabaseCheckTest, EveryRowThatIsGoneIsAProblemThatNamesItsKeyOrBucket) {
  std::vector<StoredRow> rows;
  {
    const auto database = Open();
    ASSERT_NE(database, nullptr);
    rows = AllRows(*database);
  }
  std::set<std::string> old_releases;
  for (const StoredRow& row : rows) {
    if (row.family.index == kReleasesFamily.index) continue;
    kv::WriteBatch remove;
    remove.Delete(row.family, row.key);
    ASSERT_NO_FATAL_FAILURE(Apply(remove));
    const bool versioned = row.family.index != kNamesFamily.index;
    const std::string named =
        HexEncode(versioned ? row.key.substr(0, row.key.size() - 4) : row.key);
    const bool of_digest =
        row.family.index == kNodesFamily.index || row.family.index == kOutFamily.index;
    const std::string bucket =
        of_digest ? HexEncode(BucketRow(BucketOf(LeadingId(row.key)))) : named;
    const std::vector<std::string> problems = Problems();
    EXPECT_THAT(problems, Contains(testing::AnyOf(HasSubstr(named), HasSubstr(bucket))))
        << FamilyName(row.family) << " " << HexEncode(row.key);
    if (!problems.empty()) old_releases.insert(problems[0].substr(0, 10));
    kv::WriteBatch restore;
    restore.Put(row.family, row.key, row.value);
    ASSERT_NO_FATAL_FAILURE(Apply(restore));
  }
  EXPECT_THAT(old_releases, AllOf(Contains("release 1:"), Contains("release 2:")));
  EXPECT_THAT(Problems(), IsEmpty());
}

TEST_F(DatabaseCheckTest, ARewrittenRecordBreaksTheChainByItsKey) {
  kv::WriteBatch rewrite;
  {
    const auto database = Open();
    ASSERT_NE(database, nullptr);
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto record, ReadRelease(*database, ReleaseNumber(1)));
    record.set_author("somebody else");
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest digest, ReleaseDigest(Digest{}, record));
    record.set_release_digest(std::string(digest.view()));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, CanonicalBytes(record));
    rewrite.Put(kReleasesFamily, ReleaseKey(ReleaseNumber(1)), bytes);
  }
  ASSERT_NO_FATAL_FAILURE(Apply(rewrite));
  EXPECT_THAT(Problems(), testing::ElementsAre(AllOf(HasSubstr("releases key 00000002"),
                                                     HasSubstr("RELEASE_DIGEST_MISMATCH"))));
}

TEST_F(DatabaseCheckTest, AGapAndARowAboveTheNewestReleaseAreProblems) {
  kv::WriteBatch batch;
  batch.Delete(kReleasesFamily, ReleaseKey(ReleaseNumber(1)));
  const std::string newer =
      AtRelease(NodeRow(MakeNodeId(ConceptNode("p/z", "Z"))), ReleaseNumber(9));
  batch.Put(kNodesFamily, newer, "\x01");
  ASSERT_NO_FATAL_FAILURE(Apply(batch));
  const std::vector<std::string> problems = Problems();
  EXPECT_THAT(problems,
              Contains(AllOf(HasSubstr("releases key 00000001"), HasSubstr("RELEASE_MISSING"))));
  EXPECT_THAT(problems, Contains(AllOf(HasSubstr("nodes key " + HexEncode(newer)),
                                       HasSubstr("RELEASE_INCOMPLETE"))));
}

TEST_F(DatabaseCheckTest, ALostNewestReleaseIsAProblem) {
  kv::WriteBatch batch;
  batch.Delete(kReleasesFamily, ReleaseKey(ReleaseNumber(3)));
  ASSERT_NO_FATAL_FAILURE(Apply(batch));
  EXPECT_THAT(Problems(), AllOf(Contains(HasSubstr("RELEASE_LOST")),
                                Contains(HasSubstr("RELEASE_INCOMPLETE"))));
}

}  // namespace
}  // namespace evident::graph
