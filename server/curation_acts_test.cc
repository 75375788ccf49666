// Acts of curators and reviewers: each a release of its own, or nothing.
#include "server/handlers/curation_acts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "graph/model/current_node.h"
#include "graph/model/node_id.h"
#include "server/handlers/review_handlers.h"
#include "server/release_importer.h"
#include "server/test_pack.h"

namespace evident::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kFirst[] = "duskmoth/amberol-first";
constexpr char kBoard[] = "duskmoth/board";
constexpr v1::ReviewState kNone = v1::REVIEW_STATE_UNSPECIFIED;

v1::NodeRecord Named(const std::string& slug) {
  v1::NodeRecord node;
  node.set_name("duskmoth/" + slug);
  node.set_pack("duskmoth");
  return node;
}

// The test pack as release 1; in release 2 a board of ann and bob, and a mark "7" of the first
// statement that is not resolved.
class CurationActsTest : public testing::Test {
 protected:
  void SetUp() override {
    graph::GraphDatabaseOptions options;
    options.path = dir_.path() + "/knowledge";
    options.create = true;
    EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, graph::ReleaseManager::Open(options));
    ReleaseImporter importer(*releases_, clock_);
    v1::ImportPackHeader header;
    header.set_pack(kTestPack);
    header.set_publish(true);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto prepared, importer.Prepare(header, TestPackFiles(), [] {
      return absl::OkStatus();
    }));
    EVIDENT_ASSERT_OK(prepared->Publish({"cn:curator", "entries/test.1-7"}));
    AddPeopleAndMark();
  }

  void AddPeopleAndMark() {
    graph::PublishRequest request;
    const auto add = [&](v1::NodeRecord node) {
      request.changes.push_back({graph::KindOf(node), node.name(), node, {}});
    };
    v1::NodeRecord board = Named("board");
    board.mutable_board()->set_display("Board");
    board.mutable_board()->set_quorum(2);
    for (const char* who : {"ann", "bob"}) {
      board.mutable_board()->add_members("duskmoth/" + std::string(who));
      v1::NodeRecord person = Named(who);
      person.mutable_person()->set_display(who);
      person.mutable_person()->set_identity("cn:" + std::string(who));
      add(person);
    }
    add(board);
    v1::NodeRecord unresolved = Named("book#7");
    unresolved.mutable_unresolved()->set_raw_label("7");
    unresolved.mutable_unresolved()->set_source_document("book");
    add(unresolved);
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        graph::NodeChange first,
        graph::CurrentNode(*releases_->Head(), v1::NODE_KIND_STATEMENT, kFirst));
    graph::EdgeDraft mark{v1::NODE_KIND_STATEMENT, kFirst,
                          v1::EDGE_KIND_CITES,     v1::NODE_KIND_UNRESOLVED,
                          unresolved.name(),       {}};
    mark.record.mutable_cites()->set_mark("7");
    mark.record.mutable_cites()->set_unresolved(true);
    first.out.push_back(mark);
    request.changes.push_back(first);
    EVIDENT_ASSERT_OK(releases_->Publish(request));
  }

  Call As(const std::string& identity, RoleSet roles) {
    Call call("id", "/evident.v1.CurationService/X", clock_.NowNs(), INT64_MAX, nullptr, clock_);
    call.set_caller({identity, roles, "", "peer"});
    return call;
  }

  // Prepares it, and carries it out as the call path would. The response.
  template <typename Response, typename Handler, typename Request>
  absl::StatusOr<Response> Do(Handler handler, Call call, const Request& request) {
    EVIDENT_ASSIGN_OR_RETURN(Reply reply, handler(*releases_, call, request));
    std::string bytes = reply.bytes;
    if (reply.change != nullptr) {
      effect_ = reply.change->Effect();
      EVIDENT_ASSIGN_OR_RETURN(bytes, reply.change->Apply(call, "entries/test.1-9"));
      done_ = call.notes().effect;
    }
    Response response;
    EXPECT_TRUE(response.ParseFromString(bytes));
    return response;
  }

  absl::StatusOr<v1::WithdrawStatementResponse> Withdraw(const std::string& who, bool reinstate,
                                                         bool validate_only = false) {
    v1::WithdrawStatementRequest request;
    request.set_statement(kFirst);
    request.set_why("a bad batch");
    request.set_reinstate(reinstate);
    request.mutable_frame()->set_validate_only(validate_only);
    return Do<v1::WithdrawStatementResponse>(WithdrawStatement, As(who, {Role::kPublisher}),
                                             request);
  }

  std::string RevisionOf(const std::string& statement) {
    return std::string(releases_->Head()
                           ->NodeDigest(graph::MakeNodeId(v1::NODE_KIND_STATEMENT, statement))
                           ->view());
  }

  v1::ReviewStatementsRequest Review(v1::ReviewAct act) {
    v1::ReviewStatementsRequest request;
    request.set_board(kBoard);
    v1::RevisionReview& review = *request.add_reviews();
    review.set_name(kFirst);
    review.set_digest(RevisionOf(kFirst));
    review.set_act(act);
    return request;
  }
  absl::StatusOr<v1::ReviewState> Vote(const std::string& who, v1::ReviewAct act) {
    EVIDENT_ASSIGN_OR_RETURN(
        const auto response,
        Do<v1::ReviewStatementsResponse>(ReviewStatements,
                                         As(who, {Role::kCurator, Role::kReviewer}), Review(act)));
    return response.statuses(0).state();
  }

  uint32_t HeadNumber() { return releases_->Head()->release().number(); }

  TempDir dir_;
  FakeClock clock_{1'700'000'000'000'000'000};
  std::unique_ptr<graph::ReleaseManager> releases_;
  std::string effect_;
  std::string done_;
};

