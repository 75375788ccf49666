// Many questions over one stream, against the whole server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "audit/proof/leaf.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/decision_service.grpc.pb.h"
#include "server/test_served_pack.h"
#include "server/test_wait.h"

namespace evident::server {
namespace {

using testing::StartsWith;

// A batch that a test feeds.
struct OpenBatch {
  explicit OpenBatch(const TestClient& client)
      : stub(v1::DecisionService::NewStub(client.channel())),
        stream(stub->BatchRecommend(&context)) {}

  bool Ask(int64_t wing_score, const std::string& fact = "wing_score") {
    v1::BatchRecommendRequest request;
    v1::QuestionFrame& question = *request.mutable_question();
    question = FrameOfScore(wing_score);
    question.mutable_facts(0)->set_name(fact);
    question.set_subject("subject-" + std::to_string(wing_score));
    question.set_as_valid_on("2026-04-01");
    requests.push_back(request.SerializeAsString());
    return stream->Write(request);
  }

  // All responses up to the end of the stream.
  std::vector<v1::BatchRecommendResponse> Rest() {
    stream->WritesDone();
    std::vector<v1::BatchRecommendResponse> responses;
    for (v1::BatchRecommendResponse one; stream->Read(&one);) responses.push_back(one);
    return responses;
  }

