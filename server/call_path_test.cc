// Every kind of call over a real connection, against a log in memory: each leaves exactly its
// entry, and nothing is answered without one.
#include "server/call_path.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "audit/proof/rpc_numbers.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "evident/v1/admin_service.pb.h"
#include "evident/v1/decision_service.pb.h"
#include "server/test_client.h"
#include "server/test_recorder.h"
#include "server/test_wait.h"
#include "server/transport.h"

namespace evident::server {
namespace {

constexpr char kStatus[] = "/evident.v1.AdminService/GetStatus";
constexpr char kAsk[] = "/evident.v1.DecisionService/Ask";

// A server whose GetStatus and Ask do what the test says.
class CallPathTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    EVIDENT_ASSERT_OK(WriteFileAtomically(
        policy_file_, "identities:\n  \"loopback:anonymous\": [reader]\n", 0600));
    EVIDENT_ASSERT_OK_AND_ASSIGN(policy_, PolicyStore::Open(policy_file_));
    Start(8, 64);
  }
  void Start(size_t in_flight, size_t queue) {
    StopServer();
    admission_ = std::make_unique<Admission>(*time_, Random::System(), *policy_, in_flight);
    aggregates_ = std::make_unique<Aggregates>(clock_, recorder_);
    pool_ = std::make_unique<WorkerPool>("calls", 2, queue);
    overflow_ = std::make_unique<WorkerPool>("overflow", 1, 64);
    const CallPathParts parts{*admission_, recorder_, *aggregates_, *pool_, *overflow_};
    MethodTable methods;
    methods[kStatus] = {
        audit::LeafKind::kRead,
        OfMessages<v1::GetStatusRequest>(
            [this](Call& call, const v1::GetStatusRequest&) { return status_handler_(call); }),
        true};
    methods[kAsk] = {audit::LeafKind::kDecision,
                     OfAnswers<v1::AskRequest>(
                         [this](Call& call, const v1::AskRequest&) -> absl::StatusOr<std::string> {
                           return std::string("\x0A\x02hi");
                         })};
    path_ = std::make_unique<CallPath>(parts, std::move(methods));
    ServerConfig config;
    config.listen = {"127.0.0.1:0"};
    EVIDENT_ASSERT_OK_AND_ASSIGN(transport_,
                                 Transport::Start(config, *path_, StreamOpeners(), times_));
    transport_->SetServing(true);
  }
  void StopServer() {
    if (transport_) transport_->Shutdown(5);
    transport_.reset();
    if (pool_) pool_->Stop();
    if (overflow_) overflow_->Stop();
  }
  void TearDown() override { StopServer(); }
  TestClient Client() { return TestClient::Plaintext(transport_->ports()[0]); }

  // The entry that one refused call left.
  EntryDraft OnlyEntry(absl::StatusCode code) {
    const auto entries = recorder_.WaitFor(1);
    EXPECT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].kind, audit::LeafKind::kRefusal);
    EXPECT_EQ(CodeOf(entries[0]), code) << entries[0].body.reason();
    EXPECT_FALSE(entries[0].answer.has_value());
    return entries[0];
  }

  TempDir dir_;
  const std::string policy_file_ = dir_.path() + "/policy.yaml";
  FakeClock clock_{Clock::System().NowNs()};
  const Clock* time_ = &clock_;
  CallTimes times_;
  MemoryRecorder recorder_;
  std::unique_ptr<PolicyStore> policy_;
  std::unique_ptr<Admission> admission_;
  std::unique_ptr<Aggregates> aggregates_;
  std::unique_ptr<WorkerPool> pool_;
  std::unique_ptr<WorkerPool> overflow_;
  std::unique_ptr<CallPath> path_;
  std::unique_ptr<Transport> transport_;
  std::function<absl::StatusOr<v1::GetStatusResponse>(Call&)> status_handler_ = [](Call& call) {
    v1::GetStatusResponse response;
    response.set_caller(call.caller().identity);
    return absl::StatusOr<v1::GetStatusResponse>(response);
  };
};

TEST_F(CallPathTest, AnsweredCallLeavesOneEntryAndItsReceipt) {
  const RawReply reply = Client().Call(kStatus, v1::GetStatusRequest());
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  const auto entries = recorder_.WaitFor(1);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].kind, audit::LeafKind::kRead);
  EXPECT_EQ(entries[0].request, "");
  EXPECT_EQ(entries[0].answer, reply.response);
  EXPECT_EQ(entries[0].rpc, audit::RpcNumberOf(kStatus));
  EXPECT_EQ(entries[0].body.caller().identity(), "loopback:anonymous");
  EXPECT_EQ(entries[0].body.call_id().size(), 16u);
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(reply.receipt));
  EXPECT_EQ(receipt.entry(), "entries/test.1-0");
}

