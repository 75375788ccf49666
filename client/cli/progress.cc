#include "client/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace evident::cli {

void ShowProgress(const std::string& what, size_t done, size_t all) {
  constexpr size_t kWidth = 30;
  if (isatty(STDERR_FILENO) == 0) return;
  done = std::min(done, all);
  const size_t filled = all == 0 ? kWidth : done * kWidth / all;
  std::cerr << "\r[" << std::string(filled, '#') << std::string(kWidth - filled, ' ') << "] "
            << (all == 0 ? 100 : done * 100 / all) << " % " << what << (done == all ? "\n" : "")
            << std::flush;
}

}  // namespace evident::cli
