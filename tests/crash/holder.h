// What the holder of receipts demands of a log, however its server died. One function for sound
// and for damaged logs alike.
#ifndef EVIDENT_TESTS_CRASH_HOLDER_H_
#define EVIDENT_TESTS_CRASH_HOLDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/crash/load.h"
#include "tests/crash/site.h"

namespace evident::crash {

struct Demand {
  std::unique_ptr<ServerProcess> server;  // running; null when it did not start
  uint64_t size = 0;                      // of the checkpoint that it showed first
  std::vector<std::string> wrong;         // "entry 17: ..."; empty when all holds
};

// Starts the server on `site` and demands, with the log's verifier key alone: a signed checkpoint;
// of each call acknowledged so far, that its receipt verifies against the bytes that were sent and
// received, that the server opens the entry and has the receipt's leaf there, that an inclusion
// proof leads to the checkpoint, and that a consistency proof leads to it from the receipt's own
// checkpoint; and that no two receipts share an entry.
Demand StartAndDemand(const Site& site, const std::vector<Acknowledged>& acknowledged);

}  // namespace evident::crash

#endif  // EVIDENT_TESTS_CRASH_HOLDER_H_
