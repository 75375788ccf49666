// Earlier decisions, asked for by the whole server: explained, replayed, answered for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "audit/proof/leaf.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/curation_service.pb.h"
#include "evident/v1/decision_service.pb.h"
#include "server/test_served_pack.h"

namespace evident::server {
namespace {

using testing::HasSubstr;

class ExplainTest : public ServedPackTest {
 protected:
  void SetUp() override {
    ServedPackTest::SetUp();
    v1::RecommendRequest request;
    *request.mutable_question() = FrameOfScore(2);
    const RawReply reply = As("decider", "DecisionService/Recommend", request);
    ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
    ASSERT_TRUE(given_.ParseFromString(reply.response));
  }

  RawReply Explain(const std::string& caller) {
    v1::ExplainRequest request;
    request.set_name(given_.receipt().entry());
    return As(caller, "DecisionService/Explain", request);
  }

  v1::Explanation Explained(const std::string& caller = "decider") {
    const RawReply reply = Explain(caller);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::ExplainResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response.explanation();
  }

  v1::Replay Replayed() {
    v1::ReplayRequest request;
    request.set_name(given_.receipt().entry());
    const RawReply reply = As("auditor", "DecisionService/Replay", request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::ReplayResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response.replay();
  }

  v1::RecordFeedbackRequest Feedback(const std::string& statement, v1::FeedbackVerdict verdict,
                                     const std::string& reason) {
    v1::RecordFeedbackRequest request;
    request.set_decision(given_.receipt().entry());
    v1::StatementFeedback& feedback = *request.add_statements();
    feedback.set_statement(statement);
    feedback.set_verdict(verdict);
    feedback.set_reason(reason);
    return request;
  }

  RawReply Give(const v1::RecordFeedbackRequest& request, const std::string& caller = "decider") {
    return As(caller, "DecisionService/RecordFeedback", request);
  }

  v1::RecommendResponse given_;
};

TEST_F(ExplainTest, TheAnswerIsTheOneThatWasGivenAndTheReceiptIsOfTheExplanation) {
  v1::ExplainRequest request;
  request.set_name(given_.receipt().entry());
  const RawReply reply = As("decider", "DecisionService/Explain", request);
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  v1::VerifiableResponse verifiable;
  ASSERT_TRUE(verifiable.ParseFromString(reply.response));
  EVIDENT_EXPECT_OK(server_->Verify(verifiable.receipt().SerializeAsString(), verifiable.answer(),
                                    request.SerializeAsString()));
  v1::Explanation explanation;
  ASSERT_TRUE(explanation.ParseFromString(verifiable.answer()));
  EXPECT_EQ(explanation.answer().SerializeAsString(), given_.answer().SerializeAsString());
  EXPECT_EQ(explanation.replay().result(), v1::REPLAY_RESULT_SAME);
  EXPECT_EQ(explanation.body().subject(), "subject-1");
  EXPECT_EQ(explanation.info().kind(), v1::ENTRY_KIND_DECISION);
  EXPECT_EQ(explanation.changes_size(), 0);
  EXPECT_EQ(explanation.head(), 1u);
}

TEST_F(ExplainTest, WhatChangedSinceIsDatedByItsRelease) {
  v1::WithdrawStatementRequest withdrawal;
  withdrawal.set_statement("duskmoth/amberol-first");
  withdrawal.set_why("a batch was spoiled");
  const RawReply withdrawn = As("admin", "CurationService/WithdrawStatement", withdrawal);
  ASSERT_TRUE(withdrawn.status.ok()) << withdrawn.status.error_message();
  const v1::Explanation explanation = Explained();
  EXPECT_EQ(explanation.head(), 2u);
  ASSERT_EQ(explanation.changes_size(), 1);
  const v1::ChangeSince& change = explanation.changes(0);
  EXPECT_EQ(change.kind(), v1::SINCE_KIND_STANDING);
  EXPECT_EQ(change.difference().name(), "duskmoth/amberol-first");
  EXPECT_EQ(change.release(), 2u);
  EXPECT_GT(change.published_time_ns(), explanation.info().commit_time_ns());
  EXPECT_THAT(change.words(), HasSubstr("withdrawn on "));
  EXPECT_THAT(change.words(), HasSubstr("a batch was spoiled"));
  // The answer stays what it was.
  EXPECT_EQ(explanation.answer().SerializeAsString(), given_.answer().SerializeAsString());
  EXPECT_EQ(Replayed().result(), v1::REPLAY_RESULT_SAME);
}

TEST_F(ExplainTest, DecidersExplainTheirOwnAndAuditorsAllWhichIsRecorded) {
  EXPECT_EQ(Explain("other").Reason(), "NOT_OWN_DECISION");
  EXPECT_EQ(Explain("analyst").status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  const RawReply audited = Explain("auditor");
  ASSERT_TRUE(audited.status.ok());
  v1::ExplainResponse response;
  ASSERT_TRUE(response.ParseFromString(audited.response));
  v1::GetEntryRequest request;
  request.set_name(response.receipt().entry());
  v1::GetEntryResponse entry;
  ASSERT_TRUE(entry.ParseFromString(As("auditor", "AuditService/GetEntry", request).response));
  EXPECT_EQ(entry.entry().info().kind(), v1::ENTRY_KIND_READ);
  EXPECT_EQ(entry.entry().body().effect(), "opened the body of " + given_.receipt().entry());
}

TEST_F(ExplainTest, OnlyDecisionsAreExplained) {
  v1::ExplainRequest request;
  request.set_name(std::string(given_.receipt().entry()).replace(0, 9, "entries"));
  EXPECT_EQ(As("auditor", "DecisionService/Explain", request).status.error_code(),
            grpc::StatusCode::NOT_FOUND);
  const std::string entry = given_.receipt().entry();
  request.set_name("entries/" + entry.substr(10, entry.rfind('-') - 9) + "0");
  EXPECT_EQ(As("auditor", "DecisionService/Explain", request).Reason(), "NOT_A_DECISION");
  request.set_name("decisions/nowhere.1-7");
  EXPECT_EQ(As("auditor", "DecisionService/Explain", request).status.error_code(),
            grpc::StatusCode::NOT_FOUND);
  request.set_name("nonsense");
  EXPECT_EQ(As("auditor", "DecisionService/Replay", request).status.error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ExplainTest, FeedbackIsAnEntryThatFollowsTheDecision) {
  const uint64_t before = server_->LogSize();
  v1::RecordFeedbackRequest request =
      Feedback("duskmoth/amberol-first", v1::FEEDBACK_VERDICT_OVERRIDDEN, "declined");
  request.mutable_statements(0)->set_comment("prefers to wait");
  const RawReply reply = Give(request);
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const audit::VerifiedReceipt verified,
      server_->Verify(reply.receipt, reply.response, request.SerializeAsString()));
  EXPECT_EQ(verified.leaf.kind, audit::LeafKind::kFeedback);
  EXPECT_EQ(server_->LogSize(), before + 2) << "the feedback, and the call that asked for the size";
  v1::GetEntryRequest get;
  get.set_name(verified.entry.ToString());
  v1::GetEntryResponse entry;
  ASSERT_TRUE(entry.ParseFromString(As("auditor", "AuditService/GetEntry", get).response));
  const v1::EntryBody& body = entry.entry().body();
  EXPECT_EQ(body.follows(), given_.receipt().entry());
  EXPECT_EQ(body.subject(), "subject-1");
  ASSERT_EQ(body.feedback_size(), 1);
  EXPECT_EQ(body.feedback(0).SerializeAsString(), request.statements(0).SerializeAsString());
}

TEST_F(ExplainTest, AReasonMayBeOneOfTheStatementsGuideline) {
  EXPECT_TRUE(
      Give(Feedback("duskmoth/amberol-first", v1::FEEDBACK_VERDICT_OVERRIDDEN, "moon-is-wrong"))
          .status.ok());
  const RawReply reply =
      Give(Feedback("duskmoth/amberol-first", v1::FEEDBACK_VERDICT_OVERRIDDEN, "moon-is-wron"));
  EXPECT_THAT(reply.ViolationOf("statements[0].reason"), HasSubstr("nearest known: moon-is-wrong"));
}

TEST_F(ExplainTest, FeedbackIsCheckedWhole) {
  v1::RecordFeedbackRequest request =
      Feedback("duskmoth/amberol-frist", v1::FEEDBACK_VERDICT_OVERRIDDEN, "declind");
  *request.add_statements() =
      Feedback("duskmoth/amberol-stop", v1::FEEDBACK_VERDICT_OVERRIDDEN, "").statements(0);
  *request.add_statements() =
      Feedback("duskmoth/amberol-stop", v1::FEEDBACK_VERDICT_UNSPECIFIED, "").statements(0);
  request.mutable_statements(2)->set_comment(std::string(kFeedbackCommentBytesMax + 1, 'x'));
  const RawReply reply = Give(request);
  EXPECT_EQ(reply.Reason(), "FEEDBACK_INVALID");
  EXPECT_EQ(reply.Violations(), 6);
  for (const auto& [field, words] :
       {std::pair("statements[0].statement", "nearest known: duskmoth/amberol-first"),
        std::pair("statements[0].reason", "nearest known: declined"),
        std::pair("statements[1].reason", "needs a reason"),
        std::pair("statements[2].statement", "twice"),
        std::pair("statements[2].verdict", "accepted or overridden"),
        std::pair("statements[2].comment", "kFeedbackCommentBytesMax")}) {
    EXPECT_THAT(reply.ViolationOf(field), HasSubstr(words)) << field;
  }
  request.clear_statements();
  EXPECT_EQ(Give(request).Reason(), "FEEDBACK_INVALID");
}

TEST_F(ExplainTest, FeedbackIsGivenByWhoAsked) {
  const auto request = Feedback("duskmoth/amberol-first", v1::FEEDBACK_VERDICT_ACCEPTED, "");
  EXPECT_EQ(Give(request, "other").Reason(), "NOT_OWN_DECISION");
  EXPECT_EQ(Give(request, "auditor").status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(Give(request).status.ok());
}

}  // namespace
}  // namespace evident::server
