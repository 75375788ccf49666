#include "server/disk_watch.h"

#include "base/log.h"

namespace evident::server {
namespace {

constexpr int64_t kAgainAfterNs = int64_t{600} * 1'000'000'000;

const char* EventOf(v1::DiskState state) {
  if (state == v1::DISK_STATE_AMPLE) return "the audit log's volume has room again";
  return state == v1::DISK_STATE_LOW
             ? "the audit log's volume runs full: make room, or remove bodies with evident audit "
               "prune"
             : "the audit log's volume is full: no calls are answered until there is room";
}

LogLevel LevelOf(v1::DiskState state) {
  if (state == v1::DISK_STATE_AMPLE) return LogLevel::kInfo;
  return state == v1::DISK_STATE_LOW ? LogLevel::kWarning : LogLevel::kError;
}

}  // namespace

v1::DiskState DiskStateOf(const DiskLevels& levels, uint64_t free_bytes) {
  if (free_bytes < levels.reserve) return v1::DISK_STATE_EXHAUSTED;
  return free_bytes < levels.warn ? v1::DISK_STATE_LOW : v1::DISK_STATE_AMPLE;
}

bool DiskWatch::Look(uint64_t free_bytes) {
  const v1::DiskState state = DiskStateOf(levels_, free_bytes);
  const int64_t now_ns = clock_.NowNs();
  const bool due = state != v1::DISK_STATE_AMPLE && now_ns - told_ns_ >= kAgainAfterNs;
  if (state == told_ && !due) return false;
  told_ = state;
  told_ns_ = now_ns;
  Log(LevelOf(state), EventOf(state),
      {{"free_bytes", static_cast<int64_t>(free_bytes)},
       {"warn_bytes", static_cast<int64_t>(levels_.warn)},
       {"reserve_bytes", static_cast<int64_t>(levels_.reserve)}});
  return true;
}

}  // namespace evident::server
