// Importing, and reading what was imported.
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "server/handlers/get_node.h"
#include "server/handlers/list_releases.h"
#include "server/handlers/node_view.h"
#include "server/release_importer.h"
#include "server/test_pack.h"

namespace evident::server {
namespace {

class KnowledgeHandlersTest : public testing::Test {
 protected:
  void SetUp() override {
    graph::GraphDatabaseOptions options;
    options.path = dir_.path() + "/knowledge";
    options.create = true;
    EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, graph::ReleaseManager::Open(options));
  }
  absl::StatusOr<v1::ImportPackResponse> Import(const ImportFiles& files,
                                                std::optional<uint32_t> expected_head = {},
                                                const std::string& pack = kTestPack) {
    ReleaseImporter importer(*releases_, clock_);
    v1::ImportPackHeader header;
    header.set_pack(pack);
    header.set_publish(true);
    if (expected_head) header.set_expected_head(*expected_head);
    EVIDENT_ASSIGN_OR_RETURN(const auto prepared,
                             importer.Prepare(header, files, [] { return absl::OkStatus(); }));
    return prepared->Publish({"cn:curator", "entries/test.1-7"});
  }
  Call NewCall() {
    return Call("id", "/evident.v1.KnowledgeService/X", 0, INT64_MAX, nullptr, clock_);
  }
  absl::StatusOr<v1::GetNodeResponse> Get(const std::string& name,
                                          const v1::ReleaseSelector& selector = {}) {
    v1::GetNodeRequest request;
    request.set_name(name);
    *request.mutable_release() = selector;
    Call call = NewCall();
    return GetNode(*releases_, call, request);
  }

  TempDir dir_;
  FakeClock clock_{1'700'000'000'000'000'000};
  std::unique_ptr<graph::ReleaseManager> releases_;
};

TEST_F(KnowledgeHandlersTest, ImportPublishesARelease) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const v1::ImportPackResponse response, Import(TestPackFiles()));
  EXPECT_FALSE(response.unchanged());
  EXPECT_EQ(response.release().name(), "releases/1");
  EXPECT_EQ(response.release().label(), "duskmoth 1");
  EXPECT_EQ(response.release().author(), "cn:curator");
  EXPECT_EQ(response.release().intent(), "entries/test.1-7");
  EXPECT_EQ(response.release().publish_time_ns(), clock_.NowNs());
  EXPECT_GT(response.nodes_changed(), 0u);
}

TEST_F(KnowledgeHandlersTest, ImportTwiceIsUnchanged) {
  EVIDENT_ASSERT_OK(Import(TestPackFiles()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const v1::ImportPackResponse again, Import(TestPackFiles()));
  EXPECT_TRUE(again.unchanged());
  EXPECT_EQ(again.release().number(), 1u);
  EXPECT_EQ(again.nodes_changed(), 0u);
}

TEST_F(KnowledgeHandlersTest, ValidationChangesNothing) {
  ReleaseImporter importer(*releases_, clock_);
  v1::ImportPackHeader header;
  header.set_pack(kTestPack);
  header.set_publish(true);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto prepared, importer.Prepare(header, TestPackFiles(), [] {
    return absl::OkStatus();
  }));
  EXPECT_GT(prepared->Validated().nodes_changed(), 0u);
  EXPECT_FALSE(prepared->Validated().has_release());
  EXPECT_EQ(releases_->Head()->release().number(), 0u);
}

TEST_F(KnowledgeHandlersTest, BrokenPackNamesEveryPlace) {
  ImportFiles files = TestPackFiles();
  files["concepts/all.yaml"] = "duskmoth-fever: {kind: condition, nam: x}\n";
  const auto response = Import(files);
  EXPECT_THAT(response, HasReason("PACK_INVALID"));
  EXPECT_THAT(ErrorViolations(response.status()),
              testing::Contains(
                  testing::Field(&Violation::field, testing::StartsWith("concepts/all.yaml:1:"))));
  EXPECT_EQ(releases_->Head()->release().number(), 0u);
}

TEST_F(KnowledgeHandlersTest, OtherPackThanAnnouncedIsRefused) {
  EXPECT_THAT(Import(TestPackFiles(), {}, "other"), HasReason("PACK_NAME_MISMATCH"));
}

TEST_F(KnowledgeHandlersTest, ImportMeantForAnotherHeadIsAborted) {
  EVIDENT_ASSERT_OK(Import(TestPackFiles(), 0));
  EXPECT_THAT(Import(TestPackFiles("Another headline"), 0),
              FailsWith(absl::StatusCode::kAborted, ""));
  EVIDENT_EXPECT_OK(Import(TestPackFiles("Another headline"), 1));
}

