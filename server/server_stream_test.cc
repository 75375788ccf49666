// Streams of answers over a real server: walks, watches, their entries and their ends.
#include "server/server_stream.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <thread>

#include "audit/proof/commitment.h"
#include "audit/proof/leaf.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "evident/v1/knowledge_service.grpc.pb.h"
#include "server/test_pack.h"
#include "server/test_server.h"

namespace evident::server {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class ServerStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    server_ = std::make_unique<TestServer>(site_);
    ASSERT_TRUE(server_->Import(TestPackFiles()).status.ok());
    stub_ = v1::KnowledgeService::NewStub(server_->As("admin").channel());
  }

  struct Walked {
    std::vector<std::string> steps;
    std::vector<std::string> bytes;
    grpc::Status status;
    std::string receipt;
  };
  Walked Walk(const v1::TraverseRequest& request) {
    grpc::ClientContext context;
    const auto reader = stub_->Traverse(&context, request);
    Walked walked;
    v1::TraverseResponse step;
    while (reader->Read(&step)) {
      walked.steps.push_back(step.from() + ">" + step.node());
      walked.bytes.push_back(step.SerializeAsString());
    }
    walked.status = reader->Finish();
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto receipt = trailers.find("evident-receipt-bin");
    if (receipt != trailers.end()) {
      walked.receipt.assign(receipt->second.data(), receipt->second.size());
    }
    return walked;
  }

  static v1::TraverseRequest From(const std::string& start) {
    v1::TraverseRequest request;
    request.add_starts(start);
    return request;
  }

  TestSite site_{false};
  std::unique_ptr<TestServer> server_;
  std::unique_ptr<v1::KnowledgeService::Stub> stub_;
};

TEST_F(ServerStreamTest, AWalkComesStepByStep) {
  v1::TraverseRequest request = From("duskmoth/amberol-first");
  request.add_edge_kinds(v1::EDGE_KIND_CITES);
  request.add_edge_kinds(v1::EDGE_KIND_INVOLVES);
  const Walked walked = Walk(request);
  EXPECT_TRUE(walked.status.ok()) << walked.status.error_message();
  EXPECT_THAT(walked.steps, UnorderedElementsAre(">duskmoth/amberol-first",
                                                 "duskmoth/amberol-first>duskmoth/amberol",
                                                 "duskmoth/amberol-first>duskmoth/moth-trial"));
}

TEST_F(ServerStreamTest, AStreamLeavesItsOpeningAndItsClosingWithWhatWasSent) {
  const uint64_t before = server_->LogSize();
  const Walked walked = Walk(From("duskmoth/amberol-first"));
  ASSERT_TRUE(walked.status.ok());
  // LogSize and the reads below are entries of their own.
  const v1::Entry opening = server_->EntryAt(before + 1);
  const v1::Entry closing = server_->EntryAt(before + 2);
  EXPECT_EQ(opening.info().kind(), v1::ENTRY_KIND_STREAM_OPEN);
  EXPECT_EQ(opening.info().method(), "/evident.v1.KnowledgeService/Traverse");
  EXPECT_EQ(closing.info().kind(), v1::ENTRY_KIND_STREAM_CLOSE);
  EXPECT_EQ(closing.info().number(), walked.steps.size());
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(walked.receipt));
  EXPECT_EQ(receipt.entry(), closing.name());
}

TEST_F(ServerStreamTest, ABudgetThatIsHitEndsTheStreamByName) {
  v1::TraverseRequest request = From("duskmoth/amberol-first");
  request.set_total_max(2);
  const Walked walked = Walk(request);
  EXPECT_EQ(walked.steps.size(), 2u);
  EXPECT_EQ(walked.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(walked.status.error_message(), testing::HasSubstr("total_max of 2"));
  EXPECT_NE(walked.receipt, "");
}

TEST_F(ServerStreamTest, ABadRequestIsRefusedWithoutAStream) {
  v1::TraverseRequest request;
  request.set_depth_max(99);
  request.add_node_kinds(v1::NODE_KIND_UNSPECIFIED);
  const uint64_t before = server_->LogSize();
  const Walked walked = Walk(request);
  EXPECT_EQ(walked.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(server_->EntryAt(before + 1).info().kind(), v1::ENTRY_KIND_REFUSAL);
  const Walked unknown = Walk(From("duskmoth/amberol-frist"));
  EXPECT_EQ(unknown.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(unknown.status.error_message(), testing::HasSubstr("amberol-first"));
}

TEST_F(ServerStreamTest, AWatchTellsOfReleasesThatAreThereAndThatCome) {
  grpc::ClientContext context;
  const auto reader = stub_->WatchReleases(&context, v1::WatchReleasesRequest());
  v1::WatchReleasesResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.release().number(), 1u);
  ASSERT_TRUE(server_->Import(TestPackFiles("Another headline")).status.ok());
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.release().number(), 2u);
  EXPECT_EQ(response.token().release(), 2u);
  context.TryCancel();
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ServerStreamTest, AWatchGoesOnFromWhereItEnded) {
  ASSERT_TRUE(server_->Import(TestPackFiles("Another headline")).status.ok());
  grpc::ClientContext context;
  v1::WatchReleasesRequest request;
  request.set_after(1);
  const auto reader = stub_->WatchReleases(&context, request);
  v1::WatchReleasesResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.release().number(), 2u);
  context.TryCancel();
  reader->Finish();
  grpc::ClientContext ahead;
  request.set_after(9);
  const auto refused = stub_->WatchReleases(&ahead, request);
  EXPECT_FALSE(refused->Read(&response));
  EXPECT_EQ(refused->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ServerStreamTest, AServerThatStopsEndsItsWatches) {
  grpc::ClientContext context;
  const auto reader = stub_->WatchReleases(&context, v1::WatchReleasesRequest());
  v1::WatchReleasesResponse response;
  // It is under way then: gRPC itself cancels a call that it has not handed over yet.
  ASSERT_TRUE(reader->Read(&response));
  std::thread stops([this] { EVIDENT_EXPECT_OK(server_->Stop()); });
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  stops.join();
}

TEST_F(ServerStreamTest, ManyWatchesAllHear) {
  constexpr int kWatches = 24;  // more than there are workers
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::WatchReleasesResponse>>> readers;
  v1::WatchReleasesRequest request;
  request.set_after(1);
  for (int i = 0; i < kWatches; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    readers.push_back(stub_->WatchReleases(contexts.back().get(), request));
  }
  ASSERT_TRUE(server_->Import(TestPackFiles("Another headline")).status.ok());
  for (int i = 0; i < kWatches; ++i) {
    v1::WatchReleasesResponse response;
    ASSERT_TRUE(readers[i]->Read(&response)) << i;
    EXPECT_EQ(response.release().number(), 2u);
    contexts[i]->TryCancel();
    EXPECT_FALSE(readers[i]->Read(&response));
    readers[i]->Finish();
  }
}

}  // namespace
}  // namespace evident::server
