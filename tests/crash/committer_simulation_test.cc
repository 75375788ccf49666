// Histories of a log, each from a seed and on one thread: a clock that also goes back, a queue that
// is committed in pieces of any size, a disk that fails, fills up or loses what was not synced, and
// a guard that may be of a moment ago. At every opening, what the log holds is compared with what a
// plain model says that it may hold. A seed is a history: it can be run again.
//
// EVIDENT_HISTORIES says how many there are.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "audit/log/test_log.h"
#include "audit/proof/merkle.h"
#include "tests/crash/from_environment.h"

namespace evident::audit {
namespace {

constexpr uint64_t kHistories = 40;
constexpr uint64_t kHistoriesOfAMutant = 60;  // among which one must turn red
constexpr int kActs = 120;                    // of a history
constexpr size_t kProvenEach = 20;            // receipts that are checked at each opening
constexpr int64_t kMinuteNs = 60'000'000'000;

// What was handed in, and what became of it.
struct Sent {
  LeafKind kind = LeafKind::kDecision;
  std::string answer;
  std::optional<uint64_t> intent;  // of an outcome: the entry that it decides
  int step = 0;                    // the commit that took it; 0: none did
  int times_told = 0;
  absl::Status refused;
  std::optional<Committed> committed;
};

// One history. What is wrong is told by Run; "" when nothing is.
class History {
 public:
  History(LogOptions options, FakeClock& clock, uint64_t seed)
      : options_(std::move(options)), clock_(clock), random_(seed), bytes_(seed) {
    options_.stepped = true;
    options_.random = &bytes_;
    options_.guard_sync = [](int) { return 0; };
  }

  template <typename CheckReceipts>
  std::string Run(const CheckReceipts& check_receipts) {
    Open();
    for (int act = 0; act < kActs && wrong_.empty(); ++act) {
      Act();
      if (!opened_now_) continue;
      opened_now_ = false;
      ReadBack();
      if (wrong_.empty()) wrong_ = check_receipts(*log_, SomeReceipts());
    }
    if (log_ != nullptr) End();
    return wrong_;
  }

  // Of a history that has ended: the signed checkpoint of the log, as it was last seen.
  const std::string& checkpoint() const { return checkpoint_; }
  // How often there was what makes a history worth its time.
  int openings() const { return openings_; }
  int unanswered_but_kept() const { return unanswered_but_kept_; }

 private:
  uint64_t Draw(uint64_t below) { return random_() % below; }

  void Fail(const std::string& why) {
    if (wrong_.empty()) wrong_ = why;
  }

  void Act() {
    const uint64_t dice = Draw(100);
    if (!log_->ReadOnlyReason().empty() && Draw(4) == 0) return Reopen(Draw(2) == 0);
    if (dice < 40) return Send(LeafKind::kDecision);
    if (dice < 48) return Send(LeafKind::kIntent);
    if (dice < 60) return SendOutcome();
    if (dice < 82) return Commit(1 + Draw(8));
    if (dice < 88) return MoveClock();
    if (dice < 91) return SyncGuard();
    if (dice < 95) return BreakDisk();
    Reopen(dice < 98);
  }

  void Send(LeafKind kind, std::optional<uint64_t> intent = std::nullopt) {
    const size_t number = sent_.size();
    Sent& sent = sent_.emplace_back();
    sent.kind = kind;
    sent.intent = intent;
    sent.answer = "answer " + std::to_string(number);
    const bool of_subject = Draw(4) == 0;
    EntryDraft draft =
        TestDraft(sent.answer, of_subject ? "subject " + std::to_string(Draw(5)) : "");
    draft.kind = kind;
    if (intent.has_value()) draft.detail = OutcomeDetail{EntryIndex(*intent)};
    draft.body.set_effect(std::to_string(number));
    log_->Append(std::move(draft), [this, number](absl::StatusOr<Committed> committed) {
      Sent& told = sent_[number];
      ++told.times_told;
      told.step = step_;
      if (committed.ok()) {
        told.committed = *std::move(committed);
      } else {
        told.refused = committed.status();
      }
    });
  }

  // Of an intent that was acknowledged, whether or not it has an outcome already.
  void SendOutcome() {
    std::vector<uint64_t> intents;
    for (const Sent& sent : sent_) {
      if (sent.kind == LeafKind::kIntent && sent.committed.has_value()) {
        intents.push_back(sent.committed->index.value);
      }
    }
    if (intents.empty()) return Send(LeafKind::kIntent);
    Send(LeafKind::kOutcome, intents[Draw(intents.size())]);
  }

  void Commit(size_t most) {
    step_ = ++steps_;
    log_->CommitNext(most);
    step_ = 0;
  }

  void MoveClock() {
    const auto minutes = static_cast<int64_t>(Draw(180));
    clock_.AdvanceNs((Draw(3) == 0 ? -minutes : minutes) * kMinuteNs);
  }

