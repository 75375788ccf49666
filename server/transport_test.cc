// What gRPC answers by itself, and the transport's own caps.
#include "server/transport.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "server/test_client.h"
#include "server/test_recorder.h"

namespace evident::server {
namespace {

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kStatus[] = "/evident.v1.AdminService/GetStatus";

class TransportTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    EVIDENT_ASSERT_OK(WriteFileAtomically(policy_file_, "identities: {}\n", 0600));
    EVIDENT_ASSERT_OK_AND_ASSIGN(policy_, PolicyStore::Open(policy_file_));
    admission_ = std::make_unique<Admission>(Clock::System(), Random::System(), *policy_, 64);
    path_ = std::make_unique<CallPath>(
        CallPathParts{*admission_, recorder_, aggregates_, pool_, overflow_}, MethodTable());
    ServerConfig config;
    config.listen = {"127.0.0.1:0", "127.0.0.1:0"};
    EVIDENT_ASSERT_OK_AND_ASSIGN(transport_, Transport::Start(config, *path_, StreamOpeners()));
  }
  TestClient Client(size_t address = 0) {
    return TestClient::Plaintext(transport_->ports()[address]);
  }
  // HealthCheckRequest{service = 1} and HealthCheckResponse{status = 1} by hand: Debian ships no
  // health.proto for C++. 1: SERVING, 2: NOT_SERVING.
  int HealthOf(const std::string& service) {
    const std::string request =
        service.empty() ? "" : "\x0A" + std::string(1, static_cast<char>(service.size())) + service;
    const RawReply reply = Client().Call(kCheck, request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    return reply.response.size() == 2 ? reply.response[1] : 0;
  }

  TempDir dir_;
  const std::string policy_file_ = dir_.path() + "/policy.yaml";
  MemoryRecorder recorder_;
  std::unique_ptr<PolicyStore> policy_;
  std::unique_ptr<Admission> admission_;
  Aggregates aggregates_{Clock::System(), recorder_};
  WorkerPool pool_{"calls", 2, 64};
  WorkerPool overflow_{"overflow", 1, 64};
  std::unique_ptr<CallPath> path_;
  std::unique_ptr<Transport> transport_;
};

TEST_F(TransportTest, HealthFollowsServingAndIsNotRecorded) {
  EXPECT_EQ(HealthOf(""), 2);
  transport_->SetServing(true);
  EXPECT_EQ(HealthOf(""), 1);
  EXPECT_EQ(HealthOf("evident.v1.DecisionService"), 1);
  transport_->SetServing(false);
  EXPECT_EQ(HealthOf("evident.v1.DecisionService"), 2);
  EXPECT_EQ(recorder_.size(), 0u);
}

TEST_F(TransportTest, EveryAddressIsListenedOn) {
  ASSERT_EQ(transport_->ports().size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(Client(i).Call(kStatus, "").status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  }
  EXPECT_EQ(recorder_.WaitFor(2).size(), 2u);
}

TEST_F(TransportTest, MessageAboveTheTransportsCapNeverReachesTheCallPath) {
  const RawReply reply = Client().Call(kStatus, std::string(kTransportMessageBytesMax + 1, 'x'));
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(reply.receipt, "");
  EXPECT_EQ(recorder_.size(), 0u);
}

TEST_F(TransportTest, CallsAfterShutdownAreUnavailable) {
  TestClient client = Client();
  EXPECT_EQ(client.Call(kStatus, "").status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  transport_->Shutdown(1);
  transport_->Shutdown(1);
  EXPECT_EQ(client.Call(kStatus, "").status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace evident::server
