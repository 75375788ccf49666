// Starting: what is in its way, what it settles, and what a failing disk does to a server that
// runs.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "audit/log/log.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/leaf.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "evident/v1/admin_service.pb.h"
#include "evident/v1/audit_service.pb.h"
#include "server/release_importer.h"
#include "server/server.h"
#include "server/test_pack.h"
#include "server/test_server.h"

namespace evident::server {
namespace {

constexpr char kStatus[] = "/evident.v1.AdminService/GetStatus";
constexpr char kCheckpoint[] = "/evident.v1.AuditService/GetCheckpoint";

class StartTest : public testing::Test {
 protected:
  void SetUp() override { SetLogLevel(LogLevel::kError); }
  absl::Status Start() {
    stage_ = StartStage::kConfiguration;
    return Server::Start(site_.config, {}, stage_).status();
  }
  // 1: SERVING, 2: NOT_SERVING (HealthCheckResponse{status = 1}).
  static int HealthOf(TestClient client, const std::string& service = "") {
    std::string request;
    if (!service.empty()) request = "\x0A" + std::string(1, char(service.size())) + service;
    const RawReply reply = client.Call("/grpc.health.v1.Health/Check", request);
    return reply.response.size() == 2 ? reply.response[1] : 0;
  }

  static std::optional<audit::LeafKind> KindAt(const TestServer& server, uint64_t index) {
    const absl::StatusOr<audit::Leaf> leaf = audit::DecodeLeaf(server.EntryAt(index).leaf());
    return leaf.ok() ? std::optional(leaf->kind) : std::nullopt;
  }

