#include "audit/log/pruning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "audit/log/store.h"
#include "audit/log/test_log.h"

namespace evident::audit {
namespace {

using testing::HasSubstr;

absl::Status GoOn() { return absl::OkStatus(); }

class PruningTest : public TestLog {
 protected:
  static constexpr uint64_t kEntries = 41;  // entry 0 names the key, the others are decisions

  std::unique_ptr<Log> MakeLog() {
    auto log = MustOpen(Options());
    kept_ = AppendUntilFailure(*log, kEntries - 1);
    return log;
  }
  static EntryIndex Announce(Log& log) {
    EntryDraft intent;
    intent.kind = LeafKind::kIntent;
    intent.rpc = 69;
    intent.body.mutable_caller()->set_tenant("ward");
    const auto committed = log.AppendAndWait(std::move(intent));
    EXPECT_THAT(committed, IsOk());
    return committed.ok() ? committed->index : EntryIndex();
  }
  static absl::StatusOr<Committed> Prune(Log& log, uint64_t end) {
    EVIDENT_ASSIGN_OR_RETURN(const PruneSurvey survey, SurveyBodies(log, end, GoOn));
    const EntryIndex intent = Announce(log);
    EntryDraft said;
    said.body.mutable_caller()->set_tenant("ward");
    auto pruned = PruneBodies(log, survey, intent, std::move(said));
    EntryDraft outcome;
    outcome.kind = LeafKind::kOutcome;
    outcome.detail = OutcomeDetail{intent};
    EXPECT_THAT(log.AppendAndWait(std::move(outcome)), IsOk());
    return pruned;
  }
  // The sealed bodies of the entries before `end`.
  static std::vector<std::string> Bodies(const Log& log, uint64_t end) {
    std::vector<std::string> bodies;
    for (uint64_t i = 0; i < end; ++i) {
      auto body = log.ReadEnvelope(EntryIndex(i));
      EXPECT_THAT(body, IsOk());
      bodies.push_back(body.value_or(""));
    }
    return bodies;
  }
  // How many of them are in a file of the log's folder.
  size_t InFiles(const std::vector<std::string>& bodies) {
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(Options().path)) {
      all += ReadFile(file.path().string(), size_t{1} << 30).value_or("");
    }
    size_t found = 0;
    for (const std::string& body : bodies) found += all.find(body) != std::string::npos ? 1 : 0;
    return found;
  }
  // That bodies are gone below `end` and nowhere else, and that everything else holds.
  void ExpectPruned(const Log& log, uint64_t end) {
    for (const Acknowledged& one : kept_) {
      const EntryIndex index = one.committed.index;
      EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string leaf, log.ReadLeaf(index));
      EXPECT_EQ(leaf, one.committed.receipt.leaf());
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto proof, log.ProveInclusion(index.value, log.Size()));
      EVIDENT_ASSERT_OK_AND_ASSIGN(const Checkpoint newest,
                                   OpenCheckpoint(log.LatestCheckpoint(), signer_.verifier()));
      EVIDENT_EXPECT_OK(
          VerifyInclusion(LeafHash(leaf), index.value, newest.size, proof, newest.root));
      EVIDENT_EXPECT_OK(
          VerifyReceipt(one.committed.receipt_bytes, one.answer, std::nullopt, signer_.verifier()));
      const auto body = log.OpenEntry(index);
      if (index.value >= end) {
        EVIDENT_EXPECT_OK(body);
      } else {
        EXPECT_THAT(body, HasReason("BODY_PRUNED")) << index.value;
      }
    }
  }

  std::vector<Acknowledged> kept_;
};