  void SyncGuard() {
    std::filesystem::copy_file(options_.guard_path, GuardBefore(),
                               std::filesystem::copy_options::overwrite_existing);
  }
  std::string GuardBefore() const { return options_.guard_path + "-before"; }

  void BreakDisk() {
    kv::FaultFileSystem& disk = *options_.fault_file_system;
    switch (Draw(3)) {
      case 0:
        return disk.FailNth(kv::FaultOperation::kSync, kv::FileClass::kWal, 1 + Draw(2));
      case 1:
        return disk.FailNth(kv::FaultOperation::kAppend, kv::FileClass::kWal, 1 + Draw(4));
      default:
        return disk.FailWhenFull(Draw(3000));
    }
  }

  void Open() {
    options_.fault_file_system = kv::FaultFileSystem::Create(random_());
    auto log = Log::Open(options_);
    if (!log.ok()) return Fail("it does not open: " + log.status().ToString());
    log_ = *std::move(log);
    opened_now_ = true;
    ++openings_;
    if (openings_ == 1) SyncGuard();
  }

  // Ends the process; with it the power, where it is cut.
  void End() {
    checkpoint_ = log_->LatestCheckpoint();
    step_ = ++steps_;  // closing commits what is queued
    log_.reset();
    step_ = 0;
    for (const Sent& sent : sent_) {
      if (sent.times_told != 1) Fail(sent.answer + " was told " + std::to_string(sent.times_told));
      CheckRefusal(sent);
    }
  }

  void Reopen(bool cut_power) {
    const auto disk = options_.fault_file_system;
    if (cut_power) disk->PowerOff();
    End();
    if (cut_power) {
      if (!disk->Crash().ok()) Fail("the power cut failed");
      if (Draw(3) == 0) {
        std::filesystem::copy_file(GuardBefore(), options_.guard_path,
                                   std::filesystem::copy_options::overwrite_existing);
      }
    }
    if (wrong_.empty()) Open();
  }

  // An outcome is refused for an earlier one, which was acknowledged or may have been kept.
  void CheckRefusal(const Sent& sent) {
    if (sent.refused.ok() || sent.refused.code() == absl::StatusCode::kUnavailable) return;
    const bool decided =
        std::any_of(std::as_const(sent_).data(), &sent, [&sent](const Sent& earlier) {
          return earlier.intent == sent.intent && ErrorReason(earlier.refused) != "INTENT_NOT_OPEN";
        });
    if (sent.intent.has_value() && decided && ErrorReason(sent.refused) == "INTENT_NOT_OPEN")
      return;
    Fail(sent.answer + " was refused: " + sent.refused.ToString());
  }

  // Reads the whole log and holds it against the model.
  void ReadBack() {
    const auto newest = OpenCheckpoint(log_->LatestCheckpoint(), log_->verifier());
    if (!newest.ok()) return Fail("its checkpoint: " + newest.status().ToString());
    TreeFrontier tree;
    int64_t time_ns = 0;
    present_.clear();
    for (uint64_t index = 0; index < log_->Size(); ++index) {
      const auto bytes = log_->ReadLeaf(EntryIndex(index));
      const auto leaf = log_->LeafAt(EntryIndex(index));
      const auto body = log_->OpenEntry(EntryIndex(index));
      if (!leaf.ok() || !body.ok()) return Fail("entry " + std::to_string(index) + " is not whole");
      tree.Append(LeafHash(*bytes));
      if (leaf->commit_time_ns < time_ns) Fail("time goes back at " + std::to_string(index));
      time_ns = leaf->commit_time_ns;
      if (index > 0) Take(index, std::strtoull(body->body().effect().c_str(), nullptr, 10));
    }
    if (tree.size() != newest->size || tree.Root() != newest->root) Fail("another root");
    CheckKept();
    CheckBatches();
    CheckOpenIntents();
  }

  void Take(uint64_t index, size_t number) {
    if (number >= sent_.size()) return Fail("it holds what was never sent");
    if (!present_.empty() && present_.back().first >= number) Fail("entries are not in order");
    present_.emplace_back(number, index);
    const Sent& sent = sent_[number];
    if (sent.committed.has_value() && sent.committed->index.value != index) {
      Fail(sent.answer + " is at another place");
    }
    if (!sent.committed.has_value() && sent.step == 0) Fail(sent.answer + " was refused at once");
  }

  void CheckKept() {
    std::set<size_t> numbers;
    for (const auto& [number, index] : present_) numbers.insert(number);
    for (size_t number = 0; number < sent_.size(); ++number) {
      if (sent_[number].committed.has_value() && numbers.count(number) == 0) {
        Fail(sent_[number].answer + " was acknowledged and is gone");
      }
    }
  }

  // What failed together is there together, or not at all.
  void CheckBatches() {
    std::map<int, size_t> failed;
    for (const Sent& sent : sent_) {
      if (sent.step > 0 && sent.refused.code() == absl::StatusCode::kUnavailable) {
        ++failed[sent.step];
      }
    }
    std::map<int, size_t> there;
    for (const auto& [number, index] : present_) {
      if (!sent_[number].committed.has_value()) ++there[sent_[number].step];
    }
    for (const auto& [step, count] : there) {
      unanswered_but_kept_ += 1;
      if (count != failed[step]) Fail("half of commit " + std::to_string(step) + " is there");
    }
  }

