#include "audit/log/log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <utility>

#include "audit/log/test_log.h"
#include "base/limits.h"

namespace evident::audit {
namespace {

using LogTest = TestLog;

// Its owner reads the time freely; others, such as the committer, wait at the gate while it is
// shut.
class GatedClock final : public Clock {
 public:
  int64_t NowNs() const override {
    MutexLock lock(mutex_);
    if (std::this_thread::get_id() != owner_) ++waiting_;
    changed_.NotifyAll();
    while (shut_ && std::this_thread::get_id() != owner_) changed_.Wait(mutex_);
    if (std::this_thread::get_id() != owner_) --waiting_;
    return 1'700'000'000'000'000'000;
  }
  void Shut() {
    MutexLock lock(mutex_);
    shut_ = true;
  }
  void Open() {
    MutexLock lock(mutex_);
    shut_ = false;
    changed_.NotifyAll();
  }
  void WaitForSomebody() const {
    MutexLock lock(mutex_);
    while (waiting_ == 0) changed_.Wait(mutex_);
  }

 private:
  const std::thread::id owner_ = std::this_thread::get_id();
  mutable Mutex mutex_;
  mutable CondVar changed_;
  mutable int waiting_ EVIDENT_GUARDED_BY(mutex_) = 0;
  bool shut_ EVIDENT_GUARDED_BY(mutex_) = false;
};

// Hands all drafts in while the committer is held up at an entry of its own, so that they queue.
class QueuedLogTest : public TestLog {
 protected:
  std::vector<absl::StatusOr<Committed>> AppendTogether(Log& log, std::vector<EntryDraft> drafts) {
    std::vector<absl::StatusOr<Committed>> results(drafts.size(), absl::UnknownError("not told"));
    gate_.Shut();
    log.Append(Draft("first"), [](const absl::StatusOr<Committed>&) {});
    gate_.WaitForSomebody();
    for (size_t i = 0; i < drafts.size(); ++i) {
      log.Append(std::move(drafts[i]), [&result = results[i]](absl::StatusOr<Committed> committed) {
        result = std::move(committed);
      });
    }
    gate_.Open();
    EXPECT_THAT(log.Close(), IsOk());
    return results;
  }
  std::unique_ptr<Log> MustOpenGated() {
    LogOptions options = Options();
    options.clock = &gate_;
    return MustOpen(options);
  }
  std::vector<uint64_t> CheckpointSizes() {
    const auto log = MustOpen(Options());
    std::vector<uint64_t> sizes;
    for (uint64_t size = 1; size <= log->Size(); ++size) {
      const auto note = log->CheckpointAt(size);
      if (note.ok() && !note->empty()) sizes.push_back(size);
    }
    return sizes;
  }

  GatedClock gate_;
};

TEST_F(QueuedLogTest, OneIntentGetsOneOutcomeHoweverManyAreHandedIn) {
  auto log = MustOpenGated();
  EntryDraft intent;
  intent.kind = LeafKind::kIntent;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed announced, log->AppendAndWait(intent));
  EntryDraft outcome;
  outcome.kind = LeafKind::kOutcome;
  outcome.detail = OutcomeDetail{announced.index};
  const auto results = AppendTogether(*log, {outcome, Draft("between"), outcome});
  EVIDENT_EXPECT_OK(results[0]);
  EVIDENT_EXPECT_OK(results[1]);
  EXPECT_THAT(results[2], HasReason("INTENT_NOT_OPEN"));
  log = MustOpen(Options());
  EXPECT_EQ(log->Size(), 5u) << "key, intent, first, outcome, between";
  EXPECT_TRUE(log->OpenIntents()->empty());
}

TEST_F(QueuedLogTest, ASyncedWriteIsBoundedInBytes) {
  EntryDraft large = Draft("large");
  large.body.set_call_id(Random::System().Bytes(12u << 20));  // does not compress
  ASSERT_LT(2 * large.body.call_id().size(), kAppendBatchBytesMax);
  ASSERT_GT(3 * large.body.call_id().size(), kAppendBatchBytesMax);
  auto log = MustOpenGated();
  for (const auto& result : AppendTogether(*log, {large, large, large, large, large})) {
    EVIDENT_EXPECT_OK(result);
  }
  EXPECT_EQ(CheckpointSizes(), (std::vector<uint64_t>{1, 2, 4, 6, 7}));
}

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

TEST_F(LogTest, OutcomesAreTakenForOpenIntentsOnly) {
  auto log = MustOpen(Options());
  EntryDraft outcome;
  outcome.kind = LeafKind::kOutcome;
  outcome.detail = OutcomeDetail{EntryIndex(0)};
  EXPECT_THAT(log->AppendAndWait(outcome), HasReason("INTENT_NOT_OPEN"));
  EntryDraft intent;
  intent.kind = LeafKind::kIntent;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed announced, log->AppendAndWait(intent));
  outcome.detail = OutcomeDetail{announced.index};
  EVIDENT_EXPECT_OK(log->AppendAndWait(outcome));
  EXPECT_THAT(log->AppendAndWait(outcome), HasReason("INTENT_NOT_OPEN"));
  EXPECT_EQ(log->ReadOnlyReason(), "");
}

