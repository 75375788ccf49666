// The whole server with its real log and knowledge.
#include "server/server.h"

#include <gtest/gtest.h>

#include "audit/proof/checkpoint.h"
#include "audit/proof/merkle.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "evident/v1/admin_service.pb.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/knowledge_service.pb.h"
#include "server/test_pack.h"
#include "server/test_server.h"

namespace evident::server {
namespace {

constexpr char kStatus[] = "/evident.v1.AdminService/GetStatus";
constexpr char kGetNode[] = "/evident.v1.KnowledgeService/GetNode";
constexpr char kGetEntry[] = "/evident.v1.AuditService/GetEntry";
constexpr char kListEntries[] = "/evident.v1.AuditService/ListEntries";
constexpr char kCheckpoint[] = "/evident.v1.AuditService/GetCheckpoint";
constexpr char kInclusion[] = "/evident.v1.AuditService/GetInclusionProof";
constexpr char kConsistency[] = "/evident.v1.AuditService/GetConsistencyProof";

class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    site_ = std::make_unique<TestSite>(true);
    server_ = std::make_unique<TestServer>(*site_);
  }
  void Restart() {
    EVIDENT_ASSERT_OK(server_->Stop());
    server_.reset();
    server_ = std::make_unique<TestServer>(*site_);
  }
  template <typename Response>
  Response Get(const std::string& caller, const std::string& method,
               const google::protobuf::Message& request) {
    const RawReply reply = server_->As(caller).Call(method, request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    Response response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response;
  }
  v1::ListEntriesResponse Entries(uint64_t begin = 0) {
    v1::ListEntriesRequest request;
    request.set_begin(begin);
    request.set_page_size(1000);
    return Get<v1::ListEntriesResponse>("auditor", kListEntries, request);
  }
  v1::Entry Entry(const std::string& name) {
    v1::GetEntryRequest request;
    request.set_name(name);
    return Get<v1::GetEntryResponse>("auditor", kGetEntry, request).entry();
  }
  audit::VerifiedReceipt Verified(const std::string& receipt, std::optional<std::string> answer,
                                  std::optional<std::string> request) {
    const auto verified = server_->Verify(receipt, answer, request);
    EXPECT_THAT(verified, IsOk());
    return verified.value_or(audit::VerifiedReceipt());
  }

  std::unique_ptr<TestSite> site_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(ServerTest, StatusIsAnsweredWithAReceiptThatVerifies) {
  const RawReply reply = server_->As("admin").Call(kStatus, v1::GetStatusRequest());
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  const audit::VerifiedReceipt verified = Verified(reply.receipt, reply.response, "");
  EXPECT_EQ(verified.leaf.kind, audit::LeafKind::kRead);
  EXPECT_TRUE(verified.request_checked);
  EXPECT_THAT(server_->Verify(reply.receipt, reply.response + "x", std::nullopt),
              HasReason("ANSWER_MISMATCH"));
  v1::GetStatusResponse status;
  ASSERT_TRUE(status.ParseFromString(reply.response));
  EXPECT_TRUE(status.serving());
  EXPECT_EQ(status.caller(), "cn:admin");
  EXPECT_EQ(status.log_origin(), "test.example/1");
  EXPECT_EQ(status.verifier_key(), site_->verifier().ToText());
  EXPECT_EQ(status.log_size(), 1u) << "the log's own key entry";
  EXPECT_FALSE(status.has_head());
}

TEST_F(ServerTest, TraceOfTheCallerStandsInTheSealedBody) {
  TestClient admin = server_->As("admin");
  admin.AddMetadata("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const RawReply reply = admin.Call(kStatus, v1::GetStatusRequest());
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  const audit::VerifiedReceipt verified = Verified(reply.receipt, reply.response, "");
  EXPECT_EQ(Entry(verified.entry.ToString()).body().trace_id(), "0af7651916cd43dd8448eb211c80319c");
}

TEST_F(ServerTest, EveryCallLeavesExactlyOneEntryWithItsStatus) {
  TestClient admin = server_->As("admin");
  TestClient nobody = server_->As("nobody");
  struct Sent {
    RawReply reply;
    std::string request;
    int code;
    std::string reason;
  };
  const std::string garbage = "\xFF\xFF\xFF";
  const std::string unknown_field("\x98\x06\x01", 3);
  const std::string oversize(kRequestBytesMax + 1, 'x');
  const std::string missing = [] {
    v1::GetNodeRequest request;
    request.set_name("a/b");
    return request.SerializeAsString();
  }();
  std::vector<Sent> sent;
  const auto call = [&sent](TestClient& client, const char* method, const std::string& request,
                            int code, const char* reason) {
    sent.push_back({client.Call(method, request), request, code, reason});
  };
  call(admin, kStatus, "", 0, "");
  call(admin, kStatus, garbage, 3, "REQUEST_MALFORMED");
  call(admin, kStatus, unknown_field, 3, "UNKNOWN_FIELD");
  call(admin, kStatus, oversize, 8, "REQUEST_BYTES");
  call(admin, "/evident.v1.AdminService/Reboot", "x", 12, "METHOD_UNKNOWN");
  call(admin, "/other.Service/Do", "", 12, "METHOD_UNKNOWN");
  call(admin, kGetNode, missing, 5, "NODE_NOT_FOUND");
  call(admin, kGetNode, "", 3, "NODE_NAME_INVALID");
  call(nobody, kStatus, "", 7, "ROLE_MISSING");
  sent.push_back({admin.HeadersOnly(kStatus), "", 3, "MESSAGE_MISSING"});

  const v1::ListEntriesResponse entries = Entries(1);
  ASSERT_EQ(static_cast<size_t>(entries.entries_size()), sent.size());
  for (size_t i = 0; i < sent.size(); ++i) {
    const RawReply& reply = sent[i].reply;
    const v1::Entry& entry = entries.entries(static_cast<int>(i));
    EXPECT_EQ(reply.status.error_code(), sent[i].code) << i << reply.status.error_message();
    EXPECT_EQ(reply.Reason(), sent[i].reason) << i;
    EXPECT_EQ(entry.info().grpc_status(), static_cast<uint32_t>(sent[i].code)) << i;
    EXPECT_EQ(entry.info().kind(),
              sent[i].code == 0 ? v1::ENTRY_KIND_READ : v1::ENTRY_KIND_REFUSAL);
    std::optional<std::string> answer;
    if (sent[i].code == 0) answer = reply.response;
    std::optional<std::string> request;
    if (sent[i].reason != "MESSAGE_MISSING") request = sent[i].request;
    const audit::VerifiedReceipt verified = Verified(reply.receipt, answer, request);
    EXPECT_EQ(verified.entry.ToString(), entry.name());
  }
  EXPECT_EQ(entries.entries(4).info().method(), "");
}

TEST_F(ServerTest, RefusalOfManyViolationsFitsItsTrailers) {
  v1::GetNodeRequest request;
  for (int field = 100; field < 400; ++field) {
    request.GetReflection()->MutableUnknownFields(&request)->AddVarint(field, 1);
  }
  const RawReply reply = server_->As("admin").Call(kGetNode, request);
  EXPECT_EQ(reply.Reason(), "UNKNOWN_FIELD");
  EXPECT_EQ(reply.Violations(), static_cast<int>(kViolationsShownMax) + 1);
  Verified(reply.receipt, std::nullopt, request.SerializeAsString());
}

TEST_F(ServerTest, NamelessCallersAreCountedInOneEntry) {
  for (int i = 0; i < 5; ++i) {
    const RawReply reply = server_->As("nameless").Call(kStatus, "");
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(reply.receipt, "");
  }
  Restart();  // flushes what was counted
  uint64_t counted = 0;
  const v1::ListEntriesResponse entries = Entries(1);
  for (const v1::Entry& entry : entries.entries()) {
    if (entry.info().kind() == v1::ENTRY_KIND_AGGREGATE) counted += entry.info().number();
  }
  EXPECT_EQ(counted, 5u);
}

TEST_F(ServerTest, ImportLeavesOpenIntentAndOutcomeAndServesTheRelease) {
  const ImportResult imported = server_->Import(TestPackFiles());
  ASSERT_TRUE(imported.status.ok()) << imported.status.error_message();
  const v1::Release& release = imported.response.release();
  EXPECT_EQ(release.number(), 1u);
  EXPECT_EQ(release.author(), "cn:admin");
  const audit::VerifiedReceipt verified =
      Verified(imported.receipt, imported.response.SerializeAsString(), std::nullopt);
  EXPECT_EQ(verified.leaf.kind, audit::LeafKind::kOutcome);
  EXPECT_EQ(verified.leaf.release.view(), release.release_digest());
  const v1::ListEntriesResponse entries = Entries(1);
  ASSERT_EQ(entries.entries_size(), 3);
  EXPECT_EQ(entries.entries(0).info().kind(), v1::ENTRY_KIND_STREAM_OPEN);
  EXPECT_EQ(entries.entries(1).info().kind(), v1::ENTRY_KIND_INTENT);
  EXPECT_EQ(entries.entries(1).name(), release.intent());
  EXPECT_EQ(entries.entries(2).info().kind(), v1::ENTRY_KIND_OUTCOME);
  EXPECT_EQ(entries.entries(2).info().number(), 2u);
  v1::GetNodeRequest request;
  request.set_name("duskmoth/amberol-first");
  EXPECT_EQ(Get<v1::GetNodeResponse>("admin", kGetNode, request).release(), 1u);
}

TEST_F(ServerTest, ImportWithHalfCloseAndNoCommitImportsNothing) {
  const ImportResult imported = server_->Import(TestPackFiles(), false);
  EXPECT_EQ(imported.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  Verified(imported.receipt, std::nullopt, std::nullopt);
  const v1::ListEntriesResponse entries = Entries(1);
  ASSERT_EQ(entries.entries_size(), 2);
  EXPECT_EQ(entries.entries(1).info().kind(), v1::ENTRY_KIND_STREAM_CLOSE);
  EXPECT_EQ(entries.entries(1).info().number(), TestPackFiles().size() + 1);
  EXPECT_FALSE(Get<v1::GetStatusResponse>("admin", kStatus, v1::GetStatusRequest()).has_head());
}

TEST_F(ServerTest, ImportTwiceIsUnchanged) {
  EXPECT_FALSE(server_->Import(TestPackFiles()).response.unchanged());
  const ImportResult again = server_->Import(TestPackFiles());
  ASSERT_TRUE(again.status.ok());
  EXPECT_TRUE(again.response.unchanged());
  EXPECT_EQ(again.response.release().number(), 1u);
}

TEST_F(ServerTest, RestartServesTheSameReleaseAndLog) {
  const ImportResult imported = server_->Import(TestPackFiles());
  const auto before = Entries();
  Restart();
  const auto status = Get<v1::GetStatusResponse>("admin", kStatus, v1::GetStatusRequest());
  EXPECT_EQ(status.head().release_digest(), imported.response.release().release_digest());
  EXPECT_EQ(status.head().content_digest(), imported.response.release().content_digest());
  const auto after = Entries();
  ASSERT_GE(after.entries_size(), before.entries_size());
  for (int i = 0; i < before.entries_size(); ++i) {
    EXPECT_EQ(after.entries(i).leaf(), before.entries(i).leaf()) << i;
  }
}

TEST_F(ServerTest, AuditorOpensBodiesAndEachOpeningIsRecorded) {
  const RawReply reply = server_->As("decider").Call(kStatus, "");
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(reply.receipt));
  const v1::Entry entry = Entry(receipt.entry());
  EXPECT_EQ(entry.body_state(), v1::BODY_STATE_OPENED);
  EXPECT_EQ(entry.body().caller().identity(), "cn:decider");
  EXPECT_EQ(entry.body().method(), kStatus);
  const v1::Entry opening = Entry(Entries().entries(2).name());
  EXPECT_EQ(opening.body().effect(), "opened the body of " + receipt.entry());
  EXPECT_EQ(opening.body().caller().identity(), "cn:auditor");
}

TEST_F(ServerTest, AnalystSeesLeavesAndDecidersOnlyDecisionsOfTheirOwn) {
  const RawReply reply = server_->As("decider").Call(kStatus, "");
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(reply.receipt));
  v1::GetEntryRequest request;
  request.set_name(receipt.entry());
  const auto sealed = Get<v1::GetEntryResponse>("analyst", kGetEntry, request).entry();
  EXPECT_EQ(sealed.body_state(), v1::BODY_STATE_SEALED);
  EXPECT_FALSE(sealed.has_body());
  EXPECT_EQ(sealed.leaf(), receipt.leaf());
  EXPECT_EQ(server_->As("decider").Call(kGetEntry, request).Reason(), "NOT_OWN_DECISION");
  EXPECT_EQ(server_->As("nobody").Call(kGetEntry, request).Reason(), "ROLE_MISSING");
}

TEST_F(ServerTest, NamesOfEntriesThatAreNotThereAreNotFound) {
  v1::GetEntryRequest request;
  for (const char* name : {"entries/test.example.1-99", "entries/other.1-0",
                           "entries/test.example.2-0", "decisions/test.example.1-0"}) {
    request.set_name(name);
    EXPECT_EQ(server_->As("auditor").Call(kGetEntry, request).Reason(), "ENTRY_NOT_FOUND") << name;
  }
  for (const char* name : {"", "entries/x", "entries/test.example.1-00", "leaves/a.1-0"}) {
    request.set_name(name);
    EXPECT_EQ(server_->As("auditor").Call(kGetEntry, request).Reason(), "ENTRY_NAME_INVALID")
        << name;
  }
}

TEST_F(ServerTest, ListingIsPagedAndItsTokensAreBoundToItsBounds) {
  TestClient admin = server_->As("admin");
  for (int i = 0; i < 6; ++i) admin.Call(kStatus, "");
  v1::ListEntriesRequest request;
  request.set_begin(1);
  request.set_page_size(4);
  auto page = Get<v1::ListEntriesResponse>("analyst", kListEntries, request);
  ASSERT_EQ(page.entries_size(), 4);
  EXPECT_EQ(page.entries(0).index(), 1u);
  request.set_page_token(page.next_page_token());
  v1::ListEntriesRequest other = request;
  other.set_begin(2);
  EXPECT_EQ(server_->As("analyst").Call(kListEntries, other).Reason(), "PAGE_TOKEN_INVALID");
  page = Get<v1::ListEntriesResponse>("analyst", kListEntries, request);
  ASSERT_EQ(page.entries_size(), 2) << "the log's size when the listing began bounds it";
  EXPECT_EQ(page.entries(0).index(), 5u);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(ServerTest, ListingByTimeHoldsWhatWasCommittedInBetween) {
  TestClient admin = server_->As("admin");
  for (int i = 0; i < 4; ++i) admin.Call(kStatus, "");
  const auto all = Entries();
  v1::ListEntriesRequest request;
  request.set_begin_time_ns(all.entries(2).info().commit_time_ns());
  request.set_end_time_ns(all.entries(4).info().commit_time_ns());
  const auto page = Get<v1::ListEntriesResponse>("auditor", kListEntries, request);
  ASSERT_EQ(page.entries_size(), 2);
  EXPECT_EQ(page.entries(0).index(), 2u);
  request.set_end_time_ns(0);
  EXPECT_EQ(server_->As("auditor").Call(kListEntries, request).Reason(), "BOUNDS_INVALID");
}

TEST_F(ServerTest, ProofsLeadFromReceiptsToTheNewestCheckpoint) {
  const RawReply early = server_->As("admin").Call(kStatus, "");
  const audit::VerifiedReceipt verified = Verified(early.receipt, early.response, "");
  for (int i = 0; i < 20; ++i) server_->As("admin").Call(kStatus, "");
  v1::GetInclusionProofRequest inclusion;
  inclusion.set_index(verified.entry.index.value);
  const auto included = Get<v1::GetInclusionProofResponse>("decider", kInclusion, inclusion);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const audit::Checkpoint newest,
                               audit::OpenCheckpoint(included.checkpoint(), site_->verifier()));
  EXPECT_EQ(newest.size, included.size());
  std::vector<Digest> hashes;
  for (const std::string& hash : included.hashes()) hashes.push_back(*Digest::FromBytes(hash));
  EVIDENT_EXPECT_OK(audit::VerifyInclusion(audit::LeafHash(included.leaf()), inclusion.index(),
                                           newest.size, hashes, newest.root));
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(early.receipt));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const audit::Checkpoint old,
                               audit::OpenCheckpoint(receipt.checkpoint(), site_->verifier()));
  v1::GetConsistencyProofRequest consistency;
  consistency.set_first(old.size);
  const auto consistent = Get<v1::GetConsistencyProofResponse>("admin", kConsistency, consistency);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const audit::Checkpoint now,
                               audit::OpenCheckpoint(consistent.checkpoint(), site_->verifier()));
  hashes.clear();
  for (const std::string& hash : consistent.hashes()) hashes.push_back(*Digest::FromBytes(hash));
  EVIDENT_EXPECT_OK(audit::VerifyConsistency(old.size, old.root, now.size, now.root, hashes));
  inclusion.set_index(1'000'000);
  EXPECT_EQ(server_->As("admin").Call(kInclusion, inclusion).status.error_code(),
            grpc::StatusCode::OUT_OF_RANGE);
  consistency.set_second(1'000'000);
  EXPECT_EQ(server_->As("admin").Call(kConsistency, consistency).status.error_code(),
            grpc::StatusCode::OUT_OF_RANGE);
}

