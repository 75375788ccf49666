// Questions asked of the whole server: answers, their receipts, and decisions that follow others.
#include <gtest/gtest.h>

#include "audit/proof/leaf.h"
#include "base/status_matchers.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/decision_service.pb.h"
#include "server/test_served_pack.h"

namespace evident::server {
namespace {

constexpr char kRecommend[] = "/evident.v1.DecisionService/Recommend";
constexpr char kAsk[] = "/evident.v1.DecisionService/Ask";
constexpr char kDescribe[] = "/evident.v1.DecisionService/DescribeFacts";
constexpr char kGetEntry[] = "/evident.v1.AuditService/GetEntry";

class DecisionsTest : public ServedPackTest {
 protected:
  static v1::RecommendRequest Question(int64_t wing_score) {
    v1::RecommendRequest request;
    *request.mutable_question() = FrameOfScore(wing_score);
    request.mutable_question()->set_as_valid_on("2026-04-01");
    return request;
  }
  struct Answered {
    RawReply reply;
    std::string answer_bytes;
    std::string receipt_bytes;
    v1::Answer answer;
    v1::Receipt receipt;
  };
  Answered Read(RawReply reply) {
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    Answered answered;
    v1::VerifiableResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    answered.answer_bytes = response.answer();
    answered.receipt = response.receipt();
    answered.receipt_bytes = response.receipt().SerializeAsString();
    EXPECT_TRUE(answered.answer.ParseFromString(response.answer()));
    answered.reply = std::move(reply);
    return answered;
  }
  Answered Recommend(const v1::RecommendRequest& request, const std::string& caller = "decider") {
    return Read(server_->As(caller).Call(kRecommend, request));
  }
  RawReply Refused(const v1::RecommendRequest& request, const std::string& caller = "decider") {
    return server_->As(caller).Call(kRecommend, request);
  }
  v1::RecommendRequest Following(const Answered& earlier) {
    v1::RecommendRequest request;
    request.mutable_question()->set_follows(earlier.receipt.entry());
    request.mutable_question()->set_subject("subject-1");
    request.mutable_question()->set_as_valid_on("2026-04-01");
    return request;
  }
};

TEST_F(DecisionsTest, AnswerComesWithAReceiptOverItsExactBytes) {
  const v1::RecommendRequest request = Question(2);
  const Answered answered = Recommend(request);
  EXPECT_EQ(answered.reply.receipt, "") << "the receipt is a field of the response";
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const audit::VerifiedReceipt verified,
      server_->Verify(answered.receipt_bytes, answered.answer_bytes, request.SerializeAsString()));
  EXPECT_EQ(verified.leaf.kind, audit::LeafKind::kDecision);
  EXPECT_EQ(verified.leaf.outcome, static_cast<uint8_t>(answered.answer.outcome()));
  EXPECT_EQ(verified.leaf.release.view(), answered.answer.question().release_digest());
  EXPECT_TRUE(answered.receipt.entry().rfind("decisions/", 0) == 0) << answered.receipt.entry();
  ASSERT_EQ(answered.answer.recommendations_size(), 1);
  EXPECT_EQ(answered.answer.recommendations(0).statement(), "duskmoth/amberol-first");
  EXPECT_EQ(answered.answer.missing_facts_size(), 1);
}

TEST_F(DecisionsTest, EqualQuestionsGetEqualBytes) {
  EXPECT_EQ(Recommend(Question(2)).answer_bytes, Recommend(Question(2)).answer_bytes);
}

TEST_F(DecisionsTest, SwappedAnswersFailVerification) {
  const Answered two = Recommend(Question(2));
  const Answered seven = Recommend(Question(7));
  EXPECT_THAT(server_->Verify(two.receipt_bytes, seven.answer_bytes, std::nullopt),
              HasReason("ANSWER_MISMATCH"));
  EXPECT_THAT(server_->Verify(seven.receipt_bytes, two.answer_bytes, std::nullopt),
              HasReason("ANSWER_MISMATCH"));
}

TEST_F(DecisionsTest, EntryHoldsWhatWasAskedAndDecided) {
  v1::RecommendRequest request = Question(2);
  request.mutable_question()->set_purpose_of_use("treatment");
  request.mutable_question()->set_on_behalf_of("dr-moth");
  request.mutable_question()->set_client_reference("visit-9");
  const Answered answered = Recommend(request);
  const v1::EntryBody body = BodyOf(answered.receipt.entry());
  EXPECT_EQ(body.request(), request.SerializeAsString());
  EXPECT_EQ(body.subject(), "subject-1");
  EXPECT_EQ(body.client_reference(), "visit-9");
  EXPECT_EQ(body.caller().identity(), "cn:decider");
  EXPECT_EQ(body.caller().purpose_of_use(), "treatment");
  EXPECT_EQ(body.caller().on_behalf_of(), "dr-moth");
  EXPECT_EQ(body.decision().outcome(), answered.answer.outcome());
  EXPECT_EQ(body.decision().question().SerializeAsString(),
            answered.answer.question().SerializeAsString());
}

TEST_F(DecisionsTest, DeciderOpensDecisionsOfItsOwnOnly) {
  const Answered answered = Recommend(Question(2));
  EXPECT_EQ(BodyOf(answered.receipt.entry(), "decider").subject(), "subject-1");
  v1::GetEntryRequest request;
  request.set_name(answered.receipt.entry());
  EXPECT_EQ(server_->As("other").Call(kGetEntry, request).Reason(), "NOT_OWN_DECISION");
}

TEST_F(DecisionsTest, FollowUpInheritsConceptsAndFacts) {
  const Answered first = Recommend(Question(2));
  v1::RecommendRequest next = Following(first);
  v1::Fact* fact = next.mutable_question()->add_facts();
  fact->set_name("amberol_intolerant");
  fact->mutable_value()->set_boolean(false);
  const Answered second = Recommend(next);
  EXPECT_EQ(second.answer.question().concepts(0), "duskmoth/duskmoth-fever");
  ASSERT_EQ(second.answer.question().facts_size(), 2);
  EXPECT_EQ(second.answer.question().facts(1).fact().name(), "duskmoth/wing_score");
  EXPECT_EQ(second.answer.question().facts(1).origin(), v1::FACT_ORIGIN_INHERITED);
  EXPECT_EQ(second.answer.outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_EQ(BodyOf(second.receipt.entry()).follows(), first.receipt.entry());
}

TEST_F(DecisionsTest, FollowingAcrossSubjectsAndCallersIsRefused) {
  const Answered first = Recommend(Question(2));
  v1::RecommendRequest next = Following(first);
  next.mutable_question()->set_subject("subject-2");
  EXPECT_EQ(Refused(next).Reason(), "FOLLOWS_OTHER_SUBJECT");
  EXPECT_EQ(Refused(next).status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Refused(Following(first), "other").Reason(), "FOLLOWS_FOREIGN");
  next = Following(first);
  next.mutable_question()->set_follows("decisions/test.example.1-9999");
  EXPECT_EQ(Refused(next).status.error_code(), grpc::StatusCode::NOT_FOUND);
  next.mutable_question()->set_follows("entries/test.example.1-0");
  EXPECT_EQ(Refused(next).Reason(), "FOLLOWS_NO_DECISION");
}

TEST_F(DecisionsTest, BadQuestionsAreRefusedWithEveryViolationAndRecorded) {
  v1::RecommendRequest request = Question(2);
  request.mutable_question()->add_concepts("duskmoth-fevre");
  request.mutable_question()->mutable_facts(0)->mutable_value()->set_boolean(true);
  const RawReply reply = Refused(request);
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(reply.Violations(), 2) << reply.status.error_message();
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const audit::VerifiedReceipt verified,
      server_->Verify(reply.receipt, std::nullopt, request.SerializeAsString()));
  EXPECT_EQ(verified.leaf.kind, audit::LeafKind::kRefusal);
}

TEST_F(DecisionsTest, ReleaseFollowsWordsAndFactsAreFoundWrongAtOnce) {
  v1::AskRequest request;
  *request.mutable_question() = Question(2).question();
  request.mutable_question()->set_follows("yesterday");
  request.mutable_question()->mutable_facts(0)->set_name("wing_scoer");
  const RawReply without_words = server_->As("decider").Call(kAsk, request);
  EXPECT_EQ(without_words.Reason(), "QUESTION_INVALID");
  EXPECT_EQ(without_words.Violations(), 3) << without_words.status.error_message();
  request.mutable_question()->mutable_release()->set_name("head");
  const RawReply without_release = server_->As("decider").Call(kAsk, request);
  EXPECT_EQ(without_release.Violations(), 3) << "words, follows, release";
  EXPECT_EQ(without_release.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

// The name is cut in the middle of its last character that fits.
TEST_F(DecisionsTest, LongNamesAreCutBetweenCharacters) {
  v1::RecommendRequest request = Question(2);
  std::string name = "x";
  while (name.size() < 400) name += "\u00E9";
  request.mutable_question()->mutable_release()->set_name(name);
  const RawReply reply = Refused(request);
  EXPECT_EQ(reply.Reason(), "RELEASE_NAME_INVALID");
  EXPECT_THAT(reply.status.error_message(), testing::HasSubstr("x\u00E9"));
}

TEST_F(DecisionsTest, UnknownReleaseIsNotFound) {
  v1::RecommendRequest request = Question(2);
  request.mutable_question()->mutable_release()->set_name("releases/77");
  EXPECT_EQ(Refused(request).status.error_code(), grpc::StatusCode::NOT_FOUND);
  request.mutable_question()->mutable_release()->set_name("head");
  EXPECT_EQ(Refused(request).Reason(), "RELEASE_NAME_INVALID");
}

TEST_F(DecisionsTest, OlderReleaseAnswersAsItDid) {
  const Answered before = Recommend(Question(2));
  ASSERT_TRUE(server_->Import(TestPackFiles("Another headline")).status.ok());
  const Answered head = Recommend(Question(2));
  EXPECT_EQ(head.answer.recommendations(0).headline(), "Another headline");
  v1::RecommendRequest old = Question(2);
  old.mutable_question()->mutable_release()->set_name("releases/1");
  EXPECT_EQ(Recommend(old).answer_bytes, before.answer_bytes);
}

TEST_F(DecisionsTest, WordsAreLinkedAndTheLinkingIsInTheAnswer) {
  v1::AskRequest request;
  request.set_text("Duskmoth fever, wing score 2, tolerates amberol. What now?");
  request.mutable_question()->set_as_valid_on("2026-04-01");
  const Answered answered = Read(server_->As("decider").Call(kAsk, request));
  EXPECT_EQ(answered.answer.question().linking().text(), request.text());
  EXPECT_GE(answered.answer.question().linking().links_size(), 3);
  EXPECT_EQ(answered.answer.outcome(), v1::OUTCOME_RECOMMENDED);
  EVIDENT_EXPECT_OK(
      server_->Verify(answered.receipt_bytes, answered.answer_bytes, request.SerializeAsString()));
}

TEST_F(DecisionsTest, WordsThatLinkToNothingAreAnsweredSo) {
  v1::AskRequest request;
  request.set_text("zxqv");
  const Answered answered = Read(server_->As("decider").Call(kAsk, request));
  EXPECT_EQ(answered.answer.outcome(), v1::OUTCOME_UNLINKED);
  request.clear_text();
  EXPECT_EQ(server_->As("decider").Call(kAsk, request).Reason(), "QUESTION_INVALID");
}

TEST_F(DecisionsTest, FactsAreDescribed) {
  v1::DescribeFactsRequest request;
  request.add_concepts("duskmoth-fever");
  const RawReply reply = server_->As("decider").Call(kDescribe, request);
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  v1::DescribeFactsResponse response;
  ASSERT_TRUE(response.ParseFromString(reply.response));
  ASSERT_EQ(response.facts_size(), 2);
  EXPECT_EQ(response.facts(0).name(), "duskmoth/amberol_intolerant");
  EXPECT_EQ(response.release(), 1u);
  EVIDENT_EXPECT_OK(server_->Verify(reply.receipt, reply.response, request.SerializeAsString()));
}

TEST_F(DecisionsTest, RestartAnswersTheSameBytes) {
  const Answered before = Recommend(Question(2));
  EVIDENT_ASSERT_OK(server_->Stop());
  server_.reset();
  server_ = std::make_unique<TestServer>(*site_);
  EXPECT_EQ(Recommend(Question(2)).answer_bytes, before.answer_bytes);
  EXPECT_EQ(Recommend(Following(before)).answer.question().concepts_size(), 1);
}

}  // namespace
}  // namespace evident::server
