#include "server/handlers/create_backup.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/release/backup.h"

namespace evident::server {
namespace {

class CreateBackupTest : public testing::Test {
 protected:
  void SetUp() override {
    graph::GraphDatabaseOptions options;
    options.path = dir_.path() + "/knowledge";
    options.create = true;
    EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, graph::ReleaseManager::Open(options));
    config_.directory = dir_.path() + "/backups";
    sources_ = std::make_unique<BackupSources>(*releases_, config_);
  }

  absl::StatusOr<v1::CreateBackupResponse> Make() {
    Call call("id", "/evident.v1.AdminService/CreateBackup", 0, INT64_MAX, nullptr, clock_);
    EVIDENT_ASSIGN_OR_RETURN(const Reply reply, CreateBackup(*sources_, call, {}));
    EVIDENT_ASSIGN_OR_RETURN(const std::string bytes,
                             reply.change->Apply(call, "entries/test.1-7"));
    v1::CreateBackupResponse response;
    EXPECT_TRUE(response.ParseFromString(bytes));
    EXPECT_EQ(call.notes().effect, "made the backup " + response.name());
    return response;
  }

  TempDir dir_;
  FakeClock clock_{1'700'000'000'000'000'000};
  BackupConfig config_;
  std::unique_ptr<graph::ReleaseManager> releases_;
  std::unique_ptr<BackupSources> sources_;
};

TEST_F(CreateBackupTest, MakesOneThatIsSoundAndNamesItsIntent) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const v1::CreateBackupResponse response, Make());
  EXPECT_GT(response.bytes(), 0u);
  EXPECT_FALSE(response.has_release());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto problems,
                               graph::CheckBackup(config_.directory + "/" + response.name()));
  EXPECT_TRUE(problems.empty());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto backups, graph::ListBackups(config_.directory));
  ASSERT_EQ(backups.size(), 1u);
  EXPECT_EQ(backups[0].manifest.intent, "entries/test.1-7");
}

TEST_F(CreateBackupTest, OneAtATimeAndOnlyWhereConfigured) {
  sources_->under_way = true;
  EXPECT_THAT(Make(), HasReason("BACKUP_UNDER_WAY"));
  EXPECT_TRUE(sources_->under_way) << "the turn is another's";
  sources_->under_way = false;
  EVIDENT_EXPECT_OK(Make());
  EXPECT_FALSE(sources_->under_way);
  config_.directory.clear();
  EXPECT_THAT(Make(), HasReason("BACKUP_NOT_CONFIGURED"));
}

}  // namespace
}  // namespace evident::server
