// AdminService/GetStatus.
#ifndef EVIDENT_SERVER_HANDLERS_GET_STATUS_H_
#define EVIDENT_SERVER_HANDLERS_GET_STATUS_H_

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "evident/v1/admin_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/admission.h"
#include "server/call.h"
#include "server/disk_watch.h"

namespace evident::server {

// What the status is taken from. All outlive it.
struct StatusSources {
  const audit::Log& log;
  const graph::ReleaseManager& releases;
  const Admission& admission;
  std::function<bool()> serving;
  int64_t start_time_ns = 0;
  DiskLevels disk;  // of the log's volume
};

absl::StatusOr<v1::GetStatusResponse> GetStatus(const StatusSources& sources, const Call& call);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_GET_STATUS_H_
