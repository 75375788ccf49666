#include "audit/log/log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "audit/proof/receipt.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "kv/fault_file_system.h"

namespace evident::audit {
namespace {

struct Acknowledged {
  Committed committed;
  std::string answer;
};

class LogTest : public testing::Test {
 protected:
  LogOptions Options() {
    LogOptions options;
    options.path = dir_.path() + "/log";
    options.keys_path = dir_.path() + "/keys";
    options.guard_path = dir_.path() + "/guard";
    options.id = {"test.example", 1};
    options.signer_key = signer_.ToText();
    options.key_encryption_key = std::string(32, 'k');
    options.clock = &clock_;
    return options;
  }
  std::unique_ptr<Log> MustOpen(const LogOptions& options) {
    auto log = Log::Open(options);
    EXPECT_THAT(log, IsOk());
    return log.ok() ? *std::move(log) : nullptr;
  }
  static EntryDraft Draft(const std::string& answer, const std::string& subject = "") {
    EntryDraft draft;
    draft.kind = LeafKind::kDecision;
    draft.rpc = 1;
    draft.request = "request of " + answer;
    draft.answer = answer;
    draft.body.set_subject(subject);
    draft.body.mutable_caller()->set_tenant("ward");
    return draft;
  }
  // Appends and keeps what was acknowledged; stops at the first failure.
  static std::vector<Acknowledged> AppendUntilFailure(Log& log, int most) {
    std::vector<Acknowledged> kept;
    for (int i = 0; i < most; ++i) {
      const std::string answer = "answer " + std::to_string(i);
      auto committed = log.AppendAndWait(Draft(answer));
      if (!committed.ok()) break;
      kept.push_back({*std::move(committed), answer});
    }
    return kept;
  }
  // Everything that a holder of receipts may demand of a log that was opened again; empty when all
  // holds.
  std::string Check(const Log& log, const std::vector<Acknowledged>& kept) const {
    const NoteVerifier& key = signer_.verifier();
    const auto newest = OpenCheckpoint(log.LatestCheckpoint(), key);
    if (!newest.ok()) return "the newest checkpoint does not open";
    for (const Acknowledged& one : kept) {
      const auto verified =
          VerifyReceipt(one.committed.receipt_bytes, one.answer, std::nullopt, key);
      if (!verified.ok()) return "a receipt does not verify: " + verified.status().ToString();
      const auto leaf = log.ReadLeaf(one.committed.index);
      if (!leaf.ok() || *leaf != one.committed.receipt.leaf()) return "another leaf, or none";
      const auto old = OpenCheckpoint(one.committed.receipt.checkpoint(), key);
      if (!old.ok() || old->size > newest->size) return "the log is shorter than was released";
      const auto proof = log.ProveConsistency(old->size, newest->size);
      if (!proof.ok() ||
          !VerifyConsistency(old->size, old->root, newest->size, newest->root, *proof).ok()) {
        return "no consistency proof from a released checkpoint";
      }
    }
    return "";
  }

  TempDir dir_;
  FakeClock clock_{1'700'000'000'000'000'000};
  const NoteSigner signer_ = *NoteSigner::FromSeed("test.example/1", std::string(32, 's'));
};

TEST_F(LogTest, FirstEntryNamesTheKeyAndReceiptsVerify) {
  auto log = MustOpen(Options());
  EXPECT_EQ(log->Size(), 1u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf first, DecodeLeaf(*log->ReadLeaf(EntryIndex(0))));
  EXPECT_EQ(first.kind, LeafKind::kKey);
  EXPECT_EQ(std::get<KeyDetail>(first.detail).verifier_key, Sha256(log->verifier().ToText()));
  const auto kept = AppendUntilFailure(*log, 20);
  ASSERT_EQ(kept.size(), 20u);
  EXPECT_EQ(Check(*log, kept), "");
  EXPECT_EQ(kept[3].committed.name, "decisions/test.example.1-4");
  EXPECT_THAT(VerifyReceipt(kept[3].committed.receipt_bytes, kept[4].answer, std::nullopt,
                            signer_.verifier()),
              HasReason("ANSWER_MISMATCH"));
}

TEST_F(LogTest, BodiesOpenAndLargeRequestsAreKeptByDigest) {
  auto log = MustOpen(Options());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed small, log->AppendAndWait(Draft("a", "subject-1")));
  EntryDraft large = Draft("b");
  large.request = std::string(kRecordedRequestBytesMax + 1, 'x');
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed big, log->AppendAndWait(large));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto opened, log->OpenEntry(small.index));
  EXPECT_EQ(opened.body().request(), "request of a");
  EXPECT_EQ(opened.body().subject(), "subject-1");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto by_digest, log->OpenEntry(big.index));
  EXPECT_EQ(by_digest.body().request(), "");
  EXPECT_EQ(by_digest.body().request_bytes(), kRecordedRequestBytesMax + 1);
  EXPECT_EQ(by_digest.body().request_sha256(), Sha256(*large.request).view());
}

