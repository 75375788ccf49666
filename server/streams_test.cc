// Streams over real connections: who may hold one open, and how they end before their time.
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "evident/v1/admin_service.pb.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/curation_service.grpc.pb.h"
#include "server/test_pack.h"
#include "server/test_server.h"
#include "server/test_wait.h"

namespace evident::server {
namespace {

constexpr char kStatus[] = "/evident.v1.AdminService/GetStatus";
constexpr char kListEntries[] = "/evident.v1.AuditService/ListEntries";

// An import that a test feeds.
struct OpenImport {
  explicit OpenImport(const TestClient& client)
      : stub(v1::CurationService::NewStub(client.channel())),
        writer(stub->ImportPack(&context, &response)) {}
  bool WriteHeader() {
    v1::ImportPackRequest message;
    message.mutable_header()->set_pack(kTestPack);
    message.mutable_header()->set_publish(true);
    return writer->Write(message);
  }

  grpc::ClientContext context;
  v1::ImportPackResponse response;
  std::unique_ptr<v1::CurationService::Stub> stub;
  std::unique_ptr<grpc::ClientWriter<v1::ImportPackRequest>> writer;
};

class StreamsTest : public testing::Test {
 protected:
  void SetUp() override { SetLogLevel(LogLevel::kError); }
  // The first entry of this kind, waited for.
  static v1::Entry WaitForEntry(const TestServer& server, const std::string& reader,
                                v1::EntryKind kind) {
    const auto until = std::chrono::steady_clock::now() + kTestWaitMax;
    for (uint64_t begin = 0; std::chrono::steady_clock::now() < until;) {
      v1::ListEntriesRequest request;
      request.set_begin(begin);
      v1::ListEntriesResponse response;
      const RawReply reply = server.As(reader).Call(kListEntries, request);
      EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
      if (!reply.status.ok() || !response.ParseFromString(reply.response)) return {};
      for (const v1::Entry& entry : response.entries()) {
        if (entry.info().kind() == kind) return entry;
        begin = entry.index() + 1;
      }
    }
    ADD_FAILURE() << "no such entry came";
    return {};
  }
  static uint32_t HeadOf(const TestServer& server) {
    v1::GetStatusResponse status;
    EXPECT_TRUE(status.ParseFromString(server.As("admin").Call(kStatus, "").response));
    return status.head().number();
  }
};

TEST_F(StreamsTest, CallerWithoutARoleHoldsNoRoomForImports) {
  const TestSite site(true);
  const TestServer server(site);
  std::vector<std::unique_ptr<OpenImport>> held;
  for (size_t i = 0; i < 4 * kImportsInFlightMax; ++i) {
    held.push_back(std::make_unique<OpenImport>(server.As("nobody")));
    // Answered although it says nothing.
    EXPECT_EQ(held.back()->writer->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  }
  EXPECT_TRUE(server.Import(TestPackFiles()).status.ok());
}

TEST_F(StreamsTest, CancelledImportLeavesACloseThatSaysSo) {
  const TestSite site(false);
  const TestServer server(site);
  OpenImport import(server.As(""));
  ASSERT_TRUE(import.WriteHeader());
  WaitForEntry(server, "", v1::ENTRY_KIND_STREAM_OPEN);
  import.context.TryCancel();
  EXPECT_EQ(import.writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  const v1::Entry close = WaitForEntry(server, "", v1::ENTRY_KIND_STREAM_CLOSE);
  EXPECT_NE(close.info().grpc_status(), 0u);
  EXPECT_EQ(close.info().number(), 1u) << "the header alone came";
  EXPECT_EQ(HeadOf(server), 0u);
}

TEST_F(StreamsTest, LaterMessageAboveTheTransportsCapImportsNothing) {
  const TestSite site(false);
  const TestServer server(site);
  OpenImport import(server.As(""));
  ASSERT_TRUE(import.WriteHeader());
  v1::ImportPackRequest message;
  message.mutable_file()->set_path("a.yaml");
  message.mutable_file()->set_content(std::string(kTransportMessageBytesMax + 1, 'x'));
  import.writer->Write(message);
  EXPECT_EQ(import.writer->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const v1::Entry close = WaitForEntry(server, "", v1::ENTRY_KIND_STREAM_CLOSE);
  EXPECT_NE(close.info().grpc_status(), 0u);
  EXPECT_EQ(HeadOf(server), 0u);
}

// A call of an unknown method, begun and then silent.
struct SilentCall {
  SilentCall(const TestClient& client, grpc::CompletionQueue& queue) : stub(client.channel()) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    call = stub.PrepareCall(&context, "/none/None", &queue);
    call->StartCall(nullptr);
    call->Finish(&status, this);
  }
  grpc::ClientContext context;
  grpc::Status status;
  grpc::GenericStub stub;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call;
};

TEST_F(StreamsTest, UnknownCallsBeyondThoseThatMayWaitAreAnsweredAtOnce) {
  const TestSite site(false);
  const TestServer server(site);
  grpc::CompletionQueue queue;
  std::vector<std::unique_ptr<SilentCall>> calls;
  std::vector<TestClient> clients;
  for (size_t i = 0; i <= kUnknownStreamsMax; ++i) {
    if (i % 100 == 0) clients.push_back(TestClient::Separate(server.port()));
    calls.push_back(std::make_unique<SilentCall>(clients.back(), queue));
  }
  void* tag = nullptr;
  bool ok = false;
  const auto until = std::chrono::system_clock::now() + kTestWaitMax;
  while (tag == nullptr && queue.AsyncNext(&tag, &ok, until) == grpc::CompletionQueue::GOT_EVENT) {
  }
  ASSERT_NE(tag, nullptr);
  EXPECT_EQ(static_cast<SilentCall*>(tag)->status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(server.LogSize(), 2u) << "the key's entry, and one call";
  for (const auto& call : calls) call->context.TryCancel();
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
}

}  // namespace
}  // namespace evident::server
