#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/file.h"
#include "base/status_matchers.h"
#include "kv/fault_file_system.h"
#include "kv/fault_file_system_rocksdb.h"

namespace evident::kv {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSeeds = 32;

// The file system below a database, file by file.
class FaultFilesTest : public testing::Test {
 protected:
  void SetUp() override { Restart(1); }

  void Restart(uint64_t seed) {
    fault_ = FaultFileSystem::Create(seed);
    env_ = FaultEnv(fault_);
  }
  std::string Path(const std::string& name) const { return dir_.path() + "/" + name; }
  bool Exists(const std::string& name) const { return fs::exists(Path(name)); }
  std::string Content(const std::string& name) const {
    return ReadFile(Path(name), size_t{1} << 20).value_or("(missing)");
  }

  // Null when it cannot be opened.
  std::unique_ptr<rocksdb::WritableFile> Create(const std::string& name) {
    std::unique_ptr<rocksdb::WritableFile> file;
    EXPECT_TRUE(env_->NewWritableFile(Path(name), &file, rocksdb::EnvOptions()).ok());
    return file;
  }
  void SyncFolder() {
    std::unique_ptr<rocksdb::Directory> folder;
    ASSERT_TRUE(env_->NewDirectory(dir_.path(), &folder).ok());
    ASSERT_TRUE(folder->Fsync().ok());
  }
  // A file that a crash leaves as it is.
  void MakeDurable(const std::string& name, const std::string& bytes) {
    const auto file = Create(name);
    ASSERT_TRUE(file->Append(bytes).ok() && file->Sync().ok() && file->Close().ok());
    SyncFolder();
  }

  TempDir dir_;
  std::shared_ptr<FaultFileSystem> fault_;
  std::unique_ptr<rocksdb::Env> env_;
};

TEST_F(FaultFilesTest, SyncedFilesOfSyncedFoldersStay) {
  MakeDurable("a.log", "bytes");
  EVIDENT_ASSERT_OK(fault_->Crash());
  EXPECT_EQ(Content("a.log"), "bytes");
}

TEST_F(FaultFilesTest, AFileWhoseFolderWasNotSyncedGoes) {
  const auto file = Create("a.log");
  ASSERT_TRUE(file->Append("bytes").ok() && file->Sync().ok());
  EVIDENT_ASSERT_OK(fault_->Crash());
  EXPECT_FALSE(Exists("a.log"));
}

TEST_F(FaultFilesTest, SomeSeedsTearTheUnsyncedTailAndSomeDropIt) {
  int dropped = 0;
  int torn = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Restart(seed);
    const auto file = Create("a.log");
    ASSERT_TRUE(file->Append("synced").ok() && file->Sync().ok());
    SyncFolder();
    ASSERT_TRUE(file->Append("unsynced").ok() && file->Flush().ok());
    EVIDENT_ASSERT_OK(fault_->Crash());
    const std::string left = Content("a.log");
    ASSERT_EQ(std::string("syncedunsynced").rfind(left, 0), 0u) << left;
    ASSERT_GE(left.size(), 6u);
    ASSERT_LT(left.size(), 14u);
    ++(left.size() == 6 ? dropped : torn);
  }
  EXPECT_GT(dropped, 0);
  EXPECT_GT(torn, 0);
}

TEST_F(FaultFilesTest, TheSameSeedLeavesTheSame) {
  std::string left[2];
  for (std::string& one : left) {
    Restart(7);
    const auto file = Create("a.log");
    SyncFolder();
    ASSERT_TRUE(file->Append(std::string(1000, 'x')).ok() && file->Flush().ok());
    EVIDENT_ASSERT_OK(fault_->Crash());
    one = Content("a.log");
  }
  EXPECT_EQ(left[0], left[1]);
}

TEST_F(FaultFilesTest, ReopeningAFileDoesNotMakeItsTailDurable) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Restart(seed);
    {
      const auto file = Create("a.sst");
      SyncFolder();
      ASSERT_TRUE(file->Append("unsynced").ok() && file->Close().ok());
    }
    std::unique_ptr<rocksdb::WritableFile> again;
    ASSERT_TRUE(env_->ReopenWritableFile(Path("a.sst"), &again, rocksdb::EnvOptions()).ok());
    EVIDENT_ASSERT_OK(fault_->Crash());
    ASSERT_LT(Content("a.sst").size(), 8u);
  }
}

TEST_F(FaultFilesTest, WhatWasThereBeforeStaysWhenItIsReopenedRenamedOrLinked) {
  for (const char* name : {"reopened", "renamed", "linked"}) {
    EVIDENT_ASSERT_OK(WriteFileAtomically(Path(name), "old", 0600));
  }
  std::unique_ptr<rocksdb::WritableFile> file;
  ASSERT_TRUE(env_->ReopenWritableFile(Path("reopened"), &file, rocksdb::EnvOptions()).ok());
  ASSERT_TRUE(env_->RenameFile(Path("renamed"), Path("after")).ok());
  ASSERT_TRUE(env_->LinkFile(Path("linked"), Path("second")).ok());
  SyncFolder();
  EVIDENT_ASSERT_OK(fault_->Crash());
  EXPECT_EQ(Content("reopened"), "old");
  EXPECT_EQ(Content("after"), "old");
  EXPECT_EQ(Content("linked"), "old");
  EXPECT_EQ(Content("second"), "old");
}

