// Power cuts in the middle of load, in process: what was acknowledged must be there afterwards.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "audit/log/guard.h"
#include "audit/log/test_log.h"

namespace evident::audit {
namespace {

constexpr int kAppends = 60;

class AuditLogCrashTest : public TestLog, public testing::WithParamInterface<uint64_t> {
 protected:
  struct Load {
    Mutex mutex;
    CondVar changed;
    int outstanding EVIDENT_GUARDED_BY(mutex) = 0;
    std::vector<Acknowledged> kept EVIDENT_GUARDED_BY(mutex);
    std::vector<absl::Status> refused EVIDENT_GUARDED_BY(mutex);
  };

  // Hands in kAppends entries at once and cuts the power when `cut` of them, at least one, were
  // acknowledged, in the middle of whatever the committer is doing then.
  void RunUntilTheCut(Log& log, kv::FaultFileSystem& files, size_t cut, Load& load) {
    for (int i = 0; i < kAppends; ++i) {
      const std::string answer = "answer " + std::to_string(i);
      {
        MutexLock lock(load.mutex);
        ++load.outstanding;
      }
      log.Append(Draft(answer, i % 7 == 0 ? answer : ""),
                 [&load, &files, cut, answer](absl::StatusOr<Committed> committed) {
                   MutexLock lock(load.mutex);
                   if (committed.ok()) {
                     load.kept.push_back({*std::move(committed), answer});
                     if (load.kept.size() == cut) files.PowerOff();
                   } else {
                     load.refused.push_back(committed.status());
                   }
                   --load.outstanding;
                   load.changed.NotifyAll();
                 });
    }
    MutexLock lock(load.mutex);
    while (load.outstanding > 0) load.changed.Wait(load.mutex);
    if (load.kept.size() < cut) files.PowerOff();
  }

  void ExpectAllAnswered(Load& load) {
    MutexLock lock(load.mutex);
    EXPECT_EQ(load.kept.size() + load.refused.size(), static_cast<size_t>(kAppends));
    for (const absl::Status& status : load.refused) {
      EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status.ToString();
    }
  }
};

TEST_P(AuditLogCrashTest, WhatWasAcknowledgedSurvivesAPowerCutUnderLoad) {
  std::mt19937_64 random(GetParam());
  LogOptions options = Options();
  options.fault_file_system = kv::FaultFileSystem::Create(GetParam());
  Load load;
  auto log = MustOpen(options);
  ASSERT_NE(log, nullptr);
  std::filesystem::copy(options.guard_path, dir_.path() + "/guard-before");
  RunUntilTheCut(*log, *options.fault_file_system, 1 + random() % (kAppends - 1), load);
  ExpectAllAnswered(load);
  log.reset();
  EVIDENT_ASSERT_OK(options.fault_file_system->Crash());
  if (random() % 4 == 0) {  // what was not synced of the guard is lost as well
    std::filesystem::copy_file(dir_.path() + "/guard-before", options.guard_path,
                               std::filesystem::copy_options::overwrite_existing);
  }
  log = MustOpen(Options());
  ASSERT_NE(log, nullptr);
  MutexLock lock(load.mutex);
  EXPECT_EQ(Check(*log, load.kept), "");
  EXPECT_EQ(Check(*log, AppendUntilFailure(*log, 2)), "");
}

// How the seeded cut hits differs from run to run: many seeds, each its own history.
INSTANTIATE_TEST_SUITE_P(Seeds, AuditLogCrashTest, testing::Range<uint64_t>(0, 120));

struct Fault {
  kv::FaultOperation operation;
  uint64_t nth;
};

class AuditLogFaultTest : public TestLog, public testing::WithParamInterface<Fault> {};

TEST_P(AuditLogFaultTest, AnErrorEndsAppendingAndLosesNothingAcknowledged) {
  LogOptions options = Options();
  options.fault_file_system = kv::FaultFileSystem::Create(GetParam().nth);
  std::vector<Acknowledged> kept;
  auto log = MustOpen(options);
  ASSERT_NE(log, nullptr);
  options.fault_file_system->FailNth(GetParam().operation, kv::FileClass::kWal, GetParam().nth);
  kept = AppendUntilFailure(*log, 20);
  EXPECT_LT(kept.size(), 20u);
  EXPECT_EQ(log->Size(), 1 + kept.size());
  options.fault_file_system->ClearFaults();
  EXPECT_THAT(log->AppendAndWait(Draft("after")), HasReason("LOG_READ_ONLY"));
  EXPECT_EQ(Check(*log, kept), "") << "what is there can still be read";
  log.reset();
  log = MustOpen(Options());
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(Check(*log, kept), "");
  EXPECT_EQ(Check(*log, AppendUntilFailure(*log, 2)), "");
}

INSTANTIATE_TEST_SUITE_P(Syncs, AuditLogFaultTest,
                         testing::Values(Fault{kv::FaultOperation::kSync, 1},
                                         Fault{kv::FaultOperation::kSync, 2},
                                         Fault{kv::FaultOperation::kSync, 5},
                                         Fault{kv::FaultOperation::kAppend, 1},
                                         Fault{kv::FaultOperation::kAppend, 4}));

class AuditLogFullDiskTest : public TestLog, public testing::WithParamInterface<uint64_t> {};

TEST_P(AuditLogFullDiskTest, AFullDiskIsUnavailableAndLosesNothingAcknowledged) {
  LogOptions options = Options();
  options.fault_file_system = kv::FaultFileSystem::Create(GetParam());
  auto log = MustOpen(options);
  ASSERT_NE(log, nullptr);
  const auto before = AppendUntilFailure(*log, 1);
  options.fault_file_system->FailWhenFull(GetParam());
  auto kept = AppendUntilFailure(*log, 40);
  EXPECT_LT(kept.size(), 40u);
  EXPECT_EQ(log->AppendAndWait(Draft("a")).status().code(), absl::StatusCode::kUnavailable);
  log.reset();
  log = MustOpen(Options());
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(Check(*log, before), "");
  EXPECT_EQ(Check(*log, kept), "");
}

INSTANTIATE_TEST_SUITE_P(Bytes, AuditLogFullDiskTest, testing::Values(0, 100, 1500, 10'000));

}  // namespace
}  // namespace evident::audit
