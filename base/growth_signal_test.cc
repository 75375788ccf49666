#include "base/growth_signal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace evident {
namespace {

using std::chrono::milliseconds;
using Wait = GrowthSignal::Wait;

TEST(GrowthSignalTest, WhatIsThereIsNotWaitedFor) {
  GrowthSignal signal;
  signal.Announce(3);
  EXPECT_EQ(signal.WaitFor(3, milliseconds(0), 0), Wait::kThere);
  EXPECT_EQ(signal.WaitFor(4, milliseconds(0), 1), Wait::kNotYet);
  EXPECT_EQ(signal.WaitFor(4, std::chrono::hours(1), 0), Wait::kTooMany);
  int runs = 0;
  EXPECT_EQ(signal.OnceAbove(2, [&] { ++runs; }), 0u);
  EXPECT_EQ(runs, 1);
}

TEST(GrowthSignalTest, ACallbackRunsOnceWhenItsNumberComes) {
  GrowthSignal signal;
  int runs = 0;
  const GrowthSignal::Id id = signal.OnceAbove(1, [&] { ++runs; });
  EXPECT_NE(id, 0u);
  signal.Announce(1);
  EXPECT_EQ(runs, 0);
  signal.Announce(2);
  signal.Announce(3);
  signal.Wake(id);
  signal.Close();
  EXPECT_EQ(runs, 1);
}

TEST(GrowthSignalTest, WakingAndClosingEndTheWaiting) {
  GrowthSignal signal;
  int woken = 0;
  int closed = 0;
  const GrowthSignal::Id id = signal.OnceAbove(1, [&] { ++woken; });
  signal.OnceAbove(1, [&] { ++closed; });
  signal.Wake(id);
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(closed, 0);
  signal.Close();
  EXPECT_EQ(closed, 1);
  EXPECT_TRUE(signal.closed());
  EXPECT_EQ(signal.WaitFor(9, std::chrono::hours(1), 1), Wait::kNotYet);
  signal.OnceAbove(1, [&] { ++closed; });
  EXPECT_EQ(closed, 2);
}

TEST(GrowthSignalTest, AThreadThatWaitsIsToldByAnother) {
  GrowthSignal signal;
  std::atomic<bool> found = false;
  std::thread waits([&] { found = signal.WaitFor(5, std::chrono::hours(1), 1) == Wait::kThere; });
  signal.Announce(5);
  waits.join();
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace evident
