#include "server/import_stream.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <thread>

#include "audit/proof/commitment.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "server/test_recorder.h"
#include "server/test_wait.h"

namespace evident::server {
namespace {

constexpr char kImport[] = "/evident.v1.CurationService/ImportPack";

class FakeImporter final : public PackImporter {
 public:
  class Prepared final : public PreparedImport {
   public:
    explicit Prepared(FakeImporter& importer) : importer_(importer) {}
    v1::ImportPackResponse Validated() const override {
      v1::ImportPackResponse response;
      response.add_notes("fine");
      return response;
    }
    absl::StatusOr<v1::ImportPackResponse> Publish(const ImportAct& act) override {
      importer_.author = act.author;
      importer_.intent = act.intent;
      importer_.on_publish();
      EVIDENT_RETURN_IF_ERROR(importer_.publish_status);
      v1::ImportPackResponse response;
      response.mutable_release()->set_name("releases/1");
      response.mutable_release()->set_release_digest(std::string(32, 'd'));
      return response;
    }

   private:
    FakeImporter& importer_;
  };

  absl::StatusOr<std::optional<std::string>> AnsweredBefore(Call&) override {
    return answered_before;
  }

  absl::StatusOr<std::unique_ptr<PreparedImport>> Prepare(
      const v1::ImportPackHeader&, const ImportFiles& sent,
      const std::function<absl::Status()>& check_alive) override {
    EXPECT_TRUE(!until_dead || Eventually([&] { return !check_alive().ok(); }));
    EVIDENT_RETURN_IF_ERROR(check_alive());
    EVIDENT_RETURN_IF_ERROR(prepare_status);
    files = sent;
    return std::make_unique<Prepared>(*this);
  }

  std::optional<std::string> answered_before;
  absl::Status prepare_status;
  absl::Status publish_status;
  std::function<void()> on_publish = [] {};
  bool until_dead = false;  // works until its call is cancelled or late
  ImportFiles files;
  std::string author;
  std::string intent;
};

// One stream at a time, fed by hand.
class ImportStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    Grant("[curator, publisher]");
    *header_.mutable_header() = v1::ImportPackHeader();
    header_.mutable_header()->set_pack("p");
    header_.mutable_header()->set_label("first");
    header_.mutable_header()->set_publish(true);
  }
  void Grant(const std::string& roles) {
    EVIDENT_ASSERT_OK(
        WriteFileAtomically(policy_file_, "identities:\n  \"cn:curator\": " + roles + "\n", 0600));
    EVIDENT_ASSERT_OK_AND_ASSIGN(policy_, PolicyStore::Open(policy_file_));
    stream_.reset();  // it has its place from the admission before
    admission_ = std::make_unique<Admission>(clock_, Random::System(), *policy_, 16);
    parts_ = std::make_unique<ImportParts>(
        CallPathParts{*admission_,
                      recorder_,
                      aggregates_,
                      pool_,
                      overflow_,
                      {[this] { ++uncertain_; },
                       [this](EntryIndex intent) { unrecorded_.push_back(intent); }}},
        importer_);
    Restart();
  }
  void Restart() {
    departed_ = std::promise<Departure>();
    stream_ = std::make_shared<ImportStream>(
        *parts_,
        Arrival{.method = kImport,
                .peer = "ipv4:127.0.0.1:1",
                .credentials = {.tls = true, .names = {name_}},
                .cancelled = cancelled_,
                .trace_id = ""},
        [this](Departure departure) { departed_.set_value(std::move(departure)); });
    open_ = Await([this](absl::AnyInvocable<void()> resume) { stream_->Begin(std::move(resume)); });
  }

  // True when the stream wants more.
  bool Send(std::optional<std::string> message) {
    if (!open_) return false;
    return open_ = Await([&](absl::AnyInvocable<void()> resume) {
             stream_->OnMessage([message] { return message; }, std::move(resume));
           });
  }
  bool Await(absl::AnyInvocable<void(absl::AnyInvocable<void()>)> step) {
    auto more = std::make_shared<std::promise<bool>>();
    std::future<bool> wants = more->get_future();
    auto departure = departed_.get_future();
    step([more] { more->set_value(true); });
    const auto until = std::chrono::steady_clock::now() + kTestWaitMax;
    while (wants.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
      if (std::chrono::steady_clock::now() >= until) std::abort();
      if (departure.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready) {
        departure_ = departure.get();
        return false;
      }
    }
    departed_ = std::promise<Departure>();
    return true;
  }
  bool Send(const v1::ImportPackRequest& message) { return Send(message.SerializeAsString()); }

