// AdminService/CreateBackup.
#ifndef EVIDENT_SERVER_HANDLERS_CREATE_BACKUP_H_
#define EVIDENT_SERVER_HANDLERS_CREATE_BACKUP_H_

#include <atomic>

#include "absl/status/statusor.h"
#include "evident/v1/admin_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/config.h"
#include "server/method.h"

namespace evident::server {

// What backups are made from. All outlive it.
struct BackupSources {
  BackupSources(graph::ReleaseManager& releases_in, const BackupConfig& config_in)
      : releases(releases_in), config(config_in) {}

  graph::ReleaseManager& releases;
  const BackupConfig& config;
  std::atomic<bool> under_way = false;
};

// A reply that makes the backup once it has been announced. FAILED_PRECONDITION
// (BACKUP_NOT_CONFIGURED); then RESOURCE_EXHAUSTED (BACKUP_UNDER_WAY) and WriteBackup's errors.
absl::StatusOr<Reply> CreateBackup(BackupSources& sources, Call& call,
                                   const v1::CreateBackupRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_CREATE_BACKUP_H_