  TestSite site_{false};
  StartStage stage_ = StartStage::kConfiguration;
};

TEST_F(StartTest, SecondServerOnTheSameFoldersIsRefused) {
  TestServer first(site_);
  EXPECT_THAT(Start(), HasReason("DATABASE_LOCKED"));
  EXPECT_EQ(stage_, StartStage::kData);
}

TEST_F(StartTest, PortInUseIsFoundBeforeAnythingIsMade) {
  TestServer first(site_);
  TestSite other(false);
  other.config.listen = {"127.0.0.1:" + std::to_string(first.port())};
  StartStage stage = StartStage::kConfiguration;
  EXPECT_THAT(Server::Start(other.config, {}, stage).status(), HasReason("ADDRESS_IN_USE"));
  EXPECT_EQ(stage, StartStage::kAddresses);
  EXPECT_FALSE(std::filesystem::exists(other.config.data_dir));
}

TEST_F(StartTest, KeysAndPolicyAreLookedAtBeforeAnythingIsMade) {
  const std::string kek = *ReadFile(site_.config.audit.kek_file, 1000);
  EVIDENT_ASSERT_OK(WriteFileAtomically(site_.config.audit.kek_file, "short", 0600));
  EXPECT_THAT(Start(), HasReason("KEK_MALFORMED"));
  EXPECT_EQ(stage_, StartStage::kSecrets);
  EVIDENT_ASSERT_OK(WriteFileAtomically(site_.config.audit.kek_file, kek, 0600));
  site_.config.audit.name = "another.example";
  EXPECT_THAT(Start(), HasReason("SIGNER_MISMATCH"));
  site_.config.audit.name = "test.example";
  EVIDENT_ASSERT_OK(WriteFileAtomically(site_.config.policy_file, "x: y\n", 0600));
  EXPECT_THAT(Start(), HasReason("POLICY_INVALID"));
  EXPECT_EQ(stage_, StartStage::kConfiguration);
  EXPECT_FALSE(std::filesystem::exists(site_.config.data_dir));
}

TEST_F(StartTest, ForeignFolderIsRefusedAndLeftAlone) {
  std::filesystem::create_directories(site_.config.LogDir());
  const std::string note = site_.config.LogDir() + "/CURRENT";
  EVIDENT_ASSERT_OK(WriteFileAtomically(note, "not ours\n", 0600));
  EXPECT_FALSE(Start().ok());
  EXPECT_EQ(stage_, StartStage::kData);
  EXPECT_EQ(*ReadFile(note, 100), "not ours\n");
}

TEST_F(StartTest, KnowledgeWithoutItsLogIsALoss) {
  {
    TestServer server(site_);
    ASSERT_TRUE(server.Import(TestPackFiles()).status.ok());
    EVIDENT_ASSERT_OK(server.Stop());
  }
  std::filesystem::remove_all(site_.config.LogDir());
  std::filesystem::remove(site_.config.audit.guard_file);
  EXPECT_THAT(Start(), HasReason("LOG_MISSING"));
  EXPECT_FALSE(std::filesystem::exists(site_.config.LogDir()));
}

// docs/formats/config.md: another number than 1 alone begins nothing, whatever is moved away first.
TEST_F(StartTest, NothingBeginsAsALaterIncarnationUndeclared) {
  {
    TestServer server(site_);
    ASSERT_TRUE(server.Import(TestPackFiles()).status.ok());
    EVIDENT_ASSERT_OK(server.Stop());
  }
  AuditConfig& audit = site_.config.audit;
  audit.incarnation = 2;
  EXPECT_THAT(Start(), HasReason("SIGNER_MISMATCH"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const audit::NoteSigner signer,
      audit::NoteSigner::FromSeed(audit.name + "/2", std::string(32, 'n')));
  EVIDENT_ASSERT_OK(WriteFileAtomically(audit.signer_key_file, signer.ToText() + "\n", 0600));
  EXPECT_THAT(Start(), HasReason("LOG_MISMATCH"));
  std::filesystem::remove_all(site_.config.LogDir());
  std::filesystem::remove(audit.guard_file);
  EXPECT_THAT(Start(), HasReason("LOG_MISSING"));
  std::filesystem::remove_all(site_.config.data_dir);
  std::filesystem::remove_all(audit.keys_dir);
  EXPECT_THAT(Start(), HasReason("INCARNATION_UNDECLARED"));
}

// The log is lost, the knowledge is not: a new incarnation says what it goes on from and serves it.
TEST_F(StartTest, ADeclaredRestoreGoesOnWithTheKnowledge) {
  AuditConfig& audit = site_.config.audit;
  const std::string lost = site_.config.data_dir + "-lost";
  const std::string checkpoint = lost + "-checkpoint";
  const std::string verifier = lost + "-verifier";
  const audit::NoteVerifier first = site_.verifier();
  {
    TestServer server(site_);
    ASSERT_TRUE(server.Import(TestPackFiles()).status.ok());
    const RawReply reply = server.As("admin").Call(kCheckpoint, "");
    v1::GetCheckpointResponse response;
    ASSERT_TRUE(response.ParseFromString(reply.response));
    EVIDENT_ASSERT_OK(WriteFileAtomically(checkpoint, response.checkpoint(), 0600));
    EVIDENT_ASSERT_OK(WriteFileAtomically(verifier, response.verifier_key() + "\n", 0600));
    EVIDENT_ASSERT_OK(server.Stop());
  }
  std::filesystem::rename(site_.config.LogDir(), lost);
  std::filesystem::remove(audit.guard_file);
  audit.incarnation = 2;
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const audit::NoteSigner signer,
      audit::NoteSigner::FromSeed(audit.name + "/2", std::string(32, 'n')));
  EVIDENT_ASSERT_OK(WriteFileAtomically(audit.signer_key_file, signer.ToText() + "\n", 0600));
  EXPECT_THAT(Start(), HasReason("LOG_MISSING"));
  audit.restored_from = RestoredFrom{checkpoint, verifier};
  EVIDENT_ASSERT_OK(WriteFileAtomically(verifier, signer.verifier().ToText() + "\n", 0600));
  EXPECT_THAT(Start(), HasReason("SIGNATURE_MISSING"));
  EVIDENT_ASSERT_OK(WriteFileAtomically(verifier, "no key\n", 0600));
  EXPECT_THAT(Start(), HasReason("VERIFIER_KEY_MALFORMED"));
  EXPECT_EQ(stage_, StartStage::kSecrets);
  EVIDENT_ASSERT_OK(WriteFileAtomically(verifier, first.ToText() + "\n", 0600));
  TestServer server(site_);
  EXPECT_EQ(KindAt(server, 0), audit::LeafKind::kIncarnation);
  EXPECT_EQ(KindAt(server, 1), audit::LeafKind::kKey);
  const RawReply reply = server.As("admin").Call(kStatus, "");
  v1::GetStatusResponse status;
  ASSERT_TRUE(status.ParseFromString(reply.response));
  EXPECT_EQ(status.head().number(), 1u);
}

TEST_F(StartTest, TheKeyOfTheLogIsReplacedAtAStart) {
  AuditConfig& audit = site_.config.audit;
  { TestServer server(site_); }
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const audit::NoteSigner signer,
      audit::NoteSigner::FromSeed(audit.name + "/1", std::string(32, 'n')));
  audit.previous_signer_key_file = audit.signer_key_file;
  audit.signer_key_file += "-new";
  EXPECT_THAT(Start(), FailsWith(absl::StatusCode::kNotFound, ""));
  EVIDENT_ASSERT_OK(WriteFileAtomically(audit.signer_key_file, signer.ToText() + "\n", 0600));
  TestServer server(site_);
  const RawReply reply = server.As("admin").Call(kCheckpoint, "");
  v1::GetCheckpointResponse response;
  ASSERT_TRUE(response.ParseFromString(reply.response));
  EXPECT_EQ(response.verifier_key(), signer.verifier().ToText());
  ASSERT_EQ(response.rotations_size(), 1);
  EXPECT_EQ(response.rotations(0).previous_key(), site_.verifier().ToText());
  EXPECT_EQ(response.rotations(0).verifier_key(), signer.verifier().ToText());
  EVIDENT_EXPECT_OK(audit::OpenCheckpoint(response.rotations(0).handover(), site_.verifier()));
}

TEST_F(StartTest, LogWithoutItsKnowledgeIsALoss) {
  {
    TestServer server(site_);
    ASSERT_TRUE(server.Import(TestPackFiles()).status.ok());
    EVIDENT_ASSERT_OK(server.Stop());
  }
  std::filesystem::remove_all(site_.config.KnowledgeDir());
  EXPECT_THAT(Start(), HasReason("DATABASE_MISSING"));
}

TEST_F(StartTest, LogBehindItsGuardIsRefused) {
  const std::string copy = site_.path() + "/copy";
  {
    TestServer server(site_);
    EVIDENT_ASSERT_OK(server.Stop());
  }
  std::filesystem::copy(site_.config.LogDir(), copy);
  {
    TestServer server(site_);
    EXPECT_EQ(server.LogSize(), 1u);
    EVIDENT_ASSERT_OK(server.Stop());
  }
  std::filesystem::remove_all(site_.config.LogDir());
  std::filesystem::rename(copy, site_.config.LogDir());
  EXPECT_THAT(Start(), HasReason("LOG_BEHIND_GUARD"));
}

TEST_F(StartTest, LogBelowItsReserveAnswersNothingButItsStatus) {
  TestServer server(site_);
  EVIDENT_ASSERT_OK(server.Stop());
  site_.config.audit.disk_reserve_bytes = uint64_t{1} << 60;
  TestServer full(site_);
  TestClient client = full.As("");
  EXPECT_EQ(client.Call(kCheckpoint, "").Reason(), "AUDIT_UNAVAILABLE");
  full.server().Tick();
  v1::GetStatusResponse status;
  const RawReply reply = client.Call(kStatus, "");
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  ASSERT_TRUE(status.ParseFromString(reply.response));
  EXPECT_EQ(reply.receipt, "");
  EXPECT_FALSE(status.serving());
  EXPECT_NE(status.log_read_only(), "");
  EXPECT_EQ(status.log_size(), 1u);
}

// The log's database fails while the server runs.
TEST_F(StartTest, AppendThatFailsEndsServingAndARestartMendsIt) {
  Environment environment;
  environment.log_faults = kv::FaultFileSystem::Create(1);
  uint64_t size = 0;
  {
    TestServer server(site_, environment);
    TestClient client = server.As("");
    ASSERT_TRUE(client.Call(kCheckpoint, "").status.ok());
    size = server.LogSize();
    environment.log_faults->FailNth(kv::FaultOperation::kSync, kv::FileClass::kWal, 1);
    const RawReply lost = client.Call(kCheckpoint, "");
    EXPECT_EQ(lost.status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(lost.Reason(), "AUDIT_UNAVAILABLE");
    EXPECT_EQ(lost.response, "");
    EXPECT_EQ(lost.receipt, "");
    EXPECT_EQ(HealthOf(client), 2) << "NOT_SERVING";
    environment.log_faults->ClearFaults();
    EXPECT_EQ(client.Call(kCheckpoint, "").Reason(), "AUDIT_UNAVAILABLE") << "nothing is retried";
    const RawReply status = client.Call(kStatus, "");
    EXPECT_TRUE(status.status.ok());
    EXPECT_EQ(status.receipt, "");
    EXPECT_EQ(server.Import(TestPackFiles()).status.error_code(), grpc::StatusCode::UNAVAILABLE);
  }
  TestServer again(site_);
  EXPECT_EQ(HealthOf(again.As("")), 1);
  EXPECT_GE(again.LogSize(), size);
}

// The disk fails in the middle of a publish: nobody knows whether the release stands.
TEST_F(StartTest, UncertainPublishGetsItsOutcomeFromTheNextStart) {
  for (const kv::FaultOperation operation :
       {kv::FaultOperation::kAppend, kv::FaultOperation::kSync}) {
    TestSite site(false);
    Environment environment;
    environment.knowledge_faults = kv::FaultFileSystem::Create(1);
    {
      TestServer server(site, environment);
      environment.knowledge_faults->FailNth(operation, kv::FileClass::kWal, 1);
      const ImportResult lost = server.Import(TestPackFiles());
      EXPECT_EQ(lost.status.error_code(), grpc::StatusCode::UNAVAILABLE);
      EXPECT_EQ((RawReply{lost.status, "", ""}.Reason()), "RELEASE_UNCERTAIN");
      EXPECT_EQ(server.LogSize(), 3u) << "key, stream open, intent: no outcome";
      EXPECT_EQ(server.EntryAt(2).info().kind(), v1::ENTRY_KIND_INTENT);
      EXPECT_TRUE(server.Verify(lost.receipt, std::nullopt, std::nullopt).ok());
      EXPECT_EQ(HealthOf(server.As("")), 1) << "the head before it is served";
      EXPECT_EQ(HealthOf(server.As(""), "evident.v1.CurationService"), 2);
      // In this process nothing more is published, and that is certain.
      environment.knowledge_faults->ClearFaults();
      const ImportResult again = server.Import(TestPackFiles());
      EXPECT_EQ((RawReply{again.status, "", ""}.Reason()), "DATABASE_WRITE_FAILED");
    }
    TestServer server(site);
    v1::GetStatusResponse status;
    ASSERT_TRUE(status.ParseFromString(server.As("").Call(kStatus, "").response));
    // What was appended is there after a failed sync too: the machine itself went on.
    EXPECT_EQ(status.head().number(), operation == kv::FaultOperation::kSync ? 1u : 0u);
    uint64_t outcomes = 0;
    for (uint64_t i = 0; i < status.log_size(); ++i) {
      const v1::Entry entry = server.EntryAt(i);
      if (entry.info().kind() != v1::ENTRY_KIND_OUTCOME || entry.info().number() != 2) continue;
      ++outcomes;
      EXPECT_EQ(entry.info().grpc_status() == 0, status.head().number() == 1);
      EXPECT_EQ(entry.info().release_digest() == status.head().release_digest(),
                status.head().number() == 1);
    }
    EXPECT_EQ(outcomes, 1u);
    EXPECT_EQ(HealthOf(server.As(""), "evident.v1.CurationService"), 1);
  }
}

TEST_F(StartTest, OlderCopyOfTheKnowledgeIsALoss) {
  const std::string copy = site_.path() + "/copy";
  {
    TestServer server(site_);
    ASSERT_TRUE(server.Import(TestPackFiles()).status.ok());
    EVIDENT_ASSERT_OK(server.Stop());
  }
  std::filesystem::copy(site_.config.KnowledgeDir(), copy);
  {
    TestServer server(site_);
    ASSERT_TRUE(server.Import(TestPackFiles("Another headline")).status.ok());
    ASSERT_TRUE(server.As("").Call(kCheckpoint, "").status.ok());
    EVIDENT_ASSERT_OK(server.Stop());
  }
  {
    TestServer server(site_);  // its own newest release is fine
    EVIDENT_ASSERT_OK(server.Stop());
  }
  std::filesystem::remove_all(site_.config.KnowledgeDir());
  std::filesystem::rename(copy, site_.config.KnowledgeDir());
  const absl::Status refused = Start();
  EXPECT_THAT(refused, HasReason("KNOWLEDGE_BEHIND_LOG"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("published releases/2"));
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("releases/1 "));
  EXPECT_EQ(stage_, StartStage::kData);
}

// Another knowledge folder of the same first release would be a fork.
TEST_F(StartTest, KnowledgeOfAnotherServerIsRefused) {
  TestSite other(false);
  for (const TestSite* site : {&site_, &other}) {
    TestServer server(*site);
    ASSERT_TRUE(server.Import(TestPackFiles(site == &other ? "Another one" : "One")).status.ok());
    EVIDENT_ASSERT_OK(server.Stop());
  }
  std::filesystem::remove_all(site_.config.KnowledgeDir());
  std::filesystem::copy(other.config.KnowledgeDir(), site_.config.KnowledgeDir());
  EXPECT_THAT(Start(), HasReason("KNOWLEDGE_BEHIND_LOG"));
}

TEST_F(StartTest, IntentWaitsForALogThatIsBelowItsReserve) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string intent, LeaveIntent(site_));
  {
    site_.config.audit.disk_reserve_bytes = uint64_t{1} << 60;
    TestServer full(site_);
    full.server().Tick();
    v1::GetStatusResponse status;
    ASSERT_TRUE(status.ParseFromString(full.As("").Call(kStatus, "").response));
    EXPECT_FALSE(status.serving());
    EXPECT_EQ(HealthOf(full.As("")), 2);
    EXPECT_EQ(status.log_size(), 2u);
  }
  site_.config.audit.disk_reserve_bytes = 0;
  TestServer server(site_);
  EXPECT_EQ(server.EntryAt(2).info().kind(), v1::ENTRY_KIND_OUTCOME);
}

