// Work on several processors at once.
#ifndef EVIDENT_BASE_PARALLEL_H_
#define EVIDENT_BASE_PARALLEL_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/status/status.h"

namespace evident {

// Runs task(0) to task(count - 1), begun in this order, on the caller's thread and on as many more
// as there are processors, at most 4 in all, and returns once all have ended. After an error no
// further task is begun; of several errors, the one of the lowest number.
absl::Status RunParallel(size_t count, const std::function<absl::Status(size_t)>& task);

// The same of tasks that cannot fail: task(i) for each i below `count`, `at_a_time` of them, one
// after another, to a thread.
void RunForEach(size_t count, size_t at_a_time, const std::function<void(size_t)>& task);

// The same of different ones, begun in this order.
void RunTogether(const std::vector<std::function<void()>>& tasks);

}  // namespace evident

#endif  // EVIDENT_BASE_PARALLEL_H_
