// How long a crash test goes on, where somebody says so.
#ifndef EVIDENT_TESTS_CRASH_FROM_ENVIRONMENT_H_
#define EVIDENT_TESTS_CRASH_FROM_ENVIRONMENT_H_

#include <cstdint>
#include <cstdlib>

namespace evident::crash {

inline uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace evident::crash

#endif  // EVIDENT_TESTS_CRASH_FROM_ENVIRONMENT_H_