TEST_F(CurationActsTest, AWithdrawalIsAReleaseThatNamesItsActor) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto response, Withdraw("cn:ann", false));
  EXPECT_EQ(response.release().number(), 3u);
  EXPECT_EQ(response.release().author(), "cn:ann");
  EXPECT_EQ(response.release().intent(), "entries/test.1-9");
  EXPECT_THAT(response.release().packs(), ElementsAre("duskmoth"));
  EXPECT_EQ(response.affected_count(), 0u);
  EXPECT_EQ(effect_, "withdraw duskmoth/amberol-first: a bad batch");
  EXPECT_EQ(done_, "published releases/3");
  EXPECT_THAT(Withdraw("cn:ann", true), HasReason("REINSTATED_BY_SAME"));
  EVIDENT_EXPECT_OK(Withdraw("cn:bob", true));
  EXPECT_EQ(HeadNumber(), 4u);
}

TEST_F(CurationActsTest, AnImportDoesNotUndoActsUnlessItSaysSo) {
  EVIDENT_ASSERT_OK(Withdraw("cn:ann", false));
  ReleaseImporter importer(*releases_, clock_);
  v1::ImportPackHeader header;
  header.set_pack(kTestPack);
  header.set_publish(true);
  const auto alive = [] { return absl::OkStatus(); };
  const auto refused = importer.Prepare(header, TestPackFiles("Another headline"), alive);
  EXPECT_THAT(refused, HasReason("ACTS_LOST"));
  ASSERT_EQ(ErrorViolations(refused.status()).size(), 1u);
  EXPECT_EQ(ErrorViolations(refused.status())[0].field, kFirst);
  EXPECT_THAT(ErrorViolations(refused.status())[0].description, HasSubstr("cn:ann"));
  header.set_discard_acts(true);
  EVIDENT_EXPECT_OK(importer.Prepare(header, TestPackFiles("Another headline"), alive));
}

TEST_F(CurationActsTest, ValidationChangesNothing) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto response, Withdraw("cn:ann", false, true));
  EXPECT_EQ(response.release().number(), 2u);
  EXPECT_EQ(HeadNumber(), 2u);
  EXPECT_EQ(effect_, "");
}

