#include "server/handlers/create_backup.h"

#include <memory>
#include <string>

#include "base/status.h"
#include "graph/release/backup.h"
#include "server/handlers/node_view.h"

namespace evident::server {
namespace {

// The one backup that is under way.
class Turn {
 public:
  explicit Turn(std::atomic<bool>& under_way) : under_way_(under_way) {
    mine_ = !under_way_.exchange(true);
  }
  ~Turn() {
    if (mine_) under_way_ = false;
  }
  bool mine() const { return mine_; }

 private:
  std::atomic<bool>& under_way_;
  bool mine_ = false;
};

class BackupChange final : public PreparedChange {
 public:
  explicit BackupChange(BackupSources& sources) : sources_(sources) {}

  std::string Effect() const override { return "back up the knowledge"; }

  absl::StatusOr<std::string> Apply(Call& call, const std::string& intent) override {
    call.notes().effect = "no backup was made";
    const Turn turn(sources_.under_way);
    if (!turn.mine()) {
      return MakeError(absl::StatusCode::kResourceExhausted, "BACKUP_UNDER_WAY",
                       "a backup is under way already");
    }
    graph::BackupRequest request;
    request.directory = sources_.config.directory;
    request.keep = sources_.config.keep;
    request.disk_reserve_bytes = sources_.config.disk_reserve_bytes;
    request.now_ns = call.clock().NowNs();
    request.intent = intent;
    EVIDENT_ASSIGN_OR_RETURN(
        const graph::Backup backup,
        graph::WriteBackup(sources_.releases, request, [&call] { return call.CheckAlive(); }));
    call.notes().effect = "made the backup " + backup.name;
    v1::CreateBackupResponse response;
    response.set_name(backup.name);
    response.set_bytes(backup.manifest.Bytes());
    response.set_files(static_cast<uint32_t>(backup.manifest.files.size()));
    if (backup.manifest.release > 0) {
      EVIDENT_ASSIGN_OR_RETURN(
          const storage::v1::ReleaseRecord release,
          sources_.releases.Record({ReleaseNumber(backup.manifest.release), std::nullopt}));
      *response.mutable_release() = ViewRelease(release);
    }
    return response.SerializeAsString();
  }

 private:
  BackupSources& sources_;
};

}  // namespace

absl::StatusOr<Reply> CreateBackup(BackupSources& sources, Call& call,
                                   const v1::CreateBackupRequest& request) {
  if (sources.config.directory.empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "BACKUP_NOT_CONFIGURED",
                     "the server's configuration names no backup.directory");
  }
  EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
  return Reply{"", false, std::make_unique<BackupChange>(sources)};
}

}  // namespace evident::server