TEST_F(LogTest, ReopensWithTheSameTreeAcrossTiles) {
  std::vector<Acknowledged> kept;
  {
    auto log = MustOpen(Options());
    std::vector<std::thread> threads;
    Mutex mutex;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        auto mine = AppendUntilFailure(*log, 150);
        MutexLock lock(mutex);
        for (Acknowledged& one : mine) kept.push_back(std::move(one));
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(kept.size(), 600u);
    EXPECT_EQ(Check(*log, kept), "");
    EVIDENT_ASSERT_OK(log->Close());
  }
  auto log = MustOpen(Options());
  EXPECT_EQ(log->Size(), 601u);
  EXPECT_EQ(Check(*log, kept), "");
  const auto more = AppendUntilFailure(*log, 3);
  EXPECT_EQ(Check(*log, more), "");
}

TEST_F(LogTest, TimesNeverGoBackAndAreSearched) {
  auto log = MustOpen(Options());
  clock_.AdvanceNs(1000);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed first, log->AppendAndWait(Draft("a")));
  clock_.SetNs(5);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed second, log->AppendAndWait(Draft("b")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf leaf, DecodeLeaf(second.receipt.leaf()));
  EXPECT_EQ(leaf.commit_time_ns, 1'700'000'000'000'001'000);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const uint64_t found, log->FindTime(leaf.commit_time_ns));
  EXPECT_EQ(found, first.index.value);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const uint64_t none, log->FindTime(leaf.commit_time_ns + 1));
  EXPECT_EQ(none, log->Size());
}

TEST_F(LogTest, OpenIntentsAreThoseWithoutOutcome) {
  auto log = MustOpen(Options());
  EntryDraft intent;
  intent.kind = LeafKind::kIntent;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed first, log->AppendAndWait(intent));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed second, log->AppendAndWait(intent));
  EntryDraft outcome;
  outcome.kind = LeafKind::kOutcome;
  outcome.detail = OutcomeDetail{first.index};
  EVIDENT_ASSERT_OK(log->AppendAndWait(outcome));
  EVIDENT_ASSERT_OK(log->Close());
  log = MustOpen(Options());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto open, log->OpenIntents());
  EXPECT_EQ(open, std::vector<EntryIndex>{second.index});
}

TEST_F(LogTest, RefusesOtherKeysNamesAndMissingParts) {
  EVIDENT_ASSERT_OK(MustOpen(Options())->Close());
  LogOptions options = Options();
  options.key_encryption_key = std::string(32, 'x');
  EXPECT_THAT(Log::Open(options), HasReason("KEK_WRONG"));
  options = Options();
  options.id.incarnation = 2;
  EXPECT_THAT(Log::Open(options), HasReason("SIGNER_MISMATCH"));
  options.signer_key = NoteSigner::FromSeed("test.example/2", std::string(32, 's'))->ToText();
  EXPECT_THAT(Log::Open(options), HasReason("LOG_MISMATCH"));
  options = Options();
  options.signer_key = NoteSigner::FromSeed("test.example/1", std::string(32, 'o'))->ToText();
  EXPECT_FALSE(Log::Open(options).ok());
  std::filesystem::rename(dir_.path() + "/guard", dir_.path() + "/elsewhere");
  EXPECT_THAT(Log::Open(Options()), HasReason("GUARD_MISSING"));
  std::filesystem::rename(dir_.path() + "/elsewhere", dir_.path() + "/guard");
  std::filesystem::remove_all(dir_.path() + "/log");
  EXPECT_THAT(Log::Open(Options()), HasReason("DATABASE_MISSING"));
}