  grpc::ClientContext context;
  std::unique_ptr<v1::DecisionService::Stub> stub;
  std::unique_ptr<grpc::ClientReaderWriter<v1::BatchRecommendRequest, v1::BatchRecommendResponse>>
      stream;
  std::vector<std::string> requests;
};

class BatchTest : public ServedPackTest {
 protected:
  std::vector<v1::Entry> Entries(uint64_t begin) {
    v1::ListEntriesRequest request;
    request.set_begin(begin);
    v1::ListEntriesResponse response;
    const RawReply reply = As("auditor", "AuditService/ListEntries", request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return {response.entries().begin(), response.entries().end()};
  }
};

TEST_F(BatchTest, EachItemIsAnsweredInOrderWithAReceiptOfItsOwn) {
  const uint64_t before = server_->LogSize();
  OpenBatch batch(server_->As("decider"));
  for (int64_t score = 0; score < 9; ++score) ASSERT_TRUE(batch.Ask(score));
  const auto responses = batch.Rest();
  ASSERT_TRUE(batch.stream->Finish().ok());
  ASSERT_EQ(responses.size(), 9u);
  for (size_t i = 0; i < responses.size(); ++i) {
    EXPECT_EQ(responses[i].item(), i);
    ASSERT_FALSE(responses[i].has_error()) << responses[i].error().message();
    EXPECT_EQ(responses[i].answer().question().facts(0).fact().value().integer(),
              static_cast<int64_t>(i));
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const auto verified,
        server_->Verify(responses[i].receipt().SerializeAsString(),
                        responses[i].answer().SerializeAsString(), batch.requests[i]));
    EXPECT_EQ(verified.leaf.kind, audit::LeafKind::kDecision);
  }
  // A stream open, nine decisions, a stream close; then the call that LogSize itself was.
  const std::vector<v1::Entry> entries = Entries(before + 1);
  ASSERT_GE(entries.size(), 11u);
  EXPECT_EQ(entries[0].info().kind(), v1::ENTRY_KIND_STREAM_OPEN);
  EXPECT_EQ(entries[10].info().kind(), v1::ENTRY_KIND_STREAM_CLOSE);
  EXPECT_EQ(entries[10].info().number(), 9u);
  EXPECT_EQ(BodyOf(responses[0].receipt().entry()).stream(), entries[0].name());
  EXPECT_EQ(BodyOf(responses[0].receipt().entry()).subject(), "subject-0");
}

TEST_F(BatchTest, TheAnswersAreThoseOfRecommend) {
  OpenBatch batch(server_->As("decider"));
  ASSERT_TRUE(batch.Ask(2));
  const auto responses = batch.Rest();
  ASSERT_EQ(responses.size(), 1u);
  const RawReply reply =
      server_->As("decider").Call("/evident.v1.DecisionService/Recommend", batch.requests[0]);
  v1::RecommendResponse single;
  ASSERT_TRUE(single.ParseFromString(reply.response));
  EXPECT_EQ(single.answer().SerializeAsString(), responses[0].answer().SerializeAsString());
}

TEST_F(BatchTest, ARefusedItemIsToldInItsPlaceAndTheStreamGoesOn) {
  OpenBatch batch(server_->As("decider"));
  ASSERT_TRUE(batch.Ask(2));
  ASSERT_TRUE(batch.Ask(2, "wing_scope"));
  v1::BatchRecommendRequest marked;
  marked.mutable_question()->add_concepts("duskmoth-fever");
  marked.mutable_question()->set_request_id("again");
  ASSERT_TRUE(batch.stream->Write(marked));
  ASSERT_TRUE(batch.Ask(3));
  const auto responses = batch.Rest();
  EXPECT_TRUE(batch.stream->Finish().ok());
  ASSERT_EQ(responses.size(), 4u);
  EXPECT_TRUE(responses[0].has_answer());
  EXPECT_TRUE(responses[3].has_answer());
  EXPECT_EQ(responses[1].error().reason(), "QUESTION_INVALID");
  ASSERT_EQ(responses[1].error().violations_size(), 1);
  EXPECT_EQ(responses[1].error().violations(0).field(), "facts[0].name");
  EXPECT_THAT(responses[1].receipt().entry(), StartsWith("entries/"));
  EXPECT_FALSE(responses[1].has_answer());
  EXPECT_EQ(responses[2].error().violations(0).field(), "question.request_id");
  EVIDENT_EXPECT_OK(
      server_->Verify(responses[1].receipt().SerializeAsString(), std::nullopt, batch.requests[1]));
}

TEST_F(BatchTest, AllItemsAreAnsweredFromTheHeadThatTheStreamFound) {
  OpenBatch batch(server_->As("decider"));
  ASSERT_TRUE(batch.Ask(2));
  v1::BatchRecommendResponse first;
  ASSERT_TRUE(batch.stream->Read(&first));
  ASSERT_TRUE(server_->Import(TestPackFiles("Another headline")).status.ok());
  ASSERT_TRUE(batch.Ask(2));
  v1::BatchRecommendRequest newest;
  newest.mutable_question()->add_concepts("duskmoth-fever");
  newest.mutable_question()->mutable_release()->set_name("releases/2");
  ASSERT_TRUE(batch.stream->Write(newest));
  const auto rest = batch.Rest();
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(first.answer().question().release(), 1u);
  EXPECT_EQ(rest[0].answer().question().release(), 1u);
  EXPECT_EQ(rest[1].answer().question().release(), 2u);
}

TEST_F(BatchTest, WhoMayNotDecideIsRefusedBeforeAnyItem) {
  OpenBatch batch(server_->As("analyst"));
  batch.Ask(2);
  EXPECT_TRUE(batch.Rest().empty());
  EXPECT_EQ(batch.stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(BatchTest, OnlySoManyAreUnderWayAtOnce) {
  std::vector<std::unique_ptr<OpenBatch>> open;
  for (size_t i = 0; i < kBatchesInFlightMax; ++i) {
    open.push_back(std::make_unique<OpenBatch>(server_->As("decider")));
    ASSERT_TRUE(open.back()->Ask(2));
    v1::BatchRecommendResponse response;
    ASSERT_TRUE(open.back()->stream->Read(&response));
  }
  OpenBatch one_more(server_->As("decider"));
  EXPECT_TRUE(one_more.Rest().empty());
  EXPECT_EQ(one_more.stream->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  open.clear();
}

TEST_F(BatchTest, ACallerThatLeavesLeavesAClosedStream) {
  const uint64_t before = server_->LogSize();
  {
    OpenBatch batch(server_->As("decider"));
    ASSERT_TRUE(batch.Ask(2));
    v1::BatchRecommendResponse response;
    ASSERT_TRUE(batch.stream->Read(&response));
    batch.context.TryCancel();
    EXPECT_EQ(batch.stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  const auto until = std::chrono::steady_clock::now() + kTestWaitMax;
  bool closed = false;
  while (!closed && std::chrono::steady_clock::now() < until) {
    for (const v1::Entry& entry : Entries(before)) {
      closed = closed || entry.info().kind() == v1::ENTRY_KIND_STREAM_CLOSE;
    }
  }
  EXPECT_TRUE(closed);
}

TEST_F(BatchTest, MoreItemsThanTheWindowHoldsAreAllAnswered) {
  OpenBatch batch(server_->As("decider"));
  // Read while writing: a caller that writes all of it first may be held up by its own answers.
  const int items = 3 * static_cast<int>(kBatchWindowMax);
  int answered = 0;
  for (int i = 0; i < items; ++i) {
    ASSERT_TRUE(batch.Ask(i % 10));
    if (i % 2 == 1) {
      v1::BatchRecommendResponse response;
      ASSERT_TRUE(batch.stream->Read(&response));
      EXPECT_EQ(response.item(), static_cast<uint64_t>(answered++));
    }
  }
  EXPECT_EQ(batch.Rest().size() + static_cast<size_t>(answered), static_cast<size_t>(items));
}

}  // namespace
}  // namespace evident::server