TEST_F(StartTest, IntentWithoutEffectGetsAnOutcomeThatSaysSo) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string intent, LeaveIntent(site_));
  TestServer server(site_);
  const v1::Entry outcome = server.EntryAt(2);
  EXPECT_EQ(outcome.info().kind(), v1::ENTRY_KIND_OUTCOME);
  EXPECT_EQ(outcome.info().number(), 1u);
  EXPECT_EQ(outcome.info().grpc_status(), static_cast<uint32_t>(absl::StatusCode::kAborted));
  EXPECT_EQ(outcome.info().method(), "/evident.v1.CurationService/ImportPack");
}

TEST_F(StartTest, IntentWithItsEffectGetsTheReleasesOutcomeOnce) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string intent, LeaveIntent(site_));
  std::string digest;
  {
    graph::GraphDatabaseOptions options;
    options.path = site_.config.KnowledgeDir();
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, graph::ReleaseManager::Open(options));
    ReleaseImporter importer(*releases, Clock::System());
    v1::ImportPackHeader header;
    header.set_pack(kTestPack);
    header.set_publish(true);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto prepared, importer.Prepare(header, TestPackFiles(), [] {
      return absl::OkStatus();
    }));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto published, prepared->Publish({"cn:admin", intent}));
    digest = published.release().release_digest();
    EVIDENT_ASSERT_OK(releases->Close());
  }
  {
    TestServer server(site_);
    const v1::Entry outcome = server.EntryAt(2);
    EXPECT_EQ(outcome.info().kind(), v1::ENTRY_KIND_OUTCOME);
    EXPECT_EQ(outcome.info().grpc_status(), 0u);
    EXPECT_EQ(outcome.info().release_digest(), digest);
  }
  TestServer again(site_);
  EXPECT_EQ(again.EntryAt(3).info().kind(), v1::ENTRY_KIND_READ) << "settled for good";
}