  static v1::ImportPackRequest File(const std::string& path, const std::string& content) {
    v1::ImportPackRequest message;
    message.mutable_file()->set_path(path);
    message.mutable_file()->set_content(content);
    return message;
  }
  static v1::ImportPackRequest Commit(const ImportFiles& files) {
    Sha256Stream hash;
    for (const auto& [path, content] : files) {
      for (const std::string* part : {&path, &content}) {
        std::string length;
        AppendU32(length, static_cast<uint32_t>(part->size()));
        hash.Add(length);
        hash.Add(*part);
      }
    }
    v1::ImportPackRequest message;
    message.mutable_commit()->set_files(static_cast<uint32_t>(files.size()));
    message.mutable_commit()->set_sha256(std::string(hash.Finish().view()));
    return message;
  }
  std::vector<audit::LeafKind> Kinds() {
    std::vector<audit::LeafKind> kinds;
    for (const EntryDraft& entry : recorder_.WaitFor(0)) kinds.push_back(entry.kind);
    return kinds;
  }

  using Kind = audit::LeafKind;
  TempDir dir_;
  const std::string policy_file_ = dir_.path() + "/policy.yaml";
  std::string name_ = "curator";
  std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  FakeClock clock_{1'000'000'000};
  MemoryRecorder recorder_;
  FakeImporter importer_;
  int uncertain_ = 0;
  std::vector<EntryIndex> unrecorded_;
  std::unique_ptr<PolicyStore> policy_;
  std::unique_ptr<Admission> admission_;
  Aggregates aggregates_{clock_, recorder_};
  std::unique_ptr<ImportParts> parts_;  // outlives what runs in the pools
  WorkerPool pool_{"calls", 1, 16};
  WorkerPool overflow_{"overflow", 1, 16};
  std::promise<Departure> departed_;
  Departure departure_;
  bool open_ = false;  // it wants a message
  std::shared_ptr<ImportStream> stream_;
  v1::ImportPackRequest header_;
};

TEST_F(ImportStreamTest, PublishLeavesOpenIntentAndOutcome) {
  ASSERT_TRUE(Send(header_));
  ASSERT_TRUE(Send(File("a.yaml", "A")));
  ASSERT_TRUE(Send(File("b/c.yaml", "")));
  const v1::ImportPackRequest commit = Commit({{"a.yaml", "A"}, {"b/c.yaml", ""}});
  ASSERT_FALSE(Send(commit));
  EXPECT_EQ(departure_.status.code, 0) << departure_.status.message;
  EXPECT_EQ(importer_.files, (ImportFiles{{"a.yaml", "A"}, {"b/c.yaml", ""}}));
  EXPECT_EQ(importer_.author, "cn:curator");
  EXPECT_EQ(importer_.intent, "entries/test.1-1");
  ASSERT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kIntent, Kind::kOutcome}));
  const auto entries = recorder_.WaitFor(3);
  EXPECT_EQ(entries[0].request, header_.SerializeAsString());
  EXPECT_EQ(entries[1].request, commit.SerializeAsString());
  EXPECT_EQ(std::get<audit::OutcomeDetail>(entries[2].detail).intent, EntryIndex(1));
  EXPECT_EQ(entries[2].answer, departure_.response);
  EXPECT_EQ(entries[2].release.view(), std::string(32, 'd'));
  EXPECT_NE(departure_.receipt, "");
}

TEST_F(ImportStreamTest, HalfCloseWithoutCommitImportsNothing) {
  ASSERT_TRUE(Send(header_));
  const v1::ImportPackRequest file = File("a.yaml", "A");
  ASSERT_TRUE(Send(file));
  ASSERT_FALSE(Send(std::nullopt));
  EXPECT_EQ(departure_.status.code, 3);
  EXPECT_EQ(importer_.intent, "");
  ASSERT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kStreamClose}));
  const auto entry = recorder_.WaitFor(2)[1];
  EXPECT_EQ(CodeOf(entry), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(entry.body.reason(), testing::StartsWith("IMPORT_NOT_COMMITTED"));
  Digest rolling;
  for (const auto& message : {header_, file}) {
    rolling = audit::ExtendRolling(
        rolling, audit::CommitRequest(std::string(32, 's'), message.SerializeAsString()));
  }
  EXPECT_EQ(std::get<audit::StreamCloseDetail>(entry.detail),
            (audit::StreamCloseDetail{2, rolling}));
}

TEST_F(ImportStreamTest, CancelIsRecordedAsSuchAndImportsNothing) {
  ASSERT_TRUE(Send(header_));
  *cancelled_ = true;
  ASSERT_FALSE(Send(std::nullopt));
  ASSERT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kStreamClose}));
  EXPECT_EQ(CodeOf(recorder_.WaitFor(2)[1]), absl::StatusCode::kCancelled);
}