TEST_F(CallPathTest, EmptyResponseIsAnswered) {
  status_handler_ = [](Call&) { return v1::GetStatusResponse(); };
  const RawReply reply = Client().Call(kStatus, "");
  EXPECT_TRUE(reply.status.ok());
  EXPECT_EQ(reply.response, "");
}

TEST_F(CallPathTest, GarbageLeavesARefusalWithTheBytesAsReceived) {
  const RawReply reply = Client().Call(kStatus, "\xFF\xFFgarbage");
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(reply.Reason(), "REQUEST_MALFORMED");
  EXPECT_NE(reply.receipt, "");
  EXPECT_EQ(OnlyEntry(absl::StatusCode::kInvalidArgument).request, "\xFF\xFFgarbage");
}

TEST_F(CallPathTest, UnknownFieldsAreRefusedByNumber) {
  const RawReply reply = Client().Call(kStatus, std::string("\x98\x06\x01", 3));
  EXPECT_EQ(reply.Reason(), "UNKNOWN_FIELD");
  EXPECT_EQ(reply.Violations(), 1);
  OnlyEntry(absl::StatusCode::kInvalidArgument);
}

TEST_F(CallPathTest, UnknownMethodAndServiceAreUnimplementedAndRecorded) {
  for (const char* method : {"/evident.v1.AdminService/Reboot", "/other.Service/Do", "/x"}) {
    const RawReply reply = Client().Call(method, "what was asked");
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << method;
    EXPECT_EQ(reply.Reason(), "METHOD_UNKNOWN");
    EXPECT_NE(reply.receipt, "");
  }
  const auto entries = recorder_.WaitFor(3);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[1].body.method(), "/other.Service/Do");
  EXPECT_EQ(entries[1].rpc, audit::kUnknownRpc);
  EXPECT_EQ(entries[1].request, "what was asked");
}

TEST_F(CallPathTest, OversizeMessageIsRecorded) {
  const RawReply reply = Client().Call(kStatus, std::string(kRequestBytesMax + 1, 'x'));
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(reply.Reason(), "REQUEST_BYTES");
  EXPECT_EQ(OnlyEntry(absl::StatusCode::kResourceExhausted).request->size(), kRequestBytesMax + 1);
}

TEST_F(CallPathTest, HeadersWithoutMessageAreRecorded) {
  const RawReply reply = Client().HeadersOnly(kStatus);
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(reply.Reason(), "MESSAGE_MISSING");
  EXPECT_FALSE(OnlyEntry(absl::StatusCode::kInvalidArgument).request.has_value());
}

TEST_F(CallPathTest, TruncatedFrameIsRecorded) {
  SendTruncatedFrame(transport_->ports()[0], kStatus);
  const auto entries = recorder_.WaitFor(1);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].kind, audit::LeafKind::kRefusal);
  EXPECT_FALSE(entries[0].request.has_value());
}

TEST_F(CallPathTest, CancelledCallIsRecordedAsCancelled) {
  status_handler_ = [](Call& call) {
    EXPECT_TRUE(Eventually([&] { return !call.CheckAlive().ok(); }));
    return absl::StatusOr<v1::GetStatusResponse>(call.CheckAlive());
  };
  const RawReply reply =
      Client().Call(kStatus, "", std::nullopt, [this](grpc::ClientContext& context) {
        EXPECT_TRUE(Eventually([this] { return admission_->in_flight() != 0; }));
        context.TryCancel();
      });
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_THAT(OnlyEntry(absl::StatusCode::kCancelled).body.reason(),
              testing::StartsWith("CALL_CANCELLED"));
}

TEST_F(CallPathTest, AnswerForNobodyIsRecordedAsCancelled) {
  status_handler_ = [](Call& call) {
    EXPECT_TRUE(Eventually([&] { return !call.CheckAlive().ok(); }));
    return absl::StatusOr<v1::GetStatusResponse>(v1::GetStatusResponse());
  };
  Client().Call(kStatus, "", std::nullopt, [this](grpc::ClientContext& context) {
    EXPECT_TRUE(Eventually([this] { return admission_->in_flight() != 0; }));
    context.TryCancel();
  });
  OnlyEntry(absl::StatusCode::kCancelled);
}

