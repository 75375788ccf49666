#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "audit/log/store.h"
#include "audit/log/test_log.h"

namespace evident::audit {
namespace {

using LogFailureTest = TestLog;

TEST_F(LogFailureTest, RefusesOtherKeysNamesAndMissingParts) {
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
  EXPECT_THAT(Log::Open(options), HasReason("SIGNER_MISMATCH"));
  options = Options();
  options.path = options.keys_path;
  EXPECT_THAT(Log::Open(options),
              FailsWith(absl::StatusCode::kFailedPrecondition, options.keys_path));
  std::filesystem::rename(dir_.path() + "/guard", dir_.path() + "/elsewhere");
  EXPECT_THAT(Log::Open(Options()), HasReason("GUARD_MISSING"));
  std::filesystem::rename(dir_.path() + "/elsewhere", dir_.path() + "/guard");
  std::filesystem::remove_all(dir_.path() + "/log");
  EXPECT_THAT(Log::Open(Options()), HasReason("DATABASE_MISSING"));
}

TEST_F(LogFailureTest, GuardRefusesARolledBackLogAndToleratesOneBadSlot) {
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

TEST_F(LogFailureTest, OneRemovedRecordTurnsTheCheckRed) {
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

TEST_F(LogFailureTest, FailedSyncTellsEveryWaiterAndEndsAppending) {
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

TEST_F(LogFailureTest, AFailedGuardSyncEndsAppendingBeforeTheNextEntry) {
  Mutex mutex;
  CondVar changed;
  int told = 0;
  LogOptions options = Options();
  options.guard_sync = [](int) {
    errno = EIO;
    return -1;
  };
  options.on_read_only = [&](const absl::Status&) {
    MutexLock lock(mutex);
    ++told;
    changed.NotifyAll();
  };
  auto log = MustOpen(options);  // its first entry is what the guard fails to sync
  {
    MutexLock lock(mutex);
    while (told == 0) changed.Wait(mutex);
  }
  EXPECT_NE(log->ReadOnlyReason(), "");
  EXPECT_THAT(log->AppendAndWait(Draft("after")), HasReason("LOG_READ_ONLY"));
  EXPECT_THAT(log->Close(), HasReason("GUARD_IO"));
}

TEST_F(LogFailureTest, TakesNothingBelowTheDiskReserve) {
  LogOptions options = Options();
  EVIDENT_ASSERT_OK(MustOpen(options)->Close());
  options.disk_reserve_bytes = UINT64_MAX;
  auto log = MustOpen(options);
  EXPECT_THAT(log->AppendAndWait(Draft("a")), HasReason("DISK_RESERVE"));
  EXPECT_NE(log->ReadOnlyReason(), "");
  EVIDENT_EXPECT_OK(log->ReadLeaf(EntryIndex(0)));
}

TEST_F(LogFailureTest, ALogBeginsAsItsFirstIncarnation) {
  LogOptions options = Options();
  options.id.incarnation = 2;
  options.signer_key = NoteSigner::FromSeed("test.example/2", std::string(32, 's'))->ToText();
  EXPECT_THAT(Log::Open(options), HasReason("INCARNATION_UNDECLARED"));
  EXPECT_FALSE(std::filesystem::exists(options.path));
}

TEST_F(LogFailureTest, AGuardOfAnotherLogIsRefused) {
  EVIDENT_ASSERT_OK(MustOpen(Options())->Close());
  const NoteSigner other = *NoteSigner::FromSeed("other.example/1", std::string(32, 's'));
  const std::string note = *SignCheckpoint({"other.example/1", 1, LeafHash("a")}, other);
  std::filesystem::remove(dir_.path() + "/guard");
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto guard, Guard::Create(dir_.path() + "/guard"));
  EVIDENT_ASSERT_OK(guard->Write(note));
  EVIDENT_ASSERT_OK(guard->Close());
  EXPECT_THAT(Log::Open(Options()), FailsWith(absl::StatusCode::kDataLoss, "reading the guard"));
}

TEST_F(LogFailureTest, AFailedKeySyncEndsAppending) {
  LogOptions options = Options();
  options.fault_file_system = kv::FaultFileSystem::Create(1);
  std::atomic<int> told = 0;
  options.on_read_only = [&told](const absl::Status&) { ++told; };
  auto log = MustOpen(options);
  const auto kept = AppendUntilFailure(*log, 2);
  options.fault_file_system->FailNth(kv::FaultOperation::kSync, kv::FileClass::kWal, 1);
  EXPECT_THAT(log->AppendAndWait(Draft("a", "new subject")), HasReason("LOG_READ_ONLY"));
  options.fault_file_system->ClearFaults();
  EXPECT_THAT(log->AppendAndWait(Draft("b")), HasReason("LOG_READ_ONLY"));
  EXPECT_EQ(told, 1);
  log.reset();
  log = MustOpen(Options());
  EXPECT_EQ(Check(*log, kept), "");
  EVIDENT_EXPECT_OK(log->AppendAndWait(Draft("a", "new subject")));
}

// Whatever sync a first start is cut off at, the next start makes a whole log of it.
TEST_F(LogFailureTest, AFirstStartThatWasCutOffCanBeRepeated) {
  bool whole = false;
  for (uint64_t nth = 1; !whole; ++nth) {
    ASSERT_LT(nth, 100u);
    for (const char* const part : {"/log", "/keys", "/guard"}) {
      std::filesystem::remove_all(dir_.path() + part);
    }
    LogOptions options = Options();
    options.fault_file_system = kv::FaultFileSystem::Create(nth);
    options.fault_file_system->FailNth(kv::FaultOperation::kSync, kv::FileClass::kAny, nth);
    whole = Log::Open(options).ok();
    options.fault_file_system->PowerOff();
    EVIDENT_ASSERT_OK(options.fault_file_system->Crash());
    auto log = Log::Open(Options());
    ASSERT_THAT(log, IsOk()) << "cut off at sync " << nth;
    EXPECT_EQ(Check(**log, AppendUntilFailure(**log, 2)), "");
  }
}

}  // namespace
}  // namespace evident::audit