TEST_F(ImportStreamTest, CommitThatDoesNotFitImportsNothing) {
  ASSERT_TRUE(Send(header_));
  ASSERT_TRUE(Send(File("a.yaml", "A")));
  ASSERT_FALSE(Send(Commit({{"a.yaml", "B"}, {"b.yaml", "B"}})));
  EXPECT_EQ(departure_.status.code, 3);
  EXPECT_EQ(importer_.intent, "");
  const auto entries = recorder_.WaitFor(2);
  ASSERT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kStreamClose}));
  EXPECT_THAT(entries[1].body.reason(), testing::StartsWith("IMPORT_INCOMPLETE"));
}

TEST_F(ImportStreamTest, ValidationLeavesOpenAndCloseWithItsAnswer) {
  header_.mutable_header()->set_publish(false);
  header_.mutable_header()->set_validate_only(true);
  Grant("[curator]");
  ASSERT_TRUE(Send(header_));
  ASSERT_FALSE(Send(Commit({})));
  EXPECT_EQ(departure_.status.code, 0);
  ASSERT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kStreamClose}));
  EXPECT_EQ(recorder_.WaitFor(2)[1].answer, departure_.response);
  EXPECT_EQ(importer_.intent, "");
}

TEST_F(ImportStreamTest, PackWithErrorsLeavesNoIntent) {
  importer_.prepare_status =
      MakeError(absl::StatusCode::kInvalidArgument, "PACK_INVALID", "one error", {{"a:1:1", "x"}});
  ASSERT_TRUE(Send(header_));
  ASSERT_FALSE(Send(Commit({})));
  EXPECT_EQ(departure_.status.code, 3);
  EXPECT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kStreamClose}));
}

TEST_F(ImportStreamTest, EffectThatFailsLeavesAnOutcomeThatSaysSo) {
  importer_.publish_status = MakeError(absl::StatusCode::kAborted, "HEAD_MOVED", "the head moved");
  ASSERT_TRUE(Send(header_));
  ASSERT_FALSE(Send(Commit({})));
  EXPECT_EQ(departure_.status.code, 10);
  ASSERT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kIntent, Kind::kOutcome}));
  EXPECT_EQ(CodeOf(recorder_.WaitFor(3)[2]), absl::StatusCode::kAborted);
}

TEST_F(ImportStreamTest, NothingHappensWhenTheIntentCannotBeRecorded) {
  ASSERT_TRUE(Send(header_));
  recorder_.FailFromNowOn();
  ASSERT_FALSE(Send(Commit({})));
  EXPECT_EQ(departure_.status.code, 14);
  EXPECT_EQ(departure_.receipt, "");
  EXPECT_EQ(importer_.intent, "");
}

TEST_F(ImportStreamTest, WhoMayNotImportIsRefusedBeforeAnyMessageAndHoldsNoRoom) {
  Grant("[reader]");
  EXPECT_FALSE(open_);
  EXPECT_EQ(departure_.status.code, 7);
  ASSERT_EQ(Kinds(), std::vector{Kind::kRefusal});
  EXPECT_FALSE(recorder_.WaitFor(1)[0].request.has_value());
  EXPECT_EQ(parts_->in_flight, 0u);
}

TEST_F(ImportStreamTest, StreamCountsUntilItsDepartureIsDelivered) {
  ASSERT_TRUE(Send(header_));
  ASSERT_FALSE(Send(std::nullopt));
  EXPECT_EQ(admission_->in_flight(), 1u);
  departure_ = Departure();
  EXPECT_EQ(admission_->in_flight(), 0u);
}

TEST_F(ImportStreamTest, WorkOnAPackEndsWithItsCall) {
  importer_.until_dead = true;
  ASSERT_TRUE(Send(header_));
  std::thread canceller([this] { *cancelled_ = true; });
  ASSERT_FALSE(Send(Commit({})));
  canceller.join();
  ASSERT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kStreamClose}));
  EXPECT_EQ(CodeOf(recorder_.WaitFor(2)[1]), absl::StatusCode::kCancelled);
}

TEST_F(ImportStreamTest, UncertainReleaseGetsNoOutcomeAndTheReceiptOfItsIntent) {
  importer_.publish_status =
      MakeError(absl::StatusCode::kResourceExhausted, "RELEASE_UNCERTAIN", "the disk failed");
  SetLogLevel(LogLevel::kError);
  ASSERT_TRUE(Send(header_));
  ASSERT_FALSE(Send(Commit({})));
  EXPECT_EQ(departure_.status.code, 14);
  EXPECT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kIntent}));
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(departure_.receipt));
  EXPECT_EQ(receipt.entry(), "entries/test.1-1");
  EXPECT_EQ(uncertain_, 1);
}

