// How much room the audit log's volume has, and telling the operator before it is too late: below
// the reserve the log takes no entries, not even the one that announces a pruning.
#ifndef EVIDENT_SERVER_DISK_WATCH_H_
#define EVIDENT_SERVER_DISK_WATCH_H_

#include <cstdint>

#include "base/clock.h"
#include "evident/v1/admin_service.pb.h"

namespace evident::server {

// In free bytes. `warn` is at least `reserve`.
struct DiskLevels {
  uint64_t reserve = 0;
  uint64_t warn = 0;
};

v1::DiskState DiskStateOf(const DiskLevels& levels, uint64_t free_bytes);

// Not thread safe.
class DiskWatch {
 public:
  DiskWatch(const DiskLevels& levels, const Clock& clock) : levels_(levels), clock_(clock) {}

  // Logs when the state is another than before, and every ten minutes while there is too little
  // room. Whether it did.
  bool Look(uint64_t free_bytes);

 private:
  const DiskLevels levels_;
  const Clock& clock_;
  v1::DiskState told_ = v1::DISK_STATE_AMPLE;
  int64_t told_ns_ = 0;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_DISK_WATCH_H_
