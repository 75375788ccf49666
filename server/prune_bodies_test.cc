// Retention, of the whole server: what may go and who may ask for it, and what is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "audit/export/fsck.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "evident/v1/audit_service.grpc.pb.h"
#include "server/test_served_pack.h"

namespace evident::server {
namespace {

using testing::HasSubstr;

constexpr int64_t kDayNs = int64_t{24} * 3'600 * 1'000'000'000;

// The machine's time, and later by what a test says.
class LaterClock final : public Clock {
 public:
  int64_t NowNs() const override { return Clock::System().NowNs() + later_ns_; }
  void AdvanceDays(int64_t days) { later_ns_ += days * kDayNs; }

 private:
  std::atomic<int64_t> later_ns_ = 0;
};

class PruneBodiesTest : public ServedPackTest {
 protected:
  void SetUp() override {
    ServedPackTest::SetUp();
    old_ = Decide("s1");
    clock_.AdvanceDays(100);
    patience_ = std::chrono::hours(101 * 24);
    young_ = Decide("s2");
  }
  void Configure(TestSite& site) override {
    site.config.audit.retention.days = 60;
    site.config.listen = {"127.0.0.1:0"};
  }
  Environment Surroundings() override { return Environment{.clock = clock_}; }

  std::string Decide(const std::string& subject, const std::string& follows = "") {
    v1::RecommendRequest request;
    *request.mutable_question() = FrameOfScore(2);
    request.mutable_question()->set_subject(subject);
    request.mutable_question()->set_follows(follows);
    const RawReply reply = As("decider", "DecisionService/Recommend", request);
    v1::RecommendResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    reply_ = reply;
    return response.receipt().entry();
  }
  static uint64_t IndexOf(const std::string& entry) {
    return std::stoull(entry.substr(entry.rfind('-') + 1));
  }
  // To before the young decision, which is the first entry of its day.
  v1::PruneBodiesRequest Request() const {
    v1::PruneBodiesRequest request;
    request.set_end(IndexOf(young_));
    request.set_reason("retention plan 3");
    return request;
  }
  RawReply Prune(const v1::PruneBodiesRequest& request, const std::string& caller = "officer") {
    return As(caller, "AuditService/PruneBodies", request);
  }
  v1::PruneBodiesResponse MustPrune(const v1::PruneBodiesRequest& request) {
    const RawReply reply = Prune(request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::PruneBodiesResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response;
  }
  v1::BodyState StateOf(const std::string& entry) {
    v1::GetEntryRequest request;
    request.set_name(entry);
    v1::GetEntryResponse response;
    EXPECT_TRUE(response.ParseFromString(As("auditor", "AuditService/GetEntry", request).response));
    return response.entry().body_state();
  }
  RawReply Hold(const std::string& subject) {
    v1::PlaceLegalHoldRequest request;
    request.set_subject(subject);
    request.set_reason("file 7");
    return As("officer", "AuditService/PlaceLegalHold", request);
  }

  LaterClock clock_;
  std::string old_;
  std::string young_;
  RawReply reply_;
};

TEST_F(PruneBodiesTest, RemovesBodiesAndSaysSoWhereverTheyAreAskedFor) {
  v1::PruneBodiesRequest request = Request();
  request.set_validate_only(true);
  const v1::PruneBodiesResponse would = MustPrune(request);
  EXPECT_EQ(would.begin(), 0u);
  EXPECT_EQ(would.end(), IndexOf(young_));
  EXPECT_EQ(would.decisions(), 1u);
  EXPECT_GT(would.bytes(), 1000u);
  EXPECT_EQ(would.entry(), "");
  EXPECT_EQ(StateOf(old_), v1::BODY_STATE_OPENED);

  const v1::PruneBodiesResponse response = MustPrune(Request());
  EXPECT_EQ(response.bytes(), would.bytes());
  EXPECT_EQ(StateOf(old_), v1::BODY_STATE_PRUNED);
  EXPECT_EQ(StateOf(young_), v1::BODY_STATE_OPENED);
  v1::GetEntryRequest said;
  said.set_name(response.entry());
  v1::GetEntryResponse entry;
  ASSERT_TRUE(entry.ParseFromString(As("auditor", "AuditService/GetEntry", said).response));
  EXPECT_EQ(entry.entry().info().kind(), v1::ENTRY_KIND_PRUNING);
  EXPECT_EQ(entry.entry().info().number(), IndexOf(young_));
  const uint64_t at = entry.entry().index();
  const v1::EntryBody intent = BodyOf("entries/test.example.1-" + std::to_string(at - 1));
  for (const char* const part :
       {"from 0 to before", "audit.retention_days is 60", "1 decisions", ": retention plan 3"}) {
    EXPECT_THAT(intent.effect(), HasSubstr(part));
  }
  EXPECT_THAT(BodyOf("entries/test.example.1-" + std::to_string(at + 1)).effect(),
              HasSubstr(response.entry()));

  v1::ExplainRequest explain;
  explain.set_name(old_);
  const RawReply explained = As("auditor", "DecisionService/Explain", explain);
  EXPECT_EQ(explained.Reason(), "DECISION_PRUNED");
  EXPECT_THAT(explained.status.error_message(), HasSubstr(response.entry()));
  v1::ReplayRequest replay;
  replay.set_name(old_);
  EXPECT_EQ(As("auditor", "DecisionService/Replay", replay).Reason(), "DECISION_PRUNED");
  v1::RecordFeedbackRequest feedback;
  feedback.set_decision(old_);
  feedback.add_statements()->set_statement("duskmoth/amberol-first");
  feedback.mutable_statements(0)->set_verdict(v1::FEEDBACK_VERDICT_ACCEPTED);
  EXPECT_EQ(As("decider", "DecisionService/RecordFeedback", feedback).Reason(), "DECISION_PRUNED");
  Decide("s1", old_);
  EXPECT_EQ(reply_.Reason(), "FOLLOWS_PRUNED");

  // Again: nothing is left to do, and nothing is announced.
  const v1::PruneBodiesResponse again = MustPrune(Request());
  EXPECT_EQ(again.begin(), again.end());
  EXPECT_EQ(again.entry(), "");
}

TEST_F(PruneBodiesTest, LeavesProofsAndRowsOfWhatItRemoves) {
  MustPrune(Request());
  v1::GetInclusionProofRequest prove;
  prove.set_index(IndexOf(old_));
  v1::GetInclusionProofResponse proof;
  ASSERT_TRUE(
      proof.ParseFromString(As("auditor", "AuditService/GetInclusionProof", prove).response));
  EXPECT_EQ(proof.leaf().size(), 224u);
  grpc::ClientContext context;
  const auto reader = v1::AuditService::NewStub(server_->As("analyst").channel())
                          ->ExportTables(&context, v1::ExportTablesRequest());
  v1::ExportTablesResponse part;
  std::vector<v1::EntryRow> rows;
  while (reader->Read(&part)) rows.insert(rows.end(), part.rows().begin(), part.rows().end());
  ASSERT_TRUE(reader->Finish().ok());
  ASSERT_GT(rows.size(), IndexOf(young_));
  for (const v1::EntryRow& row : rows) {
    const bool gone = row.index() < IndexOf(young_);
    EXPECT_EQ(row.pruned(), gone) << row.index();
    EXPECT_EQ(row.key_id().empty(), gone) << row.index();
    EXPECT_FALSE(row.erased());
  }
  EXPECT_EQ(rows[IndexOf(old_)].kind(), v1::ENTRY_KIND_DECISION);
  EXPECT_FALSE(rows[IndexOf(old_)].has_decision());
  ASSERT_TRUE(server_->Stop().ok());
  const auto report =
      audit::CheckLog(site_->config.LogDir(), site_->config.audit.guard_file, site_->verifier());
  ASSERT_THAT(report, IsOk());
  EXPECT_THAT(report->problems, testing::IsEmpty());
  EXPECT_EQ(report->bodies_pruned, IndexOf(young_));
}

TEST_F(PruneBodiesTest, RefusesWhatThePolicyDoesNotLetGo) {
  v1::PruneBodiesRequest request = Request();
  request.set_end(IndexOf(young_) + 1);
  const RawReply young = Prune(request);
  EXPECT_EQ(young.Reason(), "RETENTION");
  EXPECT_EQ(young.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(young.status.error_message(),
              HasSubstr("end before entry " + std::to_string(IndexOf(young_))));
  request.set_before_time_ns(clock_.NowNs() - 59 * kDayNs);
  EXPECT_EQ(Prune(request).Reason(), "RETENTION");
  request.set_end(1'000'000);
  EXPECT_EQ(Prune(request).Reason(), "ENTRY_UNKNOWN");
  for (const char* const caller : {"auditor", "analyst", "decider"}) {
    EXPECT_EQ(Prune(Request(), caller).Reason(), "ROLE_MISSING") << caller;
  }
  EXPECT_EQ(StateOf(old_), v1::BODY_STATE_OPENED);
  request.set_before_time_ns(clock_.NowNs() - 61 * kDayNs);
  EXPECT_EQ(MustPrune(request).end(), IndexOf(young_));
}

TEST_F(PruneBodiesTest, RefusesARequestThatSaysTooLittle) {
  const RawReply empty = Prune(v1::PruneBodiesRequest());
  EXPECT_EQ(empty.Reason(), "REQUEST_INVALID");
  EXPECT_NE(empty.ViolationOf("end"), "");
  EXPECT_NE(empty.ViolationOf("reason"), "");
  v1::PruneBodiesRequest request = Request();
  request.set_before_time_ns(-1);
  request.set_reason(std::string(5'000, 'r'));
  request.mutable_archive()->set_manifest_sha256("short");
  const RawReply bad = Prune(request);
  EXPECT_EQ(bad.Violations(), 3);
  EXPECT_NE(bad.ViolationOf("before_time_ns"), "");
  EXPECT_NE(bad.ViolationOf("reason"), "");
  EXPECT_NE(bad.ViolationOf("archive.manifest_sha256"), "");
}

TEST_F(PruneBodiesTest, AHoldKeepsTheWholePrefix) {
  ASSERT_TRUE(Hold("s1").status.ok());
  const RawReply held = Prune(Request());
  EXPECT_EQ(held.Reason(), "LEGAL_HOLD");
  EXPECT_EQ(held.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(held.status.error_message(), HasSubstr(old_));
  EXPECT_EQ(StateOf(old_), v1::BODY_STATE_OPENED);
  v1::PruneBodiesRequest before = Request();
  before.set_end(IndexOf(old_));
  EXPECT_EQ(MustPrune(before).decisions(), 0u);
  EXPECT_EQ(StateOf(old_), v1::BODY_STATE_OPENED);
}

class NotConfiguredTest : public PruneBodiesTest {
 protected:
  void Configure(TestSite&) override {}
};

TEST_F(NotConfiguredTest, WithoutAPolicyNothingGoes) {
  const RawReply reply = Prune(Request());
  EXPECT_EQ(reply.Reason(), "PRUNING_NOT_CONFIGURED");
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(StateOf(old_), v1::BODY_STATE_OPENED);
}

class ArchiveRequiredTest : public PruneBodiesTest {
 protected:
  void Configure(TestSite& site) override {
    PruneBodiesTest::Configure(site);
    site.config.audit.retention.archive_required = true;
  }
};

TEST_F(ArchiveRequiredTest, OnlyWhatIsArchivedGoesAndTheLogSaysWhereto) {
  EXPECT_EQ(Prune(Request()).Reason(), "ARCHIVE_REQUIRED");
  v1::PruneBodiesRequest request = Request();
  request.mutable_archive()->set_manifest_sha256(std::string(32, '\xab'));
  request.mutable_archive()->set_end(request.end() - 1);
  EXPECT_EQ(Prune(request).Reason(), "ARCHIVE_REQUIRED");
  request.mutable_archive()->set_end(request.end());
  const v1::PruneBodiesResponse response = MustPrune(request);
  const uint64_t intent = IndexOf(response.entry()) - 1;
  EXPECT_THAT(BodyOf("entries/test.example.1-" + std::to_string(intent)).effect(),
              HasSubstr("manifest abababab"));
}

// What a server that starts makes of a pruning that was cut off.
class CutOffTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    EXPECT_THAT(WriteFileAtomically(site_.config.policy_file,
                                    "identities:\n  \"loopback:anonymous\": [decider, auditor, "
                                    "privacy_officer, curator, publisher, admin]\n",
                                    0600),
                IsOk());
    site_.config.audit.retention.days = 60;
    clock_.AdvanceDays(-100);
  }
  // A log whose entries are a hundred days old; asks to remove their bodies, while the file system
  // fails as `fail` says, and then loses power. The reason of the reply.
  std::string PruneWhile(const std::function<void(kv::FaultFileSystem&)>& fail) {
    const auto faults = kv::FaultFileSystem::Create(1);
    std::string reason;
    {
      TestServer server(site_, Environment{.clock = clock_, .log_faults = faults});
      EXPECT_TRUE(server.Import(TestPackFiles()).status.ok());
      clock_.AdvanceDays(100);
      end_ = server.LogSize();
      v1::PruneBodiesRequest request;
      request.set_end(end_);
      request.set_reason("retention");
      fail(*faults);
      const RawReply reply = server.As("").Call("/evident.v1.AuditService/PruneBodies", request);
      EXPECT_FALSE(reply.status.ok());
      reason = reply.Reason();
      faults->PowerOff();
      const absl::Status ignored = server.Stop();
      static_cast<void>(ignored);
    }
    EXPECT_THAT(faults->Crash(), IsOk());
    return reason;
  }

  TestSite site_{false};
  LaterClock clock_;
  uint64_t end_ = 0;
};

TEST_F(CutOffTest, BehindTheEntryThatSaysSoItIsFinished) {
  EXPECT_EQ(PruneWhile([](kv::FaultFileSystem& faults) {
              faults.FailNth(kv::FaultOperation::kSync, kv::FileClass::kTable, 1);
            }),
            "PRUNING_UNFINISHED");
  TestServer server(site_, Environment{.clock = clock_});
  EXPECT_EQ(server.EntryAt(end_ + 1).info().kind(), v1::ENTRY_KIND_INTENT);
  EXPECT_EQ(server.EntryAt(end_ + 2).info().kind(), v1::ENTRY_KIND_PRUNING);
  const v1::Entry outcome = server.EntryAt(end_ + 3);
  EXPECT_EQ(outcome.info().kind(), v1::ENTRY_KIND_OUTCOME);
  EXPECT_EQ(outcome.info().grpc_status(), 0u);
  v1::GetEntryRequest request;
  request.set_name("entries/test.example.1-1");
  v1::GetEntryResponse entry;
  ASSERT_TRUE(entry.ParseFromString(
      server.As("").Call("/evident.v1.AuditService/GetEntry", request).response));
  EXPECT_EQ(entry.entry().body_state(), v1::BODY_STATE_PRUNED);
}

TEST_F(CutOffTest, BeforeItNothingWasRemoved) {
  PruneWhile([](kv::FaultFileSystem& faults) {
    faults.FailNth(kv::FaultOperation::kSync, kv::FileClass::kWal, 2);
  });
  TestServer server(site_, Environment{.clock = clock_});
  EXPECT_EQ(server.EntryAt(end_ + 1).info().kind(), v1::ENTRY_KIND_INTENT);
  const v1::Entry outcome = server.EntryAt(end_ + 2);
  EXPECT_EQ(outcome.info().kind(), v1::ENTRY_KIND_OUTCOME);
  EXPECT_EQ(outcome.info().grpc_status(), static_cast<uint32_t>(absl::StatusCode::kAborted));
  v1::GetEntryRequest request;
  request.set_name("entries/test.example.1-1");
  v1::GetEntryResponse entry;
  ASSERT_TRUE(entry.ParseFromString(
      server.As("").Call("/evident.v1.AuditService/GetEntry", request).response));
  EXPECT_EQ(entry.entry().body_state(), v1::BODY_STATE_OPENED);
}

}  // namespace
}  // namespace evident::server
