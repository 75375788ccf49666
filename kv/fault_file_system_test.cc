#include "kv/fault_file_system.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/status_matchers.h"
#include "kv/database.h"

namespace evident::kv {
namespace {

constexpr Family kDefault{0};

class FaultFileSystemTest : public testing::TestWithParam<uint64_t> {
 protected:
  absl::StatusOr<std::unique_ptr<Database>> Open(std::shared_ptr<FaultFileSystem> fault) {
    OpenOptions options;
    options.path = dir_.path() + "/db";
    options.kind = "test";
    options.mode = OpenOptions::Mode::kCreate;
    options.families = {{"default"}};
    options.fault_file_system = std::move(fault);
    return Database::Open(options);
  }
  static absl::Status Put(Database& database, const std::string& key, Durability durability) {
    WriteBatch batch;
    batch.Put(kDefault, key, std::string(300, 'v'));
    return database.Write(batch, durability);
  }
  static bool Has(Database& database, const std::string& key) {
    const auto value = database.Get(kDefault, key);
    EXPECT_THAT(value, IsOk());
    return value.ok() && value->has_value();
  }

  TempDir dir_;
};

TEST_P(FaultFileSystemTest, CrashKeepsSyncedAndLosesUnsyncedWrites) {
  auto fault = FaultFileSystem::Create(GetParam());
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
    EVIDENT_ASSERT_OK(Put(*database, "synced", Durability::kSync));
    EVIDENT_ASSERT_OK(Put(*database, "buffered", Durability::kBuffered));
    fault->PowerOff();
  }
  EVIDENT_ASSERT_OK(fault->Crash());
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(nullptr));
  EXPECT_TRUE(Has(*database, "synced"));
  EXPECT_FALSE(Has(*database, "buffered"));
}

TEST_P(FaultFileSystemTest, CrashAfterALyingDiskLosesWhatWasAcknowledged) {
  auto fault = FaultFileSystem::Create(GetParam());
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
    fault->IgnoreSyncs(true);
    EVIDENT_ASSERT_OK(Put(*database, "acknowledged", Durability::kSync));
    fault->PowerOff();
  }
  EVIDENT_ASSERT_OK(fault->Crash());
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(nullptr));
  EXPECT_FALSE(Has(*database, "acknowledged"));
}

TEST_P(FaultFileSystemTest, TornTailIsTolerated) {
  auto fault = FaultFileSystem::Create(GetParam());
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
    EVIDENT_ASSERT_OK(Put(*database, "synced", Durability::kSync));
    for (int i = 0; i < 200; ++i) {
      EVIDENT_ASSERT_OK(Put(*database, "buffered" + std::to_string(i), Durability::kBuffered));
    }
    fault->PowerOff();
  }
  EVIDENT_ASSERT_OK(fault->Crash());
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(nullptr));
  EXPECT_TRUE(Has(*database, "synced"));
  EXPECT_FALSE(Has(*database, "buffered199"));
  // What came back is a prefix of what was written.
  bool ended = false;
  for (int i = 0; i < 200; ++i) {
    const bool has = Has(*database, "buffered" + std::to_string(i));
    EXPECT_FALSE(ended && has) << i;
    ended = ended || !has;
  }
}

TEST_P(FaultFileSystemTest, ABitFlippedInAnAcknowledgedWriteIsDataLoss) {
  auto fault = FaultFileSystem::Create(GetParam());
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
    fault->FlipNth(FileClass::kWal, 1);
    for (int i = 0; i < 5; ++i) {
      EVIDENT_ASSERT_OK(Put(*database, "key" + std::to_string(i), Durability::kSync));
    }
    fault->PowerOff();
  }
  EVIDENT_ASSERT_OK(fault->Crash());
  EXPECT_THAT(Open(nullptr), HasReason("DATABASE_CORRUPT"));
}

INSTANTIATE_TEST_SUITE_P(Seeds, FaultFileSystemTest, testing::Range<uint64_t>(1, 9));

TEST_F(FaultFileSystemTest, CrashDuringFlushKeepsEverythingSynced) {
  auto fault = FaultFileSystem::Create(3);
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
    for (int i = 0; i < 20; ++i) {
      EVIDENT_ASSERT_OK(Put(*database, "key" + std::to_string(i), Durability::kSync));
    }
    fault->FailNth(FaultOperation::kSync, FileClass::kTable, 1);
    EXPECT_FALSE(database->Flush().ok());
    fault->PowerOff();
  }
  EVIDENT_ASSERT_OK(fault->Crash());
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(nullptr));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Has(*database, "key" + std::to_string(i)));
}

// The tail is torn inside a record that nobody was told of: it is dropped, the rest stays.
TEST_F(FaultFileSystemTest, FailedSyncIsReportedAndNothingMoreIsTaken) {
  auto fault = FaultFileSystem::Create(1);
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
  fault->FailNth(FaultOperation::kSync, FileClass::kWal, 2);
  EVIDENT_ASSERT_OK(Put(*database, "first", Durability::kSync));
  EXPECT_EQ(Put(*database, "second", Durability::kSync).code(), absl::StatusCode::kUnavailable);
  fault->ClearFaults();
  EXPECT_THAT(Put(*database, "third", Durability::kSync), HasReason("DATABASE_WRITE_FAILED"));
}

TEST_F(FaultFileSystemTest, FailedAppendsAreReportedByClass) {
  for (const FileClass files : {FileClass::kWal, FileClass::kTable, FileClass::kManifest}) {
    auto fault = FaultFileSystem::Create(1);
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
    fault->FailNth(FaultOperation::kAppend, files, 1);
    const absl::Status put = Put(*database, "key", Durability::kSync);
    EXPECT_EQ(put.ok(), files != FileClass::kWal) << put.ToString();
    const absl::Status flush = database->Flush();
    EXPECT_EQ(flush.code(), absl::StatusCode::kUnavailable) << flush.ToString();
    EXPECT_FALSE(Put(*database, "next", Durability::kSync).ok());
  }
}

TEST_F(FaultFileSystemTest, FullDiskIsNamed) {
  auto fault = FaultFileSystem::Create(1);
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
  fault->FailWhenFull(100);
  EXPECT_THAT(Put(*database, "key", Durability::kSync), HasReason("DISK_FULL"));
}

TEST_F(FaultFileSystemTest, CountsSyncsByClass) {
  auto fault = FaultFileSystem::Create(1);
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
  const uint64_t before = fault->Syncs(FileClass::kWal);
  EVIDENT_ASSERT_OK(Put(*database, "key", Durability::kSync));
  EXPECT_EQ(fault->Syncs(FileClass::kWal), before + 1);
}

}  // namespace
}  // namespace evident::kv
