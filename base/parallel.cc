#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/status.h"

namespace evident {
namespace {

constexpr size_t kThreadsMax = 4;

}  // namespace

absl::Status RunParallel(size_t count, const std::function<absl::Status(size_t)>& task) {
  std::vector<absl::Status> ends(count);
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  const auto work = [&] {
    while (!failed) {
      const size_t i = next++;
      if (i >= count) return;
      ends[i] = task(i);
      if (!ends[i].ok()) failed = true;
    }
  };
  const size_t processors = std::max<size_t>(std::thread::hardware_concurrency(), 1);
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min({count, processors, kThreadsMax}); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  for (const absl::Status& end : ends) EVIDENT_RETURN_IF_ERROR(end);
  return absl::OkStatus();
}

void RunForEach(size_t count, size_t at_a_time, const std::function<void(size_t)>& task) {
  const auto run_part = [&](size_t part) {
    const size_t end = std::min((part + 1) * at_a_time, count);
    for (size_t i = part * at_a_time; i < end; ++i) task(i);
    return absl::OkStatus();
  };
  RunParallel((count + at_a_time - 1) / at_a_time, run_part).IgnoreError();  // no part fails
}

void RunTogether(const std::vector<std::function<void()>>& tasks) {
  RunForEach(tasks.size(), 1, [&tasks](size_t i) { tasks[i](); });
}

}  // namespace evident