TEST_F(StartTest, IntentOfAnActOnADraftIsSettledByTheDraft) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string intent, LeaveIntent(site_));
  {
    graph::GraphDatabaseOptions options;
    options.path = site_.config.KnowledgeDir();
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, graph::ReleaseManager::Open(options));
    ReleaseImporter importer(*releases, Clock::System());
    v1::ImportPackHeader header;
    header.set_pack(kTestPack);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto prepared, importer.Prepare(header, TestPackFiles(), [] {
      return absl::OkStatus();
    }));
    EVIDENT_ASSERT_OK(prepared->Publish({"cn:admin", intent}));
    EVIDENT_ASSERT_OK(releases->Close());
  }
  TestServer server(site_);
  const v1::Entry outcome = server.EntryAt(2);
  EXPECT_EQ(outcome.info().kind(), v1::ENTRY_KIND_OUTCOME);
  EXPECT_EQ(outcome.info().grpc_status(), 0u);
  EXPECT_EQ(outcome.info().release_digest(), std::string(32, '\0')) << "no release was made";
}

TEST_F(StartTest, PlaintextCallersAreAnonymous) {
  TestServer server(site_);
  v1::GetStatusResponse status;
  ASSERT_TRUE(status.ParseFromString(server.As("").Call(kStatus, "").response));
  EXPECT_EQ(status.caller(), "loopback:anonymous");
}

}  // namespace
}  // namespace evident::server