TEST_F(LogTest, ADraftThatMakesNoLeafCostsItsCallerAlone) {
  auto log = MustOpen(Options());
  EntryDraft wrong = Draft("a");
  wrong.detail = OutcomeDetail{EntryIndex(0)};
  EXPECT_THAT(log->AppendAndWait(wrong), HasReason("INTENT_NOT_OPEN"));
  wrong.detail = AggregateDetail{1, 1};
  EXPECT_THAT(log->AppendAndWait(wrong), HasReason("LEAF_INVALID"));
  EXPECT_EQ(log->ReadOnlyReason(), "");
  EVIDENT_EXPECT_OK(log->AppendAndWait(Draft("b")));
}

TEST_F(LogTest, TextsThatAreNoUtf8StayReadable) {
  auto log = MustOpen(Options());
  EntryDraft draft = Draft("a");
  draft.body.set_method(
      "/garb\xff\xfe"
      "age");
  draft.body.mutable_caller()->set_identity("cn:\xc3(");
  draft.body.mutable_caller()->add_roles("\x80");
  draft.body.set_trace_id("\xff");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed committed, log->AppendAndWait(draft));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto opened, log->OpenEntry(committed.index));
  EXPECT_EQ(opened.body().method(), "/garb\\xff\\xfeage");
  EXPECT_EQ(opened.body().caller().identity(), "cn:\\xc3(");
  EXPECT_EQ(opened.body().caller().roles(0), "\\x80");
  EXPECT_EQ(opened.body().trace_id(), "\\xff");
}

TEST_F(LogTest, OrderAndTimesAreMonotoneUnderManyThreads) {
  auto log = MustOpen(Options());
  std::vector<std::thread> threads;
  std::atomic<int> disordered = 0;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      uint64_t last = 0;
      for (int i = 0; i < 200; ++i) {
        clock_.AdvanceNs(i % 3 == 0 ? -5 : 7);
        const auto committed = log->AppendAndWait(Draft("a"));
        if (!committed.ok() || committed->index.value <= last) ++disordered;
        if (committed.ok()) last = committed->index.value;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(disordered, 0);
  ASSERT_EQ(log->Size(), 401u);
  int64_t time = 0;
  for (uint64_t i = 0; i < log->Size(); ++i) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf leaf, DecodeLeaf(*log->ReadLeaf(EntryIndex(i))));
    EXPECT_GE(leaf.commit_time_ns, time);
    time = leaf.commit_time_ns;
  }
}

TEST_F(LogTest, CloseWaitsForEveryWaiterAndTakesNothingAfter) {
  auto log = MustOpen(Options());
  std::atomic<int> told = 0;
  for (int i = 0; i < 100; ++i) {
    log->Append(Draft("a"), [&told](absl::StatusOr<Committed>) { ++told; });
  }
  EVIDENT_ASSERT_OK(log->Close());
  EXPECT_EQ(told, 100);
  EXPECT_THAT(log->AppendAndWait(Draft("a")), HasReason("LOG_CLOSED"));
}

TEST_F(LogTest, CheckpointsAreThinnedOnceAFullTileCoversThem) {
  auto log = MustOpen(Options());
  const auto kept = [&log] {
    std::vector<uint64_t> sizes;
    for (uint64_t size = 1; size <= log->Size(); ++size) {
      const auto note = log->CheckpointAt(size);
      if (!note.ok() || !note->empty()) sizes.push_back(size);
    }
    return sizes;
  };
  ASSERT_EQ(AppendUntilFailure(*log, 254).size(), 254u);
  EXPECT_EQ(kept().size(), 255u) << "no tile is full: all of them";
  ASSERT_EQ(AppendUntilFailure(*log, 2).size(), 2u);
  EXPECT_EQ(kept(), (std::vector<uint64_t>{1, 256, 257}));
  EVIDENT_ASSERT_OK(log->Close());
  log = MustOpen(Options());
  ASSERT_EQ(AppendUntilFailure(*log, 258).size(), 258u);
  EXPECT_EQ(kept(), (std::vector<uint64_t>{1, 256, 512, 513, 514, 515}));
}

}  // namespace
}  // namespace evident::audit
