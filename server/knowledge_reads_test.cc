// Reads of nodes, concepts, provenance and releases, paged and at any release.
#include "server/handlers/knowledge_reads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "server/release_importer.h"
#include "server/test_pack.h"

namespace evident::server {
namespace {

using testing::ElementsAre;

// The test pack as release 1, with another headline as release 2 an hour later.
class KnowledgeReadsTest : public testing::Test {
 protected:
  void SetUp() override {
    graph::GraphDatabaseOptions options;
    options.path = dir_.path() + "/knowledge";
    options.create = true;
    EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, graph::ReleaseManager::Open(options));
    Import("Give amberol");
    clock_.AdvanceNs(3'600'000'000'000);
    Import("Give amberol at dusk");
  }
  void Import(const std::string& headline) {
    ReleaseImporter importer(*releases_, clock_);
    v1::ImportPackHeader header;
    header.set_pack(kTestPack);
    header.set_publish(true);
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const auto prepared,
        importer.Prepare(header, TestPackFiles(headline), [] { return absl::OkStatus(); }));
    EVIDENT_ASSERT_OK(prepared->Publish({"cn:curator", "entries/test.1-7"}));
  }
  Call NewCall(int64_t deadline_ns = INT64_MAX) {
    return Call("id", "/evident.v1.KnowledgeService/X", 0, deadline_ns, nullptr, clock_);
  }
  v1::ConsistencyToken TokenOfRelease(const std::string& name) {
    v1::GetReleaseRequest request;
    request.mutable_release()->set_name(name);
    Call call = NewCall();
    const auto response = GetRelease(*releases_, call, request);
    EXPECT_THAT(response, IsOk());
    return response->token();
  }
  absl::StatusOr<v1::GetReleaseResponse> AtLeast(const v1::ConsistencyToken& token) {
    v1::GetReleaseRequest request;
    *request.mutable_release()->mutable_at_least() = token;
    Call call = NewCall(clock_.NowNs() + 1);
    clock_.AdvanceNs(2);
    return GetRelease(*releases_, call, request);
  }

  TempDir dir_;
  FakeClock clock_{1'700'000'000'000'000'000};
  std::unique_ptr<graph::ReleaseManager> releases_;
  SearchCache searches_;
};

TEST_F(KnowledgeReadsTest, NodesComeInPagesOfOneRelease) {
  v1::ListNodesRequest request;
  request.set_kind(v1::NODE_KIND_STATEMENT);
  request.set_page_size(1);
  request.mutable_release()->set_name("releases/1");
  Call call = NewCall();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, ListNodes(*releases_, call, request));
  ASSERT_EQ(first.nodes_size(), 1);
  EXPECT_EQ(first.release(), 1u);
  request.set_page_token(first.next_page_token());
  request.clear_release();  // the token keeps it
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto second, ListNodes(*releases_, call, request));
  EXPECT_EQ(second.release(), 1u);
  ASSERT_EQ(second.nodes_size(), 1);
  EXPECT_NE(second.nodes(0).name(), first.nodes(0).name());
  EXPECT_EQ(second.next_page_token(), "");
  request.set_kind(v1::NODE_KIND_CONCEPT);
  EXPECT_THAT(ListNodes(*releases_, call, request), HasReason("PAGE_TOKEN_INVALID"));
  request.Clear();
  EXPECT_THAT(ListNodes(*releases_, call, request), HasReason("REQUEST_INVALID"));
  request.set_kind(v1::NODE_KIND_CONCEPT);
  request.set_pack("other");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto none, ListNodes(*releases_, call, request));
  EXPECT_EQ(none.nodes_size(), 0);
}

TEST_F(KnowledgeReadsTest, ConceptsAreFoundByWords) {
  v1::SearchConceptsRequest request;
  request.set_text("FEVER");
  Call call = NewCall();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto found,
                               SearchConcepts({*releases_, searches_}, call, request));
  ASSERT_EQ(found.hits_size(), 1);
  EXPECT_EQ(found.total(), 1u);
  EXPECT_EQ(found.hits(0).name(), "duskmoth/duskmoth-fever");
  EXPECT_EQ(found.hits(0).match(), v1::SEARCH_MATCH_NAME_WORDS);
  EXPECT_EQ(found.hits(0).label(), "Duskmoth fever");
  request.set_kind(v1::CONCEPT_KIND_OUTCOME);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto none,
                               SearchConcepts({*releases_, searches_}, call, request));
  EXPECT_EQ(none.hits_size(), 0);
  request.set_text("");
  EXPECT_THAT(SearchConcepts({*releases_, searches_}, call, request), HasReason("REQUEST_INVALID"));
}

