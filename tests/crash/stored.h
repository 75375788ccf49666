// What a server that is gone left on the disk, read offline from a copy.
#ifndef EVIDENT_TESTS_CRASH_STORED_H_
#define EVIDENT_TESTS_CRASH_STORED_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/crash/load.h"
#include "tests/crash/site.h"

namespace evident::crash {

struct Stored {
  std::vector<std::string> wrong;  // what the offline check finds; empty when the log is sound
  uint64_t entries = 0;
  std::map<Outcome, int> found;  // the entries from `first` on, by how their call ended
};

// Checks a copy of the site's log, with its guard and its keys. The server must not be running.
Stored CheckStored(const Site& site, uint64_t first);

// What does not fit: each call that was told of has its entry, and besides those only calls that
// were cut off can have one.
std::vector<std::string> Compare(const Stored& stored, const Load::Result& sent);

}  // namespace evident::crash

#endif  // EVIDENT_TESTS_CRASH_STORED_H_