TEST_F(ServerTest, CheckpointIsTheReceiptsOrNewer) {
  server_->As("admin").Call(kStatus, "");
  const auto response =
      Get<v1::GetCheckpointResponse>("decider", kCheckpoint, v1::GetCheckpointRequest());
  EXPECT_EQ(response.verifier_key(), site_->verifier().ToText());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const audit::Checkpoint checkpoint,
                               audit::OpenCheckpoint(response.checkpoint(), site_->verifier()));
  EXPECT_EQ(checkpoint.size, 2u);
}

TEST_F(ServerTest, PolicyThatChangesCountsFromTheNextTick) {
  TestClient decider = server_->As("decider");
  EXPECT_TRUE(decider.Call(kStatus, "").status.ok());
  EVIDENT_ASSERT_OK(WriteFileAtomically(site_->config.policy_file, "identities: {}\n", 0600));
  server_->server().Tick();
  EXPECT_EQ(decider.Call(kStatus, "").Reason(), "ROLE_MISSING");
  EVIDENT_ASSERT_OK(WriteFileAtomically(site_->config.policy_file, "identities: [\n", 0600));
  server_->server().Reload();
  EXPECT_EQ(decider.Call(kStatus, "").Reason(), "ROLE_MISSING");
}

TEST_F(ServerTest, CertificatesAreReplacedWithoutARestart) {
  const TestAuthority newcomers;
  const TestCertificate caller = newcomers.Issue("decider", "");
  const auto works = [&] {
    return TestClient::Tls(server_->port(), site_->authority(), &caller)
        .Call(kStatus, "")
        .status.ok();
  };
  EXPECT_FALSE(works());
  EVIDENT_ASSERT_OK(WriteFileAtomically(site_->config.tls->client_ca_file,
                                        site_->authority().certificate() + newcomers.certificate(),
                                        0600));
  server_->server().Tick();
  // gRPC looks at the copies every second and says nothing when it has.
  bool accepted = false;
  for (int i = 0; i < 1000 && !accepted; ++i) accepted = works();
  EXPECT_TRUE(accepted);
}

}  // namespace
}  // namespace evident::server
