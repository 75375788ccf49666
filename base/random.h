// Randomness as the rooms see it: passed in, so that tests can repeat it.
#ifndef EVIDENT_BASE_RANDOM_H_
#define EVIDENT_BASE_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace evident {

// Thread safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::string Bytes(size_t n) = 0;
  static Random& System();  // the operating system's generator, fit for keys
};

// The same bytes for the same seed. Tests only: not fit for keys. Thread safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : seed_(seed) {}
  std::string Bytes(size_t n) override;

 private:
  uint64_t seed_;
  uint64_t counter_ = 0;  // guarded inside random.cc
};

}  // namespace evident

#endif  // EVIDENT_BASE_RANDOM_H_
