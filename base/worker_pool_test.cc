#include "base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>

namespace evident {
namespace {

TEST(WorkerPoolTest, RunsWhatItTookBeforeItStops) {
  std::atomic<int> ran = 0;
  WorkerPool pool("test", 3, 100);
  int taken = 0;
  for (int i = 0; i < 50; ++i) taken += pool.TrySubmit([&ran] { ++ran; }) ? 1 : 0;
  EXPECT_EQ(taken, 50);
  pool.Stop();
  EXPECT_EQ(ran, 50);
  pool.Stop();
}

TEST(WorkerPoolTest, RefusesWithoutRunningWhenTheQueueIsFull) {
  std::promise<void> started;
  std::promise<void> release;
  std::atomic<int> ran = 0;
  WorkerPool pool("test", 1, 2);
  ASSERT_TRUE(pool.TrySubmit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.TrySubmit([&ran] { ++ran; }));
  EXPECT_TRUE(pool.TrySubmit([&ran] { ++ran; }));
  EXPECT_FALSE(pool.TrySubmit([&ran] { ran += 100; }));
  release.set_value();
  pool.Stop();
  EXPECT_EQ(ran, 2);
}

TEST(WorkerPoolTest, RefusesAfterStop) {
  WorkerPool pool("test", 1, 2);
  pool.Stop();
  bool ran = false;
  EXPECT_FALSE(pool.TrySubmit([&ran] { ran = true; }));
  EXPECT_FALSE(ran);
}

TEST(WorkerPoolTest, WorksOnItsOwnThreads) {
  std::promise<std::thread::id> where;
  WorkerPool pool("a name longer than fifteen bytes", 1, 1);
  ASSERT_TRUE(pool.TrySubmit([&where] { where.set_value(std::this_thread::get_id()); }));
  EXPECT_NE(where.get_future().get(), std::this_thread::get_id());
}

TEST(WorkerPoolTest, TasksOfSeveralThreadsRunAtOnce) {
  std::promise<void> first;
  std::promise<void> second;
  WorkerPool pool("test", 2, 2);
  // Each waits for the other: one thread alone would never finish.
  ASSERT_TRUE(pool.TrySubmit([&] {
    first.set_value();
    second.get_future().wait();
  }));
  ASSERT_TRUE(pool.TrySubmit([&] {
    second.set_value();
    first.get_future().wait();
  }));
  pool.Stop();
}

}  // namespace
}  // namespace evident
