// Changes that carry an id of their caller's and are tried again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/status_matchers.h"
#include "server/handlers/curation_acts.h"
#include "server/handlers/request_mark.h"
#include "server/test_drafts.h"

namespace evident::server {
namespace {

using testing::Not;

// The call with this id, as the table of methods makes it.
class RequestIdTest : public DraftsTest {
 protected:
  template <typename Response, typename Handler, typename Source, typename Request>
  absl::StatusOr<Response> Tried(Handler handler, Source& source, const std::string& who,
                                 const std::string& id, const Request& request) {
    Call call = As(who);
    EVIDENT_ASSIGN_OR_RETURN(auto mark, MarkOf(call, id, request.SerializeAsString()));
    call.set_mark(mark);
    EVIDENT_ASSIGN_OR_RETURN(auto answer, AnsweredBefore(releases_->drafts(), call));
    done_ = call.notes().effect;
    Response response;
    if (answer) {
      EXPECT_TRUE(response.ParseFromString(*answer));
      return response;
    }
    EVIDENT_ASSIGN_OR_RETURN(Reply reply, handler(source, call, request));
    EVIDENT_ASSIGN_OR_RETURN(
        const std::string bytes,
        reply.change->Apply(call, "entries/test.1-" + std::to_string(++intents_)));
    EXPECT_TRUE(response.ParseFromString(bytes));
    return response;
  }
  v1::WithdrawStatementRequest Withdrawal(const std::string& why) {
    v1::WithdrawStatementRequest request;
    request.set_statement(kFirst);
    request.set_why(why);
    return request;
  }
  absl::StatusOr<v1::WithdrawStatementResponse> Withdraw(const std::string& who,
                                                         const std::string& id,
                                                         const std::string& why) {
    return Tried<v1::WithdrawStatementResponse>(WithdrawStatement, *releases_, who, id,
                                                Withdrawal(why));
  }
};

TEST_F(RequestIdTest, ARetryIsAnsweredAgainAndNotDoneAgain) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, Withdraw("cn:ann", "id-1", "a bad batch"));
  EXPECT_EQ(first.release().number(), 2u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again, Withdraw("cn:ann", "id-1", "a bad batch"));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(releases_->Head()->release().number(), 2u);
  EXPECT_EQ(done_, "answered again: it was done as entries/test.1-11");
}

TEST_F(RequestIdTest, OtherBytesUnderTheSameIdAreRefusedAndOtherCallersHaveTheirOwnIds) {
  EVIDENT_ASSERT_OK(Withdraw("cn:ann", "id-1", "a bad batch"));
  EXPECT_THAT(Withdraw("cn:ann", "id-1", "another reason"), HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(Withdraw("cn:bob", "id-1", "a bad batch"), HasReason("STANDING_UNCHANGED"));
  EXPECT_THAT(Withdraw("cn:ann", std::string(200, 'x'), "a bad batch"),
              HasReason("REQUEST_INVALID"));
}

TEST_F(RequestIdTest, AnAnswerSurvivesARestart) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, Withdraw("cn:ann", "id-1", "a bad batch"));
  sources_.reset();
  EVIDENT_ASSERT_OK(releases_->Close());
  releases_.reset();
  graph::GraphDatabaseOptions options;
  options.path = dir_.path() + "/knowledge";
  EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, graph::ReleaseManager::Open(options));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again, Withdraw("cn:ann", "id-1", "a bad batch"));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
}

TEST_F(RequestIdTest, OfTwoCallsAtOnceOnePublishes) {
  // Both were prepared before either was carried out.
  const v1::WithdrawStatementRequest request = Withdrawal("a bad batch");
  std::vector<Reply> replies;
  std::vector<Call> calls;
  for (int i = 0; i < 2; ++i) {
    calls.push_back(As("cn:ann"));
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto mark, MarkOf(calls[i], "id-1", request.SerializeAsString()));
    calls[i].set_mark(mark);
    EVIDENT_ASSERT_OK_AND_ASSIGN(Reply reply, WithdrawStatement(*releases_, calls[i], request));
    replies.push_back(std::move(reply));
  }
  EVIDENT_ASSERT_OK(replies[0].change->Apply(calls[0], "entries/test.1-20"));
  EXPECT_THAT(replies[1].change->Apply(calls[1], "entries/test.1-21"), Not(IsOk()));
  EXPECT_EQ(releases_->Head()->release().number(), 2u);
}

TEST_F(RequestIdTest, ADraftIsBegunOnceAndPublishedOnce) {
  v1::CreateDraftRequest create;
  create.set_title("Once");
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto begun,
      Tried<v1::CreateDraftResponse>(CreateDraft, *sources_, "cn:ann", "c", create));
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto again,
      Tried<v1::CreateDraftResponse>(CreateDraft, *sources_, "cn:ann", "c", create));
  EXPECT_EQ(again.draft().name(), begun.draft().name());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const v1::Draft draft,
                               Apply("cn:ann", begun.draft(), Headline("Another")));
  v1::PublishDraftRequest publish;
  publish.set_draft(draft.name());
  publish.set_etag(draft.etag());
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto published,
      Tried<v1::PublishDraftResponse>(PublishDraft, *sources_, "cn:ann", "p", publish));
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto repeated,
      Tried<v1::PublishDraftResponse>(PublishDraft, *sources_, "cn:ann", "p", publish));
  EXPECT_EQ(repeated.SerializeAsString(), published.SerializeAsString());
  EXPECT_EQ(releases_->Head()->release().number(), 2u);
}

}  // namespace
}  // namespace evident::server