TEST_F(LogTest, GuardRefusesARolledBackLogAndToleratesOneBadSlot) {
  auto log = MustOpen(Options());
  ASSERT_EQ(AppendUntilFailure(*log, 3).size(), 3u);
  EVIDENT_ASSERT_OK(log->Close());
  std::filesystem::copy(dir_.path() + "/log", dir_.path() + "/old");
  log = MustOpen(Options());
  ASSERT_EQ(AppendUntilFailure(*log, 2).size(), 2u);
  EVIDENT_ASSERT_OK(log->Close());
  std::filesystem::rename(dir_.path() + "/log", dir_.path() + "/new");
  std::filesystem::copy(dir_.path() + "/old", dir_.path() + "/log");
  EXPECT_THAT(Log::Open(Options()), HasReason("LOG_BEHIND_GUARD"));

  std::filesystem::remove_all(dir_.path() + "/log");
  std::filesystem::rename(dir_.path() + "/new", dir_.path() + "/log");
  const auto damage = [&](int64_t at) {
    std::fstream file(dir_.path() + "/guard", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.put('!');
  };
  damage(20);
  EVIDENT_EXPECT_OK(Log::Open(Options()));
  damage(20);
  damage(512 + 20);
  EXPECT_THAT(Log::Open(Options()), HasReason("GUARD_INVALID"));
}

TEST_F(LogTest, OneRemovedRecordTurnsTheCheckRed) {
  auto log = MustOpen(Options());
  const auto kept = AppendUntilFailure(*log, 10);
  EVIDENT_ASSERT_OK(log->Close());
  {
    StoreOptions options;
    options.path = Options().path;
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto store, OpenStore(options));
    kv::WriteBatch batch;
    batch.Delete(kStoreLeaves, IndexKey(kept[4].committed.index));
    EVIDENT_ASSERT_OK(store->Write(batch, kv::Durability::kSync));
    EVIDENT_ASSERT_OK(store->Close());
  }
  EXPECT_THAT(Log::Open(Options()), HasReason("LEAF_MISSING"));
}

TEST_F(LogTest, FailedSyncTellsEveryWaiterAndEndsAppending) {
  LogOptions options = Options();
  options.fault_file_system = kv::FaultFileSystem::Create(1);
  std::atomic<int> told = 0;
  options.on_read_only = [&told](const absl::Status&) { ++told; };
  auto log = MustOpen(options);
  auto kept = AppendUntilFailure(*log, 5);
  options.fault_file_system->FailNth(kv::FaultOperation::kSync, kv::FileClass::kWal, 1);
  EXPECT_THAT(log->AppendAndWait(Draft("lost")), HasReason("LOG_READ_ONLY"));
  options.fault_file_system->ClearFaults();
  EXPECT_THAT(log->AppendAndWait(Draft("after")), HasReason("LOG_READ_ONLY"));
  EXPECT_NE(log->ReadOnlyReason(), "");
  EXPECT_EQ(told, 1);
  EXPECT_EQ(log->Size(), 6u);
  log.reset();
  log = MustOpen(Options());
  EXPECT_EQ(Check(*log, kept), "");
}

TEST_F(LogTest, TakesNothingBelowTheDiskReserve) {
  LogOptions options = Options();
  EVIDENT_ASSERT_OK(MustOpen(options)->Close());
  options.disk_reserve_bytes = UINT64_MAX;
  auto log = MustOpen(options);
  EXPECT_THAT(log->AppendAndWait(Draft("a")), HasReason("DISK_RESERVE"));
  EVIDENT_EXPECT_OK(log->ReadLeaf(EntryIndex(0)));
}

