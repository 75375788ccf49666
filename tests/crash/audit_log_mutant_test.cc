// Logs that are broken on purpose, and copies that were tampered with: each must turn the check
// red, and each is the reason why one step of a commit is there.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "audit/log/guard.h"
#include "audit/log/store.h"
#include "audit/log/test_log.h"

namespace evident::audit {
namespace {

class AuditLogMutantTest : public TestLog {
 protected:
  // Until the committer has finished its last batch: the guard's note is of the log's size.
  static void WaitForGuard(const Log& log, const std::string& guard_path, const NoteVerifier& key) {
    while (true) {
      const auto note = ReadGuard(guard_path);
      if (note.ok()) {
        const auto checkpoint = OpenCheckpoint(*note, key);
        if (checkpoint.ok() && checkpoint->size == log.Size()) return;
      }
      std::this_thread::yield();
    }
  }

  struct Aftermath {
    size_t acknowledged_late = 0;  // while the disk failed
    std::string found;             // what the holders of receipts find; "" when all is well
  };

  // Four entries, then one while the write-ahead log cannot be synced, then a power cut.
  Aftermath FailASyncAndCutThePower(const Mutants& mutants) {
    LogOptions options = Options();
    options.fault_file_system = kv::FaultFileSystem::Create(3);
    options.mutants = mutants;
    Aftermath aftermath;
    std::vector<Acknowledged> kept;
    {
      auto log = MustOpen(options);
      kept = AppendUntilFailure(*log, 4);
      EXPECT_EQ(kept.size(), 4u);
      WaitForGuard(*log, options.guard_path, signer_.verifier());
      options.fault_file_system->FailNth(kv::FaultOperation::kSync, kv::FileClass::kWal, 1);
      for (Acknowledged& one : AppendUntilFailure(*log, 1)) {
        kept.push_back(std::move(one));
        ++aftermath.acknowledged_late;
      }
      EVIDENT_EXPECT_OK(log->ReadLeaf(EntryIndex(0)));
      options.fault_file_system->PowerOff();
    }
    EVIDENT_EXPECT_OK(options.fault_file_system->Crash());
    const auto log = Log::Open(Options());
    aftermath.found = log.ok() ? Check(**log, kept) : ErrorReason(log.status());
    return aftermath;
  }

  void CloseWith(int entries) {
    auto log = MustOpen(Options());
    kept_ = AppendUntilFailure(*log, entries);
    ASSERT_EQ(kept_.size(), static_cast<size_t>(entries));
    EVIDENT_ASSERT_OK(log->Close());
  }

  void Remove(kv::Family family, EntryIndex index) {
    StoreOptions options;
    options.path = Options().path;
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto store, OpenStore(options));
    kv::WriteBatch batch;
    batch.Delete(family, IndexKey(index));
    EVIDENT_ASSERT_OK(store->Write(batch, kv::Durability::kSync));
    EVIDENT_ASSERT_OK(store->Close());
  }

  std::string NewestWal() const {
    std::string newest;
    for (const auto& file : std::filesystem::directory_iterator(dir_.path() + "/log")) {
      if (file.path().extension() == ".log" && file.path().string() > newest) {
        newest = file.path().string();
      }
    }
    return newest;
  }