TEST_F(PruningTest, RemovesBodiesAndKeepsLeavesProofsAndReceipts) {
  auto log = MakeLog();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const PruneSurvey survey, SurveyBodies(*log, 21, GoOn));
  EXPECT_EQ(survey.begin, 0u);
  EXPECT_EQ(survey.end, 21u);
  EXPECT_EQ(survey.decisions, 20u);
  uint64_t bytes = 0;
  for (const std::string& body : Bodies(*log, 21)) bytes += body.size();
  EXPECT_EQ(survey.bytes, bytes);
  ExpectPruned(*log, 0);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed said, Prune(*log, 21));
  ExpectPruned(*log, 21);
  EXPECT_THAT(log->OpenEntry(EntryIndex(5)), FailsWith(absl::StatusCode::kNotFound, said.name));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes_of_leaf, log->ReadLeaf(said.index));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf leaf, DecodeLeaf(bytes_of_leaf));
  EXPECT_EQ(leaf.kind, LeafKind::kPruning);
  EXPECT_EQ(std::get<PruningDetail>(leaf.detail),
            (PruningDetail{EntryIndex(21), EntryIndex(kEntries)}));
  log.reset();
  log = MustOpen(Options());
  ExpectPruned(*log, 21);
  EVIDENT_ASSERT_OK(Prune(*log, 30));
  ExpectPruned(*log, 30);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const uint64_t first, log->FirstBody());
  EXPECT_EQ(first, 30u);
  EXPECT_EQ(Check(*log, AppendUntilFailure(*log, 3)), "");
}

TEST_F(PruningTest, LeavesNoBodyInAnyFile) {
  auto log = MakeLog();
  const auto bodies = Bodies(*log, 21);
  EXPECT_EQ(InFiles(bodies), 21u);
  EVIDENT_ASSERT_OK(Prune(*log, 21));
  EXPECT_EQ(InFiles(bodies), 0u);
  log.reset();
  EXPECT_EQ(InFiles(bodies), 0u);
}

TEST_F(PruningTest, RefusesWhatAHoldAnIntentOrTheLogForbids) {
  auto log = MakeLog();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed held, log->AppendAndWait(Draft("held", "ann")));
  const EntryIndex intent = Announce(*log);
  EVIDENT_ASSERT_OK(log->AppendAndWait(Draft("later", "bob")));
  const uint64_t size = log->Size();
  EXPECT_THAT(SurveyBodies(*log, size + 1, GoOn),
              FailsWith(absl::StatusCode::kOutOfRange, std::to_string(size)));
  EXPECT_THAT(SurveyBodies(*log, size, GoOn), HasReason("INTENT_OPEN"));
  EVIDENT_EXPECT_OK(SurveyBodies(*log, intent.value, GoOn));
  EVIDENT_ASSERT_OK(log->keys().PlaceHold({"ward", "ann", ""}, "entries/hold", 5));
  EVIDENT_ASSERT_OK(log->keys().PlaceHold({"ward", "nobody", ""}, "entries/other", 5));
  const auto refused = SurveyBodies(*log, intent.value, GoOn).status();
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kFailedPrecondition, "entries/hold"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr(held.name));
  EVIDENT_EXPECT_OK(SurveyBodies(*log, held.index.value, GoOn));
  EXPECT_THAT(SurveyBodies(*log, 9, [] { return absl::CancelledError("enough"); }),
              FailsWith(absl::StatusCode::kCancelled, "enough"));
}

TEST_F(PruningTest, AHoldThatIsPlacedSinceTheSurveyKeepsEverything) {
  auto log = MakeLog();
  EVIDENT_ASSERT_OK(log->AppendAndWait(Draft("held", "ann")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const PruneSurvey survey, SurveyBodies(*log, log->Size(), GoOn));
  EVIDENT_ASSERT_OK(log->keys().PlaceHold({"ward", "ann", ""}, "entries/hold", 5));
  const EntryIndex intent = Announce(*log);
  EXPECT_THAT(PruneBodies(*log, survey, intent, {}),
              FailsWith(absl::StatusCode::kAborted, "entries/hold"));
  ExpectPruned(*log, 0);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto said, FindPruning(*log, intent));
  EXPECT_EQ(said, std::nullopt);
}