TEST_F(KnowledgeHandlersTest, NodeComesWithItsEdgesAndDigest) {
  EVIDENT_ASSERT_OK(Import(TestPackFiles()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const v1::GetNodeResponse response, Get("duskmoth/amberol-first"));
  EXPECT_TRUE(response.node().has_statement());
  EXPECT_EQ(response.release(), 1u);
  EXPECT_EQ(response.id().size(), 16u);
  EXPECT_EQ(response.digest().size(), 32u);
  std::vector<std::string> targets;
  for (const v1::Edge& edge : response.out()) targets.push_back(edge.node());
  EXPECT_THAT(targets, testing::IsSupersetOf({"duskmoth/duskmoth-fever", "duskmoth/amberol",
                                              "duskmoth/moth-trial", "duskmoth/therapy"}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const v1::GetNodeResponse drug, Get("duskmoth/amberol"));
  EXPECT_EQ(drug.in_size(), 2);
}

TEST_F(KnowledgeHandlersTest, OlderReleaseIsReadByNameAndBySelector) {
  EVIDENT_ASSERT_OK(Import(TestPackFiles()));
  clock_.AdvanceNs(1000);
  EVIDENT_ASSERT_OK(Import(TestPackFiles("Another headline")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto old, Get("releases/1/statements/duskmoth/amberol-first"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto head, Get("duskmoth/amberol-first"));
  EXPECT_EQ(old.release(), 1u);
  EXPECT_EQ(head.release(), 2u);
  EXPECT_NE(old.digest(), head.digest());
  v1::ReleaseSelector known;
  known.set_as_known_on_ns(clock_.NowNs() - 1);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto as_known, Get("duskmoth/amberol-first", known));
  EXPECT_EQ(as_known.digest(), old.digest());
  v1::ReleaseSelector other;
  other.set_name("releases/2");
  EXPECT_THAT(Get("releases/1/statements/duskmoth/amberol-first", other),
              HasReason("RELEASE_AMBIGUOUS"));
}

TEST_F(KnowledgeHandlersTest, UnknownNodeNamesTheNearest) {
  EVIDENT_ASSERT_OK(Import(TestPackFiles()));
  EXPECT_THAT(Get("duskmoth/amberol-frist"),
              FailsWith(absl::StatusCode::kNotFound, "duskmoth/amberol-first"));
  EXPECT_THAT(Get("releases/1/statements/duskmoth/amberol"), HasReason("NODE_NOT_FOUND"));
  EXPECT_THAT(Get("releases/9/statements/duskmoth/amberol-first"),
              FailsWith(absl::StatusCode::kNotFound, "9"));
}

TEST_F(KnowledgeHandlersTest, NamesOfAnotherFormAreRefused) {
  for (const char* name : {"", "releases/x/statements/a/b", "releases/01/statements/a/b",
                           "releases/0/statements/a/b", "releases/1/statements/"}) {
    EXPECT_THAT(Get(name), HasReason("NODE_NAME_INVALID")) << name;
  }
  EXPECT_THAT(Get(std::string(2000, 'a')), HasReason("NODE_NAME_INVALID"));
  v1::ReleaseSelector selector;
  selector.set_name("release/1");
  EXPECT_THAT(Get("a/b", selector), HasReason("RELEASE_NAME_INVALID"));
}

TEST_F(KnowledgeHandlersTest, ReleasesAreListedNewestFirstInPages) {
  for (const char* headline : {"One", "Two", "Three"}) {
    clock_.AdvanceNs(1);
    EVIDENT_ASSERT_OK(Import(TestPackFiles(headline)));
  }
  v1::ListReleasesRequest request;
  request.set_page_size(2);
  Call call = NewCall();
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto page, ListReleases(*releases_, call, request));
  ASSERT_EQ(page.releases_size(), 2);
  EXPECT_EQ(page.releases(0).number(), 3u);
  EXPECT_EQ(page.releases(1).number(), 2u);
  ASSERT_NE(page.next_page_token(), "");
  EVIDENT_ASSERT_OK(Import(TestPackFiles("Four")));
  request.set_page_token(page.next_page_token());
  EVIDENT_ASSERT_OK_AND_ASSIGN(page, ListReleases(*releases_, call, request));
  ASSERT_EQ(page.releases_size(), 1);
  EXPECT_EQ(page.releases(0).number(), 1u);
  EXPECT_EQ(page.next_page_token(), "");
  request.set_page_token("AAAA");
  EXPECT_THAT(ListReleases(*releases_, call, request), HasReason("PAGE_TOKEN_INVALID"));
}

TEST_F(KnowledgeHandlersTest, BeforeTheFirstReleaseThereIsNothing) {
  Call call = NewCall();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto page, ListReleases(*releases_, call, {}));
  EXPECT_EQ(page.releases_size(), 0);
  EXPECT_THAT(Get("a/b"), HasReason("NODE_NOT_FOUND"));
}

}  // namespace
}  // namespace evident::server
