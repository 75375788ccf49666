// Work on several processors at once.
#ifndef EVIDENT_BASE_PARALLEL_H_
#define EVIDENT_BASE_PARALLEL_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"

namespace evident {

// Runs task(0) to task(count - 1), begun in this order, on the caller's thread and on as many more
// as there are processors, at most 4 in all, and returns once all have ended. After an error no
// further task is begun; of several errors, the one of the lowest number.
absl::Status RunParallel(size_t count, const std::function<absl::Status(size_t)>& task);

}  // namespace evident

#endif  // EVIDENT_BASE_PARALLEL_H_
