#include "base/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace evident {
namespace {

TEST(MutexTest, OneThreadAtATimeHoldsIt) {
  Mutex mutex;
  int count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        MutexLock lock(mutex);
        ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 4000);
}

TEST(CondVarTest, WaitReturnsHoldingTheMutexOnceToldOfTheChange) {
  Mutex mutex;
  CondVar changed;
  bool ready = false;
  std::thread teller([&] {
    MutexLock lock(mutex);
    ready = true;
    changed.NotifyAll();
  });
  {
    MutexLock lock(mutex);
    while (!ready) changed.Wait(mutex);
    EXPECT_TRUE(ready);
  }
  teller.join();
}

TEST(CondVarTest, WaitForGivesUpWhenNobodyTells) {
  Mutex mutex;
  CondVar changed;
  MutexLock lock(mutex);
  EXPECT_FALSE(changed.WaitFor(mutex, std::chrono::nanoseconds(1)));
}

}  // namespace
}  // namespace evident
