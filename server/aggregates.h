// Calls that are refused before anybody is known, or before there is room to record them, are
// counted instead of recorded one by one: otherwise an anonymous caller could fill the disk.
#ifndef EVIDENT_SERVER_AGGREGATES_H_
#define EVIDENT_SERVER_AGGREGATES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "base/clock.h"
#include "base/mutex.h"
#include "server/recorder.h"

namespace evident::server {

// Stands in the leaf: never renumbered (docs/formats/aggregate-reasons.md).
enum class AggregateReason : uint16_t {
  kUnauthenticated = 1,
  kOverload = 2,
};

// Thread safe.
class Aggregates {
 public:
  Aggregates(const Clock& clock, Recorder& recorder) : clock_(clock), recorder_(recorder) {}

  // `peer` is a host without its port.
  void Count(const std::string& peer, AggregateReason reason);

  // Appends an entry for each (peer, reason, second) whose second is over; for all with `all`. Does
  // not wait for them; a failure is logged.
  void Flush(bool all);

 private:
  using Key = std::tuple<int64_t, std::string, AggregateReason>;  // second, peer, reason

  const Clock& clock_;
  Recorder& recorder_;
  Mutex mutex_;
  std::map<Key, uint64_t> counts_ EVIDENT_GUARDED_BY(mutex_);
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_AGGREGATES_H_