TEST_F(KnowledgeReadsTest, ProvenanceHasTheDigestOfEveryNode) {
  v1::GetProvenanceRequest request;
  request.set_statement("releases/1/statements/duskmoth/amberol-first");
  Call call = NewCall();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto old, GetProvenance(*releases_, call, request));
  EXPECT_EQ(old.release(), 1u);
  EXPECT_EQ(old.statement().digest().size(), 32u);
  ASSERT_EQ(old.references_size(), 1);
  EXPECT_EQ(old.references(0).node().name(), "duskmoth/moth-trial");
  EXPECT_EQ(old.references(0).digest().size(), 32u);
  ASSERT_EQ(old.provenance().paths_size(), 1);
  EXPECT_TRUE(old.provenance().complete());
  request.mutable_release()->set_name("releases/2");
  EXPECT_THAT(GetProvenance(*releases_, call, request), HasReason("RELEASE_AMBIGUOUS"));
  request.clear_release();
  request.set_statement("duskmoth/amberol-first");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto now, GetProvenance(*releases_, call, request));
  EXPECT_NE(now.statement().digest(), old.statement().digest());
  EXPECT_EQ(now.references(0).digest(), old.references(0).digest());
  request.set_statement("duskmoth/amberol-frist");
  const auto unknown = GetProvenance(*releases_, call, request);
  EXPECT_THAT(unknown, HasReason("NODE_NOT_FOUND"));
  EXPECT_THAT(std::string(unknown.status().message()), testing::HasSubstr("amberol-first"));
}

TEST_F(KnowledgeReadsTest, ADiffNamesNodesAndFields) {
  v1::DiffReleasesRequest request;
  request.mutable_from()->set_name("releases/1");
  Call call = NewCall();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto diff, DiffReleases(*releases_, call, request));
  EXPECT_EQ(diff.from(), 1u);
  EXPECT_EQ(diff.to(), 2u);
  ASSERT_EQ(diff.differences_size(), 1);
  ASSERT_EQ(diff.differences(0).fields_size(), 1);
  EXPECT_EQ(diff.differences(0).fields(0).path(), "statement.wordings[0].headline");
  EXPECT_EQ(diff.differences(0).fields(0).before(), "Give amberol");
  EXPECT_EQ(diff.differences(0).fields(0).after(), "Give amberol at dusk");
  request.set_pack("other");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto none, DiffReleases(*releases_, call, request));
  EXPECT_EQ(none.differences_size(), 0);
  request.clear_from();
  EXPECT_THAT(DiffReleases(*releases_, call, request), HasReason("REQUEST_INVALID"));
}

TEST_F(KnowledgeReadsTest, PagesOfADiffKeepBothReleases) {
  v1::DiffReleasesRequest request;
  request.mutable_from()->set_name("releases/1");
  request.mutable_to()->set_name("releases/2");
  request.set_page_size(1);
  Call call = NewCall();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, DiffReleases(*releases_, call, request));
  ASSERT_EQ(first.differences_size(), 1);
  ASSERT_NE(first.next_page_token(), "");  // nodes behind it are not looked at yet
  Import("Give amberol at dawn");
  request.clear_to();
  request.set_page_token(first.next_page_token());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto rest, DiffReleases(*releases_, call, request));
  EXPECT_EQ(rest.to(), 2u);
  EXPECT_EQ(rest.differences_size(), 0);
  EXPECT_EQ(rest.next_page_token(), "");
}

TEST_F(KnowledgeReadsTest, AReleaseIsNamedOrKnownAtATime) {
  v1::GetReleaseRequest request;
  Call call = NewCall();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto head, GetRelease(*releases_, call, request));
  EXPECT_EQ(head.release().number(), 2u);
  request.mutable_release()->set_as_known_on_ns(head.release().publish_time_ns() - 1);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto before, GetRelease(*releases_, call, request));
  EXPECT_EQ(before.release().number(), 1u);
  request.mutable_release()->set_name("releases/9");
  EXPECT_THAT(GetRelease(*releases_, call, request), HasReason("RELEASE_UNKNOWN"));
}

TEST_F(KnowledgeReadsTest, ATokenIsServedByItsReleaseOrALaterOne) {
  const v1::ConsistencyToken old = TokenOfRelease("releases/1");
  EXPECT_EQ(old.digest_prefix().size(), kTokenDigestBytes);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto read, AtLeast(old));
  EXPECT_EQ(read.release().number(), 2u);
  v1::ConsistencyToken token = old;
  token.set_release(3);
  EXPECT_THAT(AtLeast(token), HasReason("RELEASE_NOT_YET"));
  token = old;
  token.mutable_digest_prefix()->at(0) ^= 1;
  EXPECT_THAT(AtLeast(token), HasReason("FORKED_HISTORY"));
  token = old;
  token.set_database_id("another");
  EXPECT_THAT(AtLeast(token), HasReason("ANOTHER_DATABASE"));
  token = old;
  token.set_digest_prefix("short");
  EXPECT_THAT(AtLeast(token), HasReason("TOKEN_INVALID"));
}

}  // namespace
}  // namespace evident::server
