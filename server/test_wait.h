// Waiting in tests for what another thread or process does, with an end to it.
#ifndef EVIDENT_SERVER_TEST_WAIT_H_
#define EVIDENT_SERVER_TEST_WAIT_H_

#include <chrono>
#include <thread>

namespace evident::server {

inline constexpr std::chrono::seconds kTestWaitMax{60};

// Whether `holds()` within kTestWaitMax.
template <typename Condition>
bool Eventually(Condition holds) {
  const auto until = std::chrono::steady_clock::now() + kTestWaitMax;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TEST_WAIT_H_