TEST_F(CurationActsTest, AHeadThatMovedIsNotChanged) {
  v1::WithdrawStatementRequest request;
  request.set_statement(kFirst);
  request.set_why("a bad batch");
  request.mutable_frame()->set_expected_head(1);
  Call call = As("cn:ann", {Role::kPublisher});
  EXPECT_THAT(WithdrawStatement(*releases_, call, request), HasReason("HEAD_MOVED"));
  // Between being prepared and being carried out.
  request.mutable_frame()->set_expected_head(2);
  EVIDENT_ASSERT_OK_AND_ASSIGN(Reply reply, WithdrawStatement(*releases_, call, request));
  EVIDENT_ASSERT_OK(Vote("cn:ann", v1::REVIEW_ACT_SUBMIT));
  EXPECT_THAT(reply.change->Apply(call, "entries/test.1-9"), HasReason("HEAD_MOVED"));
}

TEST_F(CurationActsTest, BadRequestsNameEveryField) {
  v1::SetReferenceStandingRequest request;
  request.set_notice(std::string(kActTextBytesMax + 1, 'x'));
  Call call = As("cn:ann", {Role::kPublisher});
  const auto refused = SetReferenceStanding(*releases_, call, request);
  EXPECT_THAT(refused, HasReason("REQUEST_INVALID"));
  std::vector<std::string> fields;
  for (const Violation& violation : ErrorViolations(refused.status())) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields, ElementsAre("reference", "why", "notice", "standing"));
}

TEST_F(CurationActsTest, ARetractionNamesWhatRestsOnTheReference) {
  v1::SetReferenceStandingRequest request;
  request.set_reference("duskmoth/moth-trial");
  request.set_standing(v1::STANDING_RETRACTED);
  request.set_why("the moths were painted");
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto response, Do<v1::SetReferenceStandingResponse>(
                               SetReferenceStanding, As("cn:ann", {Role::kPublisher}), request));
  EXPECT_THAT(response.affected_statements(),
              ElementsAre("duskmoth/amberol-first", "duskmoth/amberol-stop"));
  EXPECT_EQ(response.affected_count(), 2u);
}

TEST_F(CurationActsTest, AMarkIsResolvedAndTheRevisionIsAnother) {
  const std::string before = RevisionOf(kFirst);
  v1::ResolveCitationRequest request;
  request.set_node(kFirst);
  request.set_mark("7");
  request.set_reference("duskmoth/moth-trial");
  request.set_why("the text says so");
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto response,
      Do<v1::ResolveCitationResponse>(ResolveCitation, As("cn:ann", {Role::kPublisher}), request));
  EXPECT_EQ(response.digest(), RevisionOf(kFirst));
  EXPECT_NE(response.digest(), before);
  Call call = As("cn:ann", {Role::kPublisher});
  EXPECT_THAT(ResolveCitation(*releases_, call, request), HasReason("MARK_NOT_FOUND"));
}

TEST_F(CurationActsTest, ABoardApprovesByItsQuorumAndAnEditBringsTheRevisionBack) {
  EXPECT_EQ(Vote("cn:curator", v1::REVIEW_ACT_SUBMIT).value_or(kNone), v1::REVIEW_STATE_SUBMITTED);
  EXPECT_EQ(Vote("cn:ann", v1::REVIEW_ACT_APPROVE).value_or(kNone), v1::REVIEW_STATE_UNDER_REVIEW);
  EXPECT_THAT(Vote("cn:eve", v1::REVIEW_ACT_APPROVE), HasReason("NOT_A_MEMBER"));
  EXPECT_EQ(Vote("cn:bob", v1::REVIEW_ACT_APPROVE).value_or(kNone), v1::REVIEW_STATE_APPROVED);
  const v1::ReviewStatementsRequest old = Review(v1::REVIEW_ACT_APPROVE);
  EVIDENT_ASSERT_OK(Withdraw("cn:ann", false));
  Call call = As("cn:ann", {Role::kReviewer});
  EXPECT_THAT(ReviewStatements(*releases_, call, old), HasReason("REVISION_CHANGED"));
  v1::ListReviewsRequest list;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto reviews, ListReviews(*releases_, call, list));
  ASSERT_EQ(reviews.statuses_size(), 1);
  EXPECT_EQ(reviews.statuses(0).state(), v1::REVIEW_STATE_SUBMITTED);
  EXPECT_TRUE(reviews.statuses(0).edited_since());
}