TEST_F(CallPathTest, ExpiredDeadlineIsRefusedBeforeTheHandler) {
  bool handled = false;
  status_handler_ = [&handled](Call&) {
    handled = true;
    return v1::GetStatusResponse();
  };
  clock_.AdvanceNs(3'600'000'000'000);
  const RawReply reply = Client().Call(kStatus, "");
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(reply.Reason(), "DEADLINE_PASSED");
  EXPECT_FALSE(handled);
  OnlyEntry(absl::StatusCode::kDeadlineExceeded);
}

// The caller's own end of the deadline comes a little before the server's.
TEST_F(CallPathTest, DeadlineThatPassesInTheHandlerIsRecordedAsPassed) {
  time_ = &Clock::System();
  Start(8, 64);
  status_handler_ = [](Call& call) {
    EXPECT_TRUE(Eventually([&] { return !call.CheckAlive().ok(); }));
    return absl::StatusOr<v1::GetStatusResponse>(call.CheckAlive());
  };
  TestClient client = Client();
  ASSERT_TRUE(client.channel()->WaitForConnected(std::chrono::system_clock::now() + kTestWaitMax));
  const RawReply reply = client.Call(kStatus, "", std::chrono::seconds(2));
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  OnlyEntry(absl::StatusCode::kDeadlineExceeded);
}

TEST(CallTest, CallersThatLeaveAreToldFromDeadlinesByTheClock) {
  constexpr int64_t kSecond = 1'000'000'000;
  FakeClock clock{0};
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  const Call call("id", "/m", 0, 10 * kSecond, cancelled, clock);
  clock.AdvanceNs(10 * kSecond - 1);
  EVIDENT_EXPECT_OK(call.CheckAlive());
  *cancelled = true;
  EXPECT_THAT(call.CheckAlive(), HasReason("DEADLINE_PASSED"));
  FakeClock early{9 * kSecond};
  EXPECT_THAT(Call("id", "/m", 0, 10 * kSecond, cancelled, early).CheckAlive(),
              HasReason("CALL_CANCELLED"));
}

TEST_F(CallPathTest, DrainCancelsWhatDoesNotEndAndRecordsIt) {
  status_handler_ = [](Call& call) {
    EXPECT_TRUE(Eventually([&] { return !call.CheckAlive().ok(); }));
    return absl::StatusOr<v1::GetStatusResponse>(call.CheckAlive());
  };
  std::thread caller([this] { EXPECT_FALSE(Client().Call(kStatus, "").status.ok()); });
  EXPECT_TRUE(Eventually([this] { return admission_->in_flight() != 0; }));
  transport_->Shutdown(0);
  caller.join();
  OnlyEntry(absl::StatusCode::kCancelled);
  EXPECT_EQ(admission_->in_flight(), 0u);
}

TEST_F(CallPathTest, ResponseThatCouldNotBeSentIsRefusedAndRecorded) {
  status_handler_ = [](Call&) {
    v1::GetStatusResponse response;
    response.set_server_build(std::string(kTransportMessageBytesMax - 100, 'x'));
    return response;
  };
  const RawReply reply = Client().Call(kStatus, "");
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(reply.Reason(), "RESPONSE_BYTES");
  EXPECT_NE(reply.receipt, "");
  OnlyEntry(absl::StatusCode::kResourceExhausted);
}

// A reply that is not read stays in memory, and the call with it, until the watchdog ends it.
TEST_F(CallPathTest, StalledReaderCountsUntilTheWatchdogEndsIt) {
  times_ = {std::chrono::seconds(2), std::chrono::seconds(2), std::chrono::milliseconds(100)};
  Start(8, 64);
  status_handler_ = [](Call&) {
    v1::GetStatusResponse response;
    response.set_server_build(std::string(8u << 20, 'x'));
    return response;
  };
  TestClient client = Client();
  const auto began = std::chrono::steady_clock::now();
  const StalledCall stalled(client.channel(), kStatus);
  EXPECT_EQ(recorder_.WaitFor(1)[0].kind, audit::LeafKind::kRead);
  EXPECT_TRUE(Eventually([this] { return admission_->in_flight() == 0; }));
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(2100));
}

TEST_F(CallPathTest, WrongRoleIsRefusedWithItsReceipt) {
  const RawReply reply = Client().Call(kAsk, v1::AskRequest());
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(reply.Reason(), "ROLE_MISSING");
  EXPECT_NE(reply.receipt, "");
  OnlyEntry(absl::StatusCode::kPermissionDenied);
}