// Published or not: the caller learns which from the outcome that is recorded later.
TEST_F(ImportStreamTest, OutcomeThatIsNotTakenLeavesTheReceiptOfTheIntent) {
  importer_.on_publish = [this] { recorder_.FailFromNowOn(); };
  for (const absl::Status& publish :
       {absl::OkStatus(), MakeError(absl::StatusCode::kAborted, "HEAD_MOVED", "the head moved")}) {
    importer_.publish_status = publish;
    recorder_.Mend();
    Restart();
    ASSERT_TRUE(Send(header_));
    ASSERT_FALSE(Send(Commit({})));
    EXPECT_EQ(departure_.status.code, 14);
    EXPECT_THAT(departure_.status.details, testing::HasSubstr("OUTCOME_UNRECORDED"));
    EXPECT_EQ(departure_.response, "");
    v1::Receipt receipt;
    ASSERT_TRUE(receipt.ParseFromString(departure_.receipt));
    EXPECT_EQ(receipt.entry(), importer_.intent);
  }
  EXPECT_EQ(unrecorded_, (std::vector{EntryIndex(1), EntryIndex(3)}));
  EXPECT_EQ(uncertain_, 0) << "it is known, and imports go on";
}

// Both pools are stopped: neither takes anything.
TEST_F(ImportStreamTest, OpenedStreamIsClosedInTheLogHoweverBusyTheServerIs) {
  ASSERT_TRUE(Send(header_));
  pool_.Stop();
  overflow_.Stop();
  ASSERT_FALSE(Send(File("a", "b")));
  EXPECT_EQ(departure_.status.code, 8);
  EXPECT_EQ(Kinds(), (std::vector{Kind::kStreamOpen, Kind::kStreamClose}));
}

TEST_F(ImportStreamTest, PublishingTakesTheRolePublisher) {
  Grant("[curator]");
  ASSERT_FALSE(Send(header_));
  EXPECT_EQ(departure_.status.code, 7);
  EXPECT_EQ(Kinds(), std::vector{Kind::kRefusal});
}

TEST_F(ImportStreamTest, CallerThatIsNobodyIsCountedNotRecorded) {
  name_ = "";
  Restart();
  ASSERT_FALSE(Send(header_));
  EXPECT_EQ(departure_.status.code, 16);
  EXPECT_EQ(departure_.receipt, "");
  EXPECT_TRUE(Kinds().empty());
  aggregates_.Flush(true);
  EXPECT_EQ(Kinds(), std::vector{Kind::kAggregate});
}

TEST_F(ImportStreamTest, HeadersThatAreNotAcceptedLeaveARefusal) {
  v1::ImportPackRequest published_draft = header_;
  published_draft.mutable_header()->set_draft("drafts/1");
  v1::ImportPackRequest both = header_;
  both.mutable_header()->set_validate_only(true);
  v1::ImportPackRequest nameless = header_;
  nameless.mutable_header()->clear_pack();
  size_t count = 0;
  for (const std::string& message :
       {published_draft.SerializeAsString(), both.SerializeAsString(), nameless.SerializeAsString(),
        File("a", "b").SerializeAsString(), std::string("\xFF"), std::string()}) {
    Restart();
    ASSERT_FALSE(Send(message));
    EXPECT_EQ(departure_.status.code, 3);
    ASSERT_EQ(Kinds().size(), ++count);
    EXPECT_EQ(Kinds().back(), Kind::kRefusal);
    EXPECT_EQ(recorder_.WaitFor(count).back().request, message);
  }
}

TEST_F(ImportStreamTest, FilesOutsideThePackAndDoubleFilesAreRefused) {
  for (const char* path : {"", "/etc/passwd", "../a", "a/../b", "a//b", "./a", "a/"}) {
    Restart();
    ASSERT_TRUE(Send(header_));
    ASSERT_FALSE(Send(File(path, "x"))) << path;
    EXPECT_EQ(departure_.status.code, 3) << path;
  }
  Restart();
  ASSERT_TRUE(Send(header_));
  ASSERT_TRUE(Send(File("a", "x")));
  ASSERT_FALSE(Send(File("a", "x")));
  EXPECT_EQ(departure_.status.code, 3);
  Restart();
  ASSERT_TRUE(Send(header_));
  ASSERT_FALSE(Send(File("a", std::string(kPackFileBytesMax + 1, 'x'))));
  EXPECT_EQ(departure_.status.code, 8);
}

TEST_F(ImportStreamTest, ImportsBeyondTheCapAreRefused) {
  std::vector<std::shared_ptr<ImportStream>> others;
  for (size_t i = 0; i < kImportsInFlightMax; ++i) {
    ASSERT_TRUE(Send(header_));
    others.push_back(stream_);
    Restart();
  }
  ASSERT_FALSE(Send(header_));
  EXPECT_EQ(departure_.status.code, 8);
  others.clear();
  Restart();
  EXPECT_TRUE(Send(header_));
}

}  // namespace
}  // namespace evident::server
