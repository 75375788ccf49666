#include "base/random.h"

#include <openssl/rand.h>

#include <cstdlib>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/mutex.h"

namespace evident {
namespace {

class SystemRandom final : public Random {
 public:
  std::string Bytes(size_t n) override {
    std::string bytes(n, '\0');
    // Going on without randomness would hand out guessable keys.
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(n)) != 1) {
      std::abort();
    }
    return bytes;
  }
};

Mutex seeded_mutex;

}  // namespace

Random& Random::System() {
  static SystemRandom random;
  return random;
}

std::string SeededRandom::Bytes(size_t n) {
  MutexLock lock(seeded_mutex);
  std::string bytes;
  while (bytes.size() < n) {
    std::string block;
    AppendU64(block, seed_);
    AppendU64(block, counter_++);
    bytes += Sha256(block).view();
  }
  bytes.resize(n);
  return bytes;
}

}  // namespace evident