TEST_F(FaultFilesTest, AnUnsyncedRenameGivesBackBothNames) {
  MakeDurable("new", "new");
  MakeDurable("target", "old");
  ASSERT_TRUE(env_->RenameFile(Path("new"), Path("target")).ok());
  EVIDENT_ASSERT_OK(fault_->Crash());
  EXPECT_EQ(Content("target"), "old");
  EXPECT_EQ(Content("new"), "new");
}

TEST_F(FaultFilesTest, ASyncedRenameStays) {
  MakeDurable("new", "new");
  MakeDurable("target", "old");
  ASSERT_TRUE(env_->RenameFile(Path("new"), Path("target")).ok());
  SyncFolder();
  EVIDENT_ASSERT_OK(fault_->Crash());
  EXPECT_EQ(Content("target"), "new");
  EXPECT_FALSE(Exists("new"));
}

TEST_F(FaultFilesTest, SomeSeedsBringBackAFileWhoseDeletionWasNotSynced) {
  int back = 0;
  int gone = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Restart(seed);
    MakeDurable("a.log", "bytes");
    ASSERT_TRUE(env_->DeleteFile(Path("a.log")).ok());
    EVIDENT_ASSERT_OK(fault_->Crash());
    ++(Exists("a.log") ? back : gone);
    EXPECT_EQ(Content("a.log"), Exists("a.log") ? "bytes" : "(missing)");
  }
  EXPECT_GT(back, 0);
  EXPECT_GT(gone, 0);
}

TEST_F(FaultFilesTest, ASyncedDeletionStays) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Restart(seed);
    MakeDurable("a.log", "bytes");
    ASSERT_TRUE(env_->DeleteFile(Path("a.log")).ok());
    SyncFolder();
    EVIDENT_ASSERT_OK(fault_->Crash());
    ASSERT_FALSE(Exists("a.log"));
  }
}

TEST_F(FaultFilesTest, NothingReachesTheFilesOncePowerIsOff) {
  MakeDurable("a.log", "bytes");
  const auto file = Create("b.log");
  fault_->PowerOff();
  std::unique_ptr<rocksdb::WritableFile> other;
  EXPECT_FALSE(env_->NewWritableFile(Path("c.log"), &other, rocksdb::EnvOptions()).ok());
  EXPECT_FALSE(file->Append("x").ok());
  EXPECT_FALSE(file->Sync().ok());
  EXPECT_FALSE(env_->DeleteFile(Path("a.log")).ok());
  EXPECT_FALSE(env_->RenameFile(Path("a.log"), Path("d.log")).ok());
  EXPECT_FALSE(env_->LinkFile(Path("a.log"), Path("d.log")).ok());
  EVIDENT_ASSERT_OK(fault_->Crash());
  EXPECT_EQ(Content("a.log"), "bytes");
  EXPECT_FALSE(Exists("b.log"));
}

TEST_F(FaultFilesTest, FaultsConcernTheirClassAndCountFromNow) {
  const auto log = Create("000001.log");
  const auto table = Create("000002.sst");
  const auto manifest = Create("MANIFEST-000003");
  fault_->FailNth(FaultOperation::kAppend, FileClass::kTable, 2);
  EXPECT_TRUE(log->Append("x").ok() && log->Append("x").ok() && log->Append("x").ok());
  EXPECT_TRUE(table->Append("x").ok());
  EXPECT_FALSE(table->Append("x").ok());
  EXPECT_FALSE(table->Append("x").ok()) << "a failing disk stays failing";
  fault_->ClearFaults();
  EXPECT_TRUE(table->Append("x").ok());
  fault_->FailNth(FaultOperation::kSync, FileClass::kManifest, 1);
  EXPECT_TRUE(log->Sync().ok());
  EXPECT_FALSE(manifest->Sync().ok());
  fault_->ClearFaults();
  fault_->FailNth(FaultOperation::kSync, FileClass::kFolder, 1);
  std::unique_ptr<rocksdb::Directory> folder;
  ASSERT_TRUE(env_->NewDirectory(dir_.path(), &folder).ok());
  EXPECT_FALSE(folder->Fsync().ok());
  EXPECT_TRUE(log->Sync().ok());
}

TEST_F(FaultFilesTest, AFullDiskTakesWhatStillFits) {
  const auto file = Create("a.log");
  fault_->FailWhenFull(5);
  EXPECT_TRUE(file->Append("12345").ok());
  const rocksdb::Status full = file->Append("6");
  EXPECT_TRUE(full.IsNoSpace()) << full.ToString();
}

TEST_F(FaultFilesTest, FlipNthChangesOneBitOfOneAppend) {
  const auto file = Create("a.log");
  SyncFolder();
  fault_->FlipNth(FileClass::kWal, 2);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(file->Append("aaaa").ok());
  ASSERT_TRUE(file->Sync().ok());
  EVIDENT_ASSERT_OK(fault_->Crash());
  const std::string bytes = Content("a.log");
  ASSERT_EQ(bytes.size(), 12u);
  int bits = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int flipped = __builtin_popcount(static_cast<unsigned char>(bytes[i] ^ 'a'));
    EXPECT_TRUE(flipped == 0 || (i >= 4 && i < 8)) << i;
    bits += flipped;
  }
  EXPECT_EQ(bits, 1);
}

}  // namespace
}  // namespace evident::kv
