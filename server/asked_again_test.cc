// Questions asked again under their request id, of the whole server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "audit/proof/leaf.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "evident/v1/decision_service.pb.h"
#include "server/handlers/decide_question.h"
#include "server/test_served_pack.h"

namespace evident::server {
namespace {

using testing::HasSubstr;

class AskedAgainTest : public ServedPackTest {
 protected:
  static v1::RecommendRequest Question(int64_t wing_score, const std::string& id = "visit-1") {
    v1::RecommendRequest request;
    *request.mutable_question() = FrameOfScore(wing_score);
    request.mutable_question()->set_request_id(id);
    return request;
  }

  RawReply Ask(const v1::RecommendRequest& request, const std::string& caller = "decider") {
    return As(caller, "DecisionService/Recommend", request);
  }

  static v1::VerifiableResponse Read(const RawReply& reply) {
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::VerifiableResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response;
  }
};

TEST_F(AskedAgainTest, TheFirstAnswerComesAgainWithTheReceiptOfItsEntry) {
  const v1::RecommendRequest request = Question(2);
  const RawReply asked = Ask(request);
  const v1::VerifiableResponse first = Read(asked);
  EXPECT_EQ(asked.receipt, "");
  // Knowledge that changed meanwhile changes nothing of it.
  ASSERT_TRUE(server_->Import(TestPackFiles("Another headline")).status.ok());
  const RawReply asked_again = Ask(request);
  const v1::VerifiableResponse again = Read(asked_again);
  EXPECT_EQ(again.answer(), first.answer());
  EXPECT_EQ(again.receipt().entry(), first.receipt().entry());
  EVIDENT_EXPECT_OK(server_->Verify(again.receipt().SerializeAsString(), again.answer(),
                                    request.SerializeAsString()));
  // The call itself left a read, whose receipt travels beside.
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto own, server_->Verify(asked_again.receipt, again.answer(),
                                                               request.SerializeAsString()));
  EXPECT_EQ(own.leaf.kind, audit::LeafKind::kRead);
  const v1::EntryBody body = BodyOf(own.entry.ToString());
  EXPECT_THAT(body.effect(), HasSubstr(first.receipt().entry()));
  EXPECT_EQ(body.subject(), "subject-1");
}

TEST_F(AskedAgainTest, ItIsRememberedOverARestart) {
  const v1::VerifiableResponse first = Read(Ask(Question(2)));
  EVIDENT_ASSERT_OK(server_->Stop());
  server_ = std::make_unique<TestServer>(*site_);
  const v1::VerifiableResponse again = Read(Ask(Question(2)));
  EXPECT_EQ(again.answer(), first.answer());
  EXPECT_EQ(again.receipt().entry(), first.receipt().entry());
}

TEST_F(AskedAgainTest, AnotherRequestUnderTheSameIdIsRefused) {
  Read(Ask(Question(2)));
  EXPECT_EQ(Ask(Question(3)).Reason(), "REQUEST_ID_REUSED");
  v1::AskRequest words;
  words.set_text("duskmoth fever");
  words.mutable_question()->set_request_id("visit-1");
  EXPECT_EQ(As("decider", "DecisionService/Ask", words).Reason(), "REQUEST_ID_REUSED");
}

TEST_F(AskedAgainTest, IdsOfDifferentCallersAreDifferentIds) {
  const v1::VerifiableResponse mine = Read(Ask(Question(2)));
  const v1::VerifiableResponse theirs = Read(Ask(Question(2), "other"));
  EXPECT_NE(mine.receipt().entry(), theirs.receipt().entry());
}

TEST_F(AskedAgainTest, ARefusedQuestionDoesNotUseUpItsId) {
  EXPECT_EQ(Ask(Question(70)).Reason(), "QUESTION_INVALID");
  Read(Ask(Question(7)));
  EXPECT_EQ(Ask(Question(7, std::string(kRequestIdBytesMax + 1, 'x'))).Reason(), "REQUEST_INVALID");
}

TEST(MarksUnderWayTest, AMarkIsOneCallsUntilItIsLetGoOf) {
  MarksUnderWay marks;
  auto held = marks.Take(Sha256("a"));
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(marks.Take(Sha256("a")), nullptr);
  EXPECT_NE(marks.Take(Sha256("b")), nullptr);
  held.reset();
  EXPECT_NE(marks.Take(Sha256("a")), nullptr);
}

}  // namespace
}  // namespace evident::server