TEST_F(LogTest, AppendAfterCloseIsRefused) {
  auto log = MustOpen(Options());
  EVIDENT_ASSERT_OK(log->Close());
  EXPECT_FALSE(log->AppendAndWait(Draft("a")).ok());
}

class CrashCheck : public LogTest {
 protected:
  // Runs a log with a mutant, cuts the power, and says what a holder of receipts would find: ""
  // when all is well.
  std::string RunAndCrash(uint64_t seed, const Mutants& mutants) {
    LogOptions options = Options();
    options.fault_file_system = kv::FaultFileSystem::Create(seed);
    options.mutants = mutants;
    std::vector<Acknowledged> kept;
    {
      auto log = MustOpen(options);
      kept = AppendUntilFailure(*log, static_cast<int>(3 + seed % 11));
      if (seed % 3 == 0) {
        options.fault_file_system->FailNth(kv::FaultOperation::kSync, kv::FileClass::kWal,
                                           1 + seed % 2);
        for (Acknowledged& one : AppendUntilFailure(*log, 3)) kept.push_back(std::move(one));
      }
      options.fault_file_system->PowerOff();
    }
    EXPECT_THAT(options.fault_file_system->Crash(), IsOk());
    auto log = Log::Open(Options());
    if (!log.ok()) return log.status().ToString();
    return Check(**log, kept);
  }
};

class CrashTest : public CrashCheck, public testing::WithParamInterface<uint64_t> {};

TEST_P(CrashTest, EveryAcknowledgedEntrySurvivesAPowerCut) {
  EXPECT_EQ(RunAndCrash(GetParam(), {}), "");
}

TEST_P(CrashTest, TheCheckTurnsRedWithoutSync) {
  Mutants mutants;
  mutants.no_sync = true;
  EXPECT_NE(RunAndCrash(GetParam(), mutants), "");
}

TEST_P(CrashTest, TheCheckTurnsRedWhenTheTreeSkipsAnUpdate) {
  Mutants mutants;
  mutants.skip_tree_update = true;
  EXPECT_NE(RunAndCrash(GetParam(), mutants), "");
}

INSTANTIATE_TEST_SUITE_P(Seeds, CrashTest, testing::Range<uint64_t>(1, 41));

TEST_F(CrashCheck, TheCheckTurnsRedWhenReleasedBeforeTheSync) {
  LogOptions options = Options();
  options.fault_file_system = kv::FaultFileSystem::Create(1);
  options.mutants.release_before_sync = true;
  std::vector<Acknowledged> kept;
  {
    auto log = MustOpen(options);
    kept = AppendUntilFailure(*log, 3);
    options.fault_file_system->FailNth(kv::FaultOperation::kSync, kv::FileClass::kWal, 1);
    for (Acknowledged& one : AppendUntilFailure(*log, 1)) kept.push_back(std::move(one));
    options.fault_file_system->PowerOff();
  }
  ASSERT_EQ(kept.size(), 4u) << "the mutant must acknowledge what is not durable";
  EVIDENT_ASSERT_OK(options.fault_file_system->Crash());
  auto log = Log::Open(Options());
  EXPECT_TRUE(!log.ok() || !Check(**log, kept).empty());
}

TEST_F(CrashCheck, TheCheckTurnsRedWhenTheGuardIsAheadOfTheDatabase) {
  LogOptions options = Options();
  options.fault_file_system = kv::FaultFileSystem::Create(1);
  options.mutants.guard_before_database = true;
  {
    auto log = MustOpen(options);
    ASSERT_EQ(AppendUntilFailure(*log, 3).size(), 3u);
    options.fault_file_system->FailNth(kv::FaultOperation::kSync, kv::FileClass::kWal, 1);
    ASSERT_EQ(AppendUntilFailure(*log, 1).size(), 0u);
    options.fault_file_system->PowerOff();
  }
  EVIDENT_ASSERT_OK(options.fault_file_system->Crash());
  EXPECT_THAT(Log::Open(Options()), HasReason("LOG_BEHIND_GUARD"));
}

}  // namespace
}  // namespace evident::audit
