#include "server/watchdog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace evident::server {
namespace {

using Clock = std::chrono::steady_clock;

TEST(WatchdogTest, EndsWhatIsPastItsDeadline) {
  std::promise<void> ended;
  Watchdog watchdog;
  watchdog.Watch(Clock::now(), [&ended] { ended.set_value(); });
  ended.get_future().get();
}

TEST(WatchdogTest, WakesFromIdleForEveryNewDeadline) {
  Watchdog watchdog;
  for (int i = 0; i < 200; ++i) {
    std::promise<void> ended;
    // Forgotten once it has ended, so that the next one finds the watchdog with nothing to watch.
    const Watchdog::Id id = watchdog.Watch(Clock::now(), [&ended] { ended.set_value(); });
    ended.get_future().get();
    watchdog.Forget(id);
  }
}

TEST(WatchdogTest, EarlierDeadlinesEndFirst) {
  std::promise<void> late, early, both_watched;
  std::atomic<bool> early_ended = false;
  bool order = false;
  Watchdog watchdog;
  const auto now = Clock::now();
  // Neither can end before both are watched.
  watchdog.Watch(now, [&] { both_watched.get_future().get(); });
  watchdog.Watch(now + std::chrono::milliseconds(2), [&] {
    order = early_ended;
    late.set_value();
  });
  watchdog.Watch(now + std::chrono::milliseconds(1), [&] {
    early_ended = true;
    early.set_value();
  });
  both_watched.set_value();
  early.get_future().get();
  late.get_future().get();
  EXPECT_TRUE(order);
}

TEST(WatchdogTest, WhatIsForgottenDoesNotEnd) {
  std::atomic<bool> ended = false;
  {
    Watchdog watchdog;
    const Watchdog::Id id =
        watchdog.Watch(Clock::now() + std::chrono::hours(1), [&ended] { ended = true; });
    watchdog.Forget(id);
    watchdog.Forget(id);
  }
  EXPECT_FALSE(ended);
}

TEST(WatchdogTest, EndMayForgetItself) {
  std::promise<Watchdog::Id> known;
  std::promise<void> ended;
  Watchdog watchdog;
  auto id = known.get_future().share();
  known.set_value(watchdog.Watch(Clock::now(), [&] {
    watchdog.Forget(id.get());
    ended.set_value();
  }));
  ended.get_future().get();
}

TEST(WatchdogTest, ForgettingWaitsForAnEndThatRuns) {
  std::promise<void> running, go_on;
  std::atomic<bool> done = false;
  Watchdog watchdog;
  const Watchdog::Id id = watchdog.Watch(Clock::now(), [&] {
    running.set_value();
    go_on.get_future().get();
    done = true;
  });
  running.get_future().get();
  std::thread release([&go_on] { go_on.set_value(); });
  watchdog.Forget(id);
  EXPECT_TRUE(done);
  release.join();
}

}  // namespace
}  // namespace evident::server