TEST_F(CallPathTest, AnswerAndReceiptAreFieldsOneAndTwo) {
  EVIDENT_ASSERT_OK(WriteFileAtomically(
      policy_file_, "identities:\n  \"loopback:anonymous\": [decider]\n", 0600));
  EVIDENT_ASSERT_OK(policy_->Reload());
  const RawReply reply = Client().Call(kAsk, v1::AskRequest());
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  v1::VerifiableResponse response;
  ASSERT_TRUE(response.ParseFromString(reply.response));
  EXPECT_EQ(response.answer(), "\x0A\x02hi");
  EXPECT_EQ(response.receipt().entry(), "entries/test.1-0");
  EXPECT_EQ(reply.receipt, "");
  EXPECT_EQ(recorder_.WaitFor(1)[0].answer, "\x0A\x02hi");
}

TEST_F(CallPathTest, NothingIsAnsweredWhenTheEntryFails) {
  recorder_.FailFromNowOn();
  status_handler_ = [](Call&) {
    v1::GetStatusResponse response;
    response.set_server_build("must not leave");
    return response;
  };
  const RawReply reply = Client().Call(kStatus, "");
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(reply.Reason(), "AUDIT_UNAVAILABLE");
  EXPECT_EQ(reply.response, "");
  EXPECT_EQ(reply.receipt, "");
  EXPECT_EQ(recorder_.size(), 0u);
}

TEST_F(CallPathTest, StatusAloneIsAnsweredOnceTheLogIsReadOnly) {
  recorder_.FailFromNowOn();
  EXPECT_FALSE(Client().Call(kStatus, "").status.ok());
  const RawReply status = Client().Call(kStatus, "");
  EXPECT_TRUE(status.status.ok());
  EXPECT_EQ(status.receipt, "");
  EXPECT_EQ(Client().Call(kAsk, "").status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Client().Call("/x/y", "").status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(CallPathTest, CallsBeyondTheCapAreRefusedAndRecorded) {
  Start(1, 64);
  std::atomic<bool> release = false;
  status_handler_ = [&release](Call&) {
    EXPECT_TRUE(Eventually([&release] { return release.load(); }));
    return v1::GetStatusResponse();
  };
  std::thread first([this] { EXPECT_TRUE(Client().Call(kStatus, "").status.ok()); });
  EXPECT_TRUE(Eventually([this] { return admission_->in_flight() != 0; }));
  const RawReply reply = Client().Call(kStatus, "");
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(reply.Reason(), "IN_FLIGHT_CALLS");
  EXPECT_NE(reply.receipt, "");
  release = true;
  first.join();
  EXPECT_EQ(recorder_.WaitFor(2).size(), 2u);
}

TEST_F(CallPathTest, ManyCallsLeaveAsManyEntries) {
  // A call counts until the server is done with it, a moment after its caller has the reply.
  Start(1000, 64);
  TestClient client = Client();
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(client.Call(kStatus, "").status.ok());
    EXPECT_FALSE(client.Call(kStatus, "garbage").status.ok());
    EXPECT_FALSE(client.Call("/none/none", "").status.ok());
  }
  EXPECT_EQ(recorder_.WaitFor(600).size(), 600u);
  EXPECT_TRUE(Eventually([this] { return admission_->in_flight() == 0; }));
}

TEST_F(CallPathTest, AggregatesCountRefusalsByPeerReasonAndSecond) {
  aggregates_->Count("ipv4:192.0.2.1", AggregateReason::kUnauthenticated);
  aggregates_->Count("ipv4:192.0.2.1", AggregateReason::kUnauthenticated);
  aggregates_->Count("ipv4:192.0.2.2", AggregateReason::kUnauthenticated);
  aggregates_->Flush(false);
  EXPECT_EQ(recorder_.size(), 0u) << "the second is not over";
  clock_.AdvanceNs(1'000'000'000);
  aggregates_->Count("ipv4:192.0.2.1", AggregateReason::kOverload);
  aggregates_->Flush(false);
  auto entries = recorder_.WaitFor(2);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].kind, audit::LeafKind::kAggregate);
  EXPECT_EQ(CodeOf(entries[0]), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(std::get<audit::AggregateDetail>(entries[0].detail), (audit::AggregateDetail{2, 1}));
  EXPECT_EQ(entries[0].body.caller().peer(), "ipv4:192.0.2.1");
  aggregates_->Flush(true);
  entries = recorder_.WaitFor(3);
  EXPECT_EQ(std::get<audit::AggregateDetail>(entries[2].detail), (audit::AggregateDetail{1, 2}));
}

}  // namespace
}  // namespace evident::server
