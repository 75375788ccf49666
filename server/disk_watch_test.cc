#include "server/disk_watch.h"

#include <gtest/gtest.h>

#include "base/log.h"

namespace evident::server {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr DiskLevels kLevels{100, 400};

TEST(DiskStateTest, LevelsAreTheFirstThatAreNotEnough) {
  EXPECT_EQ(DiskStateOf(kLevels, 400), v1::DISK_STATE_AMPLE);
  EXPECT_EQ(DiskStateOf(kLevels, 399), v1::DISK_STATE_LOW);
  EXPECT_EQ(DiskStateOf(kLevels, 100), v1::DISK_STATE_LOW);
  EXPECT_EQ(DiskStateOf(kLevels, 99), v1::DISK_STATE_EXHAUSTED);
  EXPECT_EQ(DiskStateOf(DiskLevels(), 0), v1::DISK_STATE_AMPLE);
}

TEST(DiskWatchTest, TellsOfEachChangeAndNowAndThenWhileThereIsTooLittle) {
  SetLogLevel(LogLevel::kError);
  FakeClock clock(1'700'000'000 * kSecondNs);
  DiskWatch watch(kLevels, clock);
  EXPECT_FALSE(watch.Look(1'000));
  EXPECT_TRUE(watch.Look(300));
  EXPECT_FALSE(watch.Look(299));
  clock.AdvanceNs(599 * kSecondNs);
  EXPECT_FALSE(watch.Look(298));
  clock.AdvanceNs(kSecondNs);
  EXPECT_TRUE(watch.Look(297));
  EXPECT_FALSE(watch.Look(296));
  EXPECT_TRUE(watch.Look(50));
  EXPECT_TRUE(watch.Look(200));
  EXPECT_TRUE(watch.Look(500));
  clock.AdvanceNs(6'000 * kSecondNs);
  EXPECT_FALSE(watch.Look(500));
}

}  // namespace
}  // namespace evident::server