  void CheckOpenIntents() {
    std::set<uint64_t> open;
    for (const auto& [number, index] : present_) {
      if (sent_[number].kind == LeafKind::kIntent) open.insert(index);
      if (!sent_[number].intent.has_value()) continue;
      if (open.erase(*sent_[number].intent) == 0) Fail("an intent has two outcomes");
    }
    std::set<uint64_t> said;
    if (const auto intents = log_->OpenIntents(); intents.ok()) {
      for (const EntryIndex intent : *intents) said.insert(intent.value);
    }
    if (said != open) Fail("other intents are open");
  }

  std::vector<Acknowledged> SomeReceipts() {
    std::vector<Acknowledged> all;
    for (const Sent& sent : sent_) {
      if (sent.committed.has_value()) all.push_back({*sent.committed, sent.answer});
    }
    std::shuffle(all.begin(), all.end(), random_);
    all.resize(std::min(all.size(), kProvenEach));
    return all;
  }

  LogOptions options_;
  FakeClock& clock_;
  std::mt19937_64 random_;
  SeededRandom bytes_;
  std::unique_ptr<Log> log_;
  std::vector<Sent> sent_;                            // by number, in the order of the queue
  std::vector<std::pair<size_t, uint64_t>> present_;  // number and index, in order of the log
  int step_ = 0;                                      // the commit that goes on; 0: none
  int steps_ = 0;
  int openings_ = 0;
  int unanswered_but_kept_ = 0;
  bool opened_now_ = false;
  std::string checkpoint_;
  std::string wrong_;
};

class CommitterSimulationTest : public TestLog {
 protected:
  // In a folder of its own, which is gone afterwards.
  History RunHistory(uint64_t seed, const Mutants& mutants, std::string& wrong) {
    const std::string folder = dir_.path() + "/history";
    std::filesystem::create_directory(folder);
    LogOptions options = TestLogOptions(folder);
    options.clock = &clock_;
    options.mutants = mutants;
    clock_.SetNs(1'700'000'000'000'000'000);
    History history(std::move(options), clock_, seed);
    wrong = history.Run([this](const Log& log, const std::vector<Acknowledged>& receipts) {
      return Check(log, receipts);
    });
    std::filesystem::remove_all(folder);
    return history;
  }

  // Of the first histories, one that is found wrong; "" when none is.
  std::string FirstWrong(const Mutants& mutants) {
    std::string wrong;
    for (uint64_t seed = 0; seed < kHistoriesOfAMutant && wrong.empty(); ++seed) {
      RunHistory(seed, mutants, wrong);
    }
    return wrong;
  }
};

TEST_F(CommitterSimulationTest, WhatWasAcknowledgedStaysInEveryHistory) {
  const uint64_t histories = crash::FromEnvironment("EVIDENT_HISTORIES", kHistories);
  int openings = 0;
  int unanswered_but_kept = 0;
  for (uint64_t seed = 0; seed < histories; ++seed) {
    std::string wrong;
    const History history = RunHistory(seed, {}, wrong);
    ASSERT_EQ(wrong, "") << "seed " << seed;
    openings += history.openings();
    unanswered_but_kept += history.unanswered_but_kept();
  }
  RecordProperty("openings", openings);
  RecordProperty("unanswered_but_kept", unanswered_but_kept);
  EXPECT_GT(openings, static_cast<int>(histories));
  EXPECT_TRUE(histories < kHistories || unanswered_but_kept > 0);
}

TEST_F(CommitterSimulationTest, ASeedIsAHistory) {
  std::string wrong;
  const std::string first = RunHistory(5, {}, wrong).checkpoint();
  EXPECT_EQ(RunHistory(5, {}, wrong).checkpoint(), first);
  EXPECT_NE(RunHistory(6, {}, wrong).checkpoint(), first);
}

TEST_F(CommitterSimulationTest, NoSyncTurnsRed) {
  Mutants mutants;
  mutants.no_sync = true;
  EXPECT_NE(FirstWrong(mutants), "");
}

TEST_F(CommitterSimulationTest, ReleaseBeforeSyncTurnsRed) {
  Mutants mutants;
  mutants.release_before_sync = true;
  EXPECT_NE(FirstWrong(mutants), "");
}

TEST_F(CommitterSimulationTest, GuardBeforeDatabaseTurnsRed) {
  Mutants mutants;
  mutants.guard_before_database = true;
  EXPECT_THAT(FirstWrong(mutants), testing::HasSubstr("LOG_BEHIND_GUARD"));
}

TEST_F(CommitterSimulationTest, ASkippedTreeUpdateTurnsRed) {
  Mutants mutants;
  mutants.skip_tree_update = true;
  EXPECT_NE(FirstWrong(mutants), "");
}

}  // namespace
}  // namespace evident::audit