TEST_F(CurationActsTest, SubmittingAndVotingTakeTheirRolesAndDoNotMix) {
  Call reviewer = As("cn:ann", {Role::kReviewer});
  EXPECT_THAT(ReviewStatements(*releases_, reviewer, Review(v1::REVIEW_ACT_SUBMIT)),
              HasReason("ROLE_MISSING"));
  Call curator = As("cn:ann", {Role::kCurator});
  EXPECT_THAT(ReviewStatements(*releases_, curator, Review(v1::REVIEW_ACT_APPROVE)),
              HasReason("ROLE_MISSING"));
  v1::ReviewStatementsRequest mixed = Review(v1::REVIEW_ACT_APPROVE);
  *mixed.add_reviews() = Review(v1::REVIEW_ACT_SUBMIT).reviews(0);
  const auto refused = ReviewStatements(*releases_, reviewer, mixed);
  EXPECT_THAT(refused, HasReason("REQUEST_INVALID"));
  EXPECT_EQ(ErrorViolations(refused.status()).size(), 2u);  // stands twice, and mixes
  mixed.mutable_reviews(1)->set_due("soon");
  EXPECT_EQ(ErrorViolations(ReviewStatements(*releases_, reviewer, mixed).status()).back().field,
            "reviews[1].act");
  EXPECT_EQ(HeadNumber(), 2u);
}

TEST_F(CurationActsTest, ReviewsAreListedByStateBoardAndWhatIsOverdue) {
  v1::ReviewStatementsRequest submission = Review(v1::REVIEW_ACT_SUBMIT);
  submission.mutable_reviews(0)->set_due("2023-11-01");  // the clock says 2023-11-14
  EVIDENT_ASSERT_OK(Do<v1::ReviewStatementsResponse>(
      ReviewStatements, As("cn:curator", {Role::kCurator}), submission));
  Call call = As("cn:ann", {Role::kReader});
  const auto list = [&](const v1::ListReviewsRequest& request) {
    std::vector<std::string> names;
    const auto response = ListReviews(*releases_, call, request);
    EXPECT_THAT(response, IsOk());
    if (response.ok()) {
      for (const auto& status : response->statuses()) names.push_back(status.name());
    }
    return names;
  };
  v1::ListReviewsRequest request;
  request.set_overdue(true);
  request.set_board(kBoard);
  EXPECT_THAT(list(request), ElementsAre(kFirst));
  request.set_board("duskmoth/other");
  EXPECT_THAT(list(request), IsEmpty());
  request.Clear();
  request.set_state(v1::REVIEW_STATE_APPROVED);
  EXPECT_THAT(list(request), IsEmpty());
  request.Clear();
  request.mutable_release()->set_name("releases/2");
  EXPECT_THAT(list(request), IsEmpty());
  request.Clear();
  request.set_state(static_cast<v1::ReviewState>(99));
  EXPECT_THAT(ListReviews(*releases_, call, request), HasReason("REQUEST_INVALID"));
}

TEST_F(CurationActsTest, PagesOfReviewsGoOnWhereTheyEndedAndInTheirRelease) {
  v1::ReviewStatementsRequest both = Review(v1::REVIEW_ACT_SUBMIT);
  *both.add_reviews() = both.reviews(0);
  both.mutable_reviews(1)->set_name("duskmoth/amberol-stop");
  both.mutable_reviews(1)->set_digest(RevisionOf("duskmoth/amberol-stop"));
  EVIDENT_ASSERT_OK(
      Do<v1::ReviewStatementsResponse>(ReviewStatements, As("cn:curator", {Role::kCurator}), both));
  Call call = As("cn:ann", {Role::kReader});
  v1::ListReviewsRequest request;
  request.set_page_size(1);
  std::vector<std::string> names;
  do {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto page, ListReviews(*releases_, call, request));
    for (const auto& status : page.statuses()) names.push_back(status.name());
    request.set_page_token(page.next_page_token());
    EVIDENT_ASSERT_OK(Withdraw(HeadNumber() % 2 == 0 ? "cn:ann" : "cn:bob", HeadNumber() % 2 == 0));
  } while (!request.page_token().empty());
  EXPECT_THAT(names, testing::UnorderedElementsAre(kFirst, "duskmoth/amberol-stop"));
}

}  // namespace
}  // namespace evident::server
