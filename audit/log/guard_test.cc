#include "audit/log/guard.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

class GuardTest : public testing::Test {
 protected:
  void Damage(int64_t at) {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.put('!');
  }
  void WriteAll(const std::vector<std::string>& notes) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto guard, Guard::Create(path_));
    for (const std::string& note : notes) EVIDENT_ASSERT_OK(guard->Write(note));
    EVIDENT_ASSERT_OK(guard->Close());
  }

  TempDir dir_;
  const std::string path_ = dir_.path() + "/guard";
};

TEST_F(GuardTest, GivesTheNewestNoteAndKeepsItsSize) {
  WriteAll({"first", "second", "third"});
  EXPECT_EQ(std::filesystem::file_size(path_), 2 * kGuardSlotBytes);
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto guard, Guard::Open(path_));
  EXPECT_EQ(guard->newest(), "third");
  EVIDENT_ASSERT_OK(guard->Write("fourth"));
  EVIDENT_ASSERT_OK(guard->Close());
  EXPECT_THAT(*ReadGuard(path_), "fourth");
}

TEST_F(GuardTest, ATornSlotLeavesTheOneBefore) {
  WriteAll({"first", "second", "third"});  // the third is in slot 1
  Damage(kGuardSlotBytes + 20);
  EXPECT_EQ(*ReadGuard(path_), "second");
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto guard, Guard::Open(path_));
  EVIDENT_ASSERT_OK(guard->Write("third again"));
  EVIDENT_ASSERT_OK(guard->Close());
  EXPECT_EQ(*ReadGuard(path_), "third again");
}

TEST_F(GuardTest, RefusesTwoDamagedSlotsAnotherSizeAndAMissingFile) {
  EXPECT_THAT(Guard::Open(path_), HasReason("GUARD_MISSING"));
  WriteAll({"first"});
  EXPECT_THAT(Guard::Create(path_), FailsWith(absl::StatusCode::kAlreadyExists, path_));
  Damage(5);
  Damage(kGuardSlotBytes + 5);
  EXPECT_THAT(Guard::Open(path_), HasReason("GUARD_INVALID"));
  std::filesystem::resize_file(path_, 700);
  EXPECT_THAT(ReadGuard(path_), HasReason("GUARD_INVALID"));
}

TEST_F(GuardTest, TakesTheLongestNoteAndNoLongerOne) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto guard, Guard::Create(path_));
  EVIDENT_EXPECT_OK(guard->Write(std::string(kGuardNoteBytesMax, 'n')));
  EXPECT_THAT(guard->Write(std::string(kGuardNoteBytesMax + 1, 'n')),
              HasReason("GUARD_NOTE_TOO_LARGE"));
  EVIDENT_ASSERT_OK(guard->Close());
  EXPECT_EQ(ReadGuard(path_)->size(), kGuardNoteBytesMax);
  EXPECT_THAT(guard->Write("late"), HasReason("GUARD_IO"));
}

TEST_F(GuardTest, AFailedWriteIsTheLast) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto guard, Guard::Create(path_));
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit tight = before;
  tight.rlim_cur = kGuardSlotBytes;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const absl::Status refused = guard->Write("beyond what the disk takes");  // slot 1
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(refused, HasReason("GUARD_IO"));
  EXPECT_THAT(guard->Write("after"), HasReason("GUARD_IO"));
}

// Nobody need append anything to find out, and a later sync that succeeds proves nothing.
TEST_F(GuardTest, AFailedSyncIsToldAtOnceAndAtClosing) {
  Mutex mutex;
  CondVar told;
  std::vector<absl::Status> failures;
  int syncs = 0;
  GuardOptions options;
  options.sync = [&](int) {
    errno = EIO;
    return ++syncs == 1 ? -1 : 0;
  };
  options.on_failed = [&](const absl::Status& status) {
    MutexLock lock(mutex);
    failures.push_back(status);
    told.NotifyAll();
  };
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto guard, Guard::Create(path_, options));
  EVIDENT_ASSERT_OK(guard->Write("first"));
  {
    MutexLock lock(mutex);
    while (failures.empty()) told.Wait(mutex);
    EXPECT_THAT(failures.front(), HasReason("GUARD_IO"));
  }
  EXPECT_THAT(guard->Write("second"), HasReason("GUARD_IO"));
  EXPECT_THAT(guard->Close(), HasReason("GUARD_IO"));
  EXPECT_EQ(syncs, 1);
}

TEST_F(GuardTest, AFailedLastSyncIsToldAtClosing) {
  GuardOptions options;
  options.sync = [](int) {
    errno = EIO;
    return -1;
  };
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto guard, Guard::Create(path_, options));
  EXPECT_THAT(guard->Close(), HasReason("GUARD_IO"));
}

}  // namespace
}  // namespace evident::audit
