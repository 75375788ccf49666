#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "base/status_matchers.h"

namespace evident {
namespace {

TEST(ParallelTest, EveryTaskIsRunOnce) {
  for (const size_t count : {0u, 1u, 2u, 3u, 100u}) {
    std::vector<std::atomic<int>> runs(count);
    EVIDENT_EXPECT_OK(RunParallel(count, [&](size_t i) {
      ++runs[i];
      return absl::OkStatus();
    }));
    for (const auto& run : runs) EXPECT_EQ(run, 1);
  }
}

TEST(ParallelTest, EveryPlaceIsVisitedOnceWhateverIsDoneAtATime) {
  for (const size_t count : {0u, 1u, 9u, 10u, 11u, 100u}) {
    std::vector<std::atomic<int>> runs(count);
    RunForEach(count, 10, [&](size_t i) { ++runs[i]; });
    for (const auto& run : runs) EXPECT_EQ(run, 1);
  }
}

TEST(ParallelTest, DifferentTasksAreAllRun) {
  std::atomic<int> sum = 0;
  RunTogether({[&] { sum += 1; }, [&] { sum += 20; }, [&] { sum += 300; }});
  EXPECT_EQ(sum, 321);
}

TEST(ParallelTest, TheFirstErrorIsTold) {
  const absl::Status end = RunParallel(100, [](size_t i) {
    return i < 7 ? absl::OkStatus() : absl::InternalError(std::to_string(i));
  });
  EXPECT_EQ(end.message(), "7");
}

TEST(ParallelTest, NothingIsBegunAfterAnError) {
  std::atomic<size_t> begun = 0;
  EXPECT_FALSE(RunParallel(100'000, [&](size_t) {
                 ++begun;
                 return absl::InternalError("always");
               }).ok());
  EXPECT_LE(begun, 4u);  // one for each thread
}

}  // namespace
}  // namespace evident