TEST_F(PruningTest, TheLogTakesNoPruningOutOfPlace) {
  auto log = MakeLog();
  EVIDENT_ASSERT_OK(Prune(*log, 21));
  const auto append = [&log](uint64_t end, EntryIndex intent) {
    EntryDraft draft;
    draft.kind = LeafKind::kPruning;
    draft.detail = PruningDetail{EntryIndex(end), intent};
    return log->AppendAndWait(std::move(draft)).status();
  };
  EXPECT_THAT(append(30, EntryIndex(3)), HasReason("INTENT_NOT_OPEN"));
  const EntryIndex intent = Announce(*log);
  EXPECT_THAT(append(21, intent), HasReason("PRUNING_MISPLACED"));
  EXPECT_THAT(append(log->Size() + 1, intent), HasReason("PRUNING_MISPLACED"));
  EVIDENT_EXPECT_OK(append(22, intent));
}

// Whatever sync the process dies at: all of the bodies are there, or an entry says that all are
// gone, and a start makes them so.
TEST_F(PruningTest, ACrashLeavesAllOrNothing) {
  EVIDENT_ASSERT_OK(MakeLog()->Close());
  std::filesystem::rename(dir_.path(), dir_.path() + "-whole");
  size_t done = 0;
  size_t finished_later = 0;
  for (uint64_t nth = 1; done == 0; ++nth) {
    ASSERT_LT(nth, 100u);
    SCOPED_TRACE("cut off at sync " + std::to_string(nth));
    std::filesystem::remove_all(dir_.path());
    std::filesystem::copy(dir_.path() + "-whole", dir_.path(),
                          std::filesystem::copy_options::recursive);
    LogOptions options = Options();
    options.fault_file_system = kv::FaultFileSystem::Create(nth);
    auto log = MustOpen(options);
    const auto bodies = Bodies(*log, 21);
    const EntryIndex intent = Announce(*log);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const PruneSurvey survey, SurveyBodies(*log, 21, GoOn));
    options.fault_file_system->FailNth(kv::FaultOperation::kSync, kv::FileClass::kAny, nth);
    const auto pruned = PruneBodies(*log, survey, intent, {});
    options.fault_file_system->PowerOff();
    log.reset();
    EVIDENT_ASSERT_OK(options.fault_file_system->Crash());
    log = MustOpen(Options());
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto said, FindPruning(*log, intent));
    ExpectPruned(*log, said ? 21 : 0);
    EVIDENT_ASSERT_OK(FinishPruning(*log, intent));
    EXPECT_EQ(InFiles(bodies), said ? 0u : 21u);
    if (pruned.ok()) {
      EXPECT_TRUE(said.has_value());
      ++done;
    } else if (said.has_value()) {
      EXPECT_THAT(pruned, HasReason("PRUNING_UNFINISHED"));
      ++finished_later;
    }
  }
  EXPECT_GT(finished_later, 0u);
  std::filesystem::remove_all(dir_.path() + "-whole");
}

TEST_F(PruningTest, ARowThatNoEntryBacksKeepsTheLogClosed) {
  EVIDENT_ASSERT_OK(MakeLog()->Close());
  StoreOptions options;
  options.path = Options().path;
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto store, OpenStore(options));
  kv::WriteBatch batch;
  batch.DeleteRange(kStoreBodies, IndexKey(EntryIndex(0)), IndexKey(EntryIndex(9)));
  batch.Put(kStoreDefault, kPrunedKey, PrunedBytes({9, EntryIndex(20)}));
  EVIDENT_ASSERT_OK(store->Write(batch, kv::Durability::kSync));
  EVIDENT_ASSERT_OK(store->Close());
  EXPECT_THAT(Log::Open(Options()), HasReason("LOG_CORRUPT"));
}

}  // namespace
}  // namespace evident::audit