  std::vector<Acknowledged> kept_;
};

TEST_F(AuditLogMutantTest, TheLogAsItIsPasses) {
  const Aftermath aftermath = FailASyncAndCutThePower({});
  EXPECT_EQ(aftermath.acknowledged_late, 0u);
  EXPECT_EQ(aftermath.found, "");
}

TEST_F(AuditLogMutantTest, NoSyncTurnsRed) {
  Mutants mutants;
  mutants.no_sync = true;
  EXPECT_EQ(FailASyncAndCutThePower(mutants).found, "LOG_BEHIND_GUARD");
}

TEST_F(AuditLogMutantTest, ReleaseBeforeSyncTurnsRed) {
  Mutants mutants;
  mutants.release_before_sync = true;
  const Aftermath aftermath = FailASyncAndCutThePower(mutants);
  EXPECT_EQ(aftermath.acknowledged_late, 1u);
  EXPECT_EQ(aftermath.found, "another leaf, or none");
}

TEST_F(AuditLogMutantTest, GuardBeforeDatabaseTurnsRed) {
  Mutants mutants;
  mutants.guard_before_database = true;
  const Aftermath aftermath = FailASyncAndCutThePower(mutants);
  EXPECT_EQ(aftermath.acknowledged_late, 0u);
  EXPECT_EQ(aftermath.found, "LOG_BEHIND_GUARD");
}

TEST_F(AuditLogMutantTest, ASkippedTreeUpdateTurnsRed) {
  LogOptions options = Options();
  options.mutants.skip_tree_update = true;
  auto log = MustOpen(options);
  const auto kept = AppendUntilFailure(*log, 1);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_NE(Check(*log, kept).find("does not verify"), std::string::npos);
  EVIDENT_ASSERT_OK(log->Close());
  EXPECT_THAT(Log::Open(Options()), HasReason("LOG_CORRUPT"));
}

TEST_F(AuditLogMutantTest, PointInTimeRecoveryOpensShortButForTheGuard) {
  std::string before_last;
  {
    auto log = MustOpen(Options());
    kept_ = AppendUntilFailure(*log, 3);
    before_last = dir_.path() + "/guard-before";
    std::filesystem::copy(Options().guard_path, before_last);
    for (Acknowledged& one : AppendUntilFailure(*log, 1)) kept_.push_back(std::move(one));
    ASSERT_EQ(kept_.size(), 4u);
    EVIDENT_ASSERT_OK(log->Close());
  }
  const std::string wal = NewestWal();
  {
    std::fstream file(wal, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(-20, std::ios::end);
    const char byte = static_cast<char>(file.peek());
    file.seekp(-20, std::ios::end);
    file.put(static_cast<char>(byte ^ 1));
  }
  EXPECT_FALSE(Log::Open(Options()).ok());
  LogOptions options = Options();
  options.wal_recovery = kv::WalRecovery::kPointInTime;
  EXPECT_THAT(Log::Open(options), HasReason("LOG_BEHIND_GUARD"));
  std::filesystem::copy_file(before_last, options.guard_path,
                             std::filesystem::copy_options::overwrite_existing);
  auto log = Log::Open(options);
  ASSERT_THAT(log, IsOk());
  EXPECT_EQ(Check(**log, kept_), "another leaf, or none");
}

TEST_F(AuditLogMutantTest, ATailThatWasCutOffIsRefused) {
  CloseWith(4);
  const std::string wal = NewestWal();
  std::filesystem::resize_file(wal, std::filesystem::file_size(wal) - 10);
  EXPECT_THAT(Log::Open(Options()), HasReason("LOG_BEHIND_GUARD"));
}

TEST_F(AuditLogMutantTest, ARecordRemovedAtTheRightEdgeIsRefused) {
  CloseWith(10);
  Remove(kStoreLeaves, EntryIndex(5));
  EXPECT_THAT(Log::Open(Options()), HasReason("LEAF_MISSING"));
}

TEST_F(AuditLogMutantTest, TheLastRecordRemovedIsRefused) {
  CloseWith(10);
  Remove(kStoreLeaves, EntryIndex(10));
  EXPECT_THAT(Log::Open(Options()), HasReason("LOG_CORRUPT"));
}

TEST_F(AuditLogMutantTest, ARecordRemovedUnderAFullTileTurnsTheCheckRed) {
  CloseWith(300);
  Remove(kStoreLeaves, EntryIndex(17));
  auto log = MustOpen(Options());
  EXPECT_EQ(Check(*log, kept_), "another leaf, or none");
}

TEST_F(AuditLogMutantTest, ARemovedBodyTurnsTheCheckRed) {
  CloseWith(5);
  Remove(kStoreBodies, EntryIndex(3));
  auto log = MustOpen(Options());
  EXPECT_EQ(Check(*log, kept_), "its body does not open");
}

}  // namespace
}  // namespace evident::audit
