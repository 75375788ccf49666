// Calls that change something: announced before, concluded after, and settled when that fails.
#include "server/effect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "base/status_matchers.h"
#include "evident/v1/admin_service.pb.h"
#include "server/call_path.h"
#include "server/test_recorder.h"

namespace evident::server {
namespace {

constexpr char kMethod[] = "/evident.v1.AdminService/GetStatus";

class Change final : public PreparedChange {
 public:
  using Action = std::function<absl::StatusOr<std::string>(Call&, const std::string&)>;
  explicit Change(Action action) : action_(std::move(action)) {}
  std::string Effect() const override { return "paint it blue"; }
  absl::StatusOr<std::string> Apply(Call& call, const std::string& intent) override {
    return action_(call, intent);
  }

 private:
  const Action action_;
};

class EffectTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    const std::string file = dir_.path() + "/policy.yaml";
    EVIDENT_ASSERT_OK(
        WriteFileAtomically(file, "identities:\n  \"cn:curator\": [curator]\n", 0600));
    EVIDENT_ASSERT_OK_AND_ASSIGN(policy_, PolicyStore::Open(file));
    admission_ = std::make_unique<Admission>(clock_, Random::System(), *policy_, 16);
    MethodTable methods;
    methods[kMethod] = {
        audit::LeafKind::kRead,
        OfRequests<v1::GetStatusRequest>(
            [this](server::Call&, const v1::GetStatusRequest&) { return prepare_(); })};
    const EffectHooks hooks{[this] { ++uncertain_; },
                            [this](EntryIndex intent) { unrecorded_.push_back(intent); }};
    path_ = std::make_unique<CallPath>(
        CallPathParts{*admission_, recorder_, aggregates_, pool_, overflow_, hooks},
        std::move(methods));
  }
  void TearDown() override {
    pool_.Stop();
    overflow_.Stop();
  }

  void Do(Change::Action action) {
    prepare_ = [action = std::move(action)] {
      return absl::StatusOr<Reply>(Reply{"", false, std::make_unique<Change>(action)});
    };
  }
  Departure Call() {
    std::promise<Departure> departed;
    path_->Take(
        Arrival{.method = kMethod,
                .peer = "ipv4:127.0.0.1:1",
                .credentials = {.tls = true, .names = {"curator"}},
                .cancelled = std::make_shared<std::atomic<bool>>(false),
                .trace_id = ""},
        [] { return std::string(); },
        [&](Departure departure) { departed.set_value(std::move(departure)); });
    return departed.get_future().get();
  }

  TempDir dir_;
  FakeClock clock_{Clock::System().NowNs()};
  MemoryRecorder recorder_;
  std::unique_ptr<PolicyStore> policy_;
  std::unique_ptr<Admission> admission_;
  Aggregates aggregates_{clock_, recorder_};
  WorkerPool pool_{"calls", 2, 16};
  WorkerPool overflow_{"overflow", 1, 16};
  int uncertain_ = 0;
  std::vector<EntryIndex> unrecorded_;
  std::function<absl::StatusOr<Reply>()> prepare_;
  std::unique_ptr<CallPath> path_;
};

TEST_F(EffectTest, AChangeIsAnnouncedThenCarriedOutThenConcluded) {
  Do([this](server::Call& call, const std::string& intent) {
    EXPECT_EQ(recorder_.size(), 1u);
    EXPECT_EQ(intent, "entries/test.1-0");
    call.notes().effect = "it is blue";
    return absl::StatusOr<std::string>("done");
  });
  const Departure departure = Call();
  EXPECT_EQ(departure.response, "done") << departure.status.message;
  EXPECT_NE(departure.receipt, "");
  const auto entries = recorder_.WaitFor(2);
  EXPECT_EQ(entries[0].kind, audit::LeafKind::kIntent);
  EXPECT_EQ(entries[0].body.effect(), "paint it blue");
  EXPECT_TRUE(entries[0].request.has_value());
  EXPECT_EQ(entries[1].kind, audit::LeafKind::kOutcome);
  EXPECT_EQ(entries[1].body.effect(), "it is blue");
  EXPECT_EQ(entries[1].answer, "done");
  EXPECT_EQ(std::get<audit::OutcomeDetail>(entries[1].detail).intent.value, 0u);
}

TEST_F(EffectTest, AChangeThatFailsIsConcludedWithItsError) {
  Do([](server::Call&, const std::string&) -> absl::StatusOr<std::string> {
    return MakeError(absl::StatusCode::kAborted, "HEAD_MOVED", "somebody was faster");
  });
  const Departure departure = Call();
  EXPECT_EQ(departure.status.code, static_cast<int>(absl::StatusCode::kAborted));
  const auto entries = recorder_.WaitFor(2);
  EXPECT_EQ(entries[1].kind, audit::LeafKind::kOutcome);
  EXPECT_EQ(CodeOf(entries[1]), absl::StatusCode::kAborted);
  EXPECT_THAT(entries[1].body.reason(), testing::StartsWith("HEAD_MOVED"));
  EXPECT_FALSE(entries[1].answer.has_value());
}

TEST_F(EffectTest, WhatIsRefusedOrNeedsNoChangeLeavesOneEntry) {
  prepare_ = [] { return absl::StatusOr<Reply>(absl::NotFoundError("no such thing")); };
  Call();
  prepare_ = [] { return absl::StatusOr<Reply>(Reply{"as it is"}); };
  EXPECT_EQ(Call().response, "as it is");
  const auto entries = recorder_.WaitFor(2);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].kind, audit::LeafKind::kRefusal);
  EXPECT_EQ(entries[1].kind, audit::LeafKind::kRead);
}

TEST_F(EffectTest, NothingChangesWhenItCannotBeAnnounced) {
  bool applied = false;
  Do([&](server::Call&, const std::string&) {
    applied = true;
    return absl::StatusOr<std::string>("done");
  });
  recorder_.FailFromNowOn();
  EXPECT_EQ(Call().status.code, static_cast<int>(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(applied);
}

TEST_F(EffectTest, AnOutcomeThatTheLogDoesNotTakeIsSettledLater) {
  Do([this](server::Call&, const std::string&) {
    recorder_.FailFromNowOn();
    return absl::StatusOr<std::string>("done");
  });
  const Departure departure = Call();
  EXPECT_EQ(departure.status.code, static_cast<int>(absl::StatusCode::kUnavailable));
  EXPECT_EQ(departure.response, "");
  EXPECT_NE(departure.receipt, "");  // of the intent
  ASSERT_EQ(unrecorded_.size(), 1u);
  EXPECT_EQ(unrecorded_[0].value, 0u);
}

TEST_F(EffectTest, WhatNobodyKnowsIsLeftOpen) {
  Do([](server::Call&, const std::string&) -> absl::StatusOr<std::string> {
    return MakeError(absl::StatusCode::kUnavailable, "RELEASE_UNCERTAIN", "the disk failed");
  });
  EXPECT_EQ(Call().status.code, static_cast<int>(absl::StatusCode::kUnavailable));
  EXPECT_EQ(recorder_.size(), 1u);
  EXPECT_EQ(uncertain_, 1);
}

}  // namespace
}  // namespace evident::server
