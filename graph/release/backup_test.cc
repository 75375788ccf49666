#include "graph/release/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/status_matchers.h"
#include "graph/release/test_releases.h"

namespace evident::graph {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

absl::Status Alive() { return absl::OkStatus(); }

class BackupTest : public testing::Test {
 protected:
  void SetUp() override {
    EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, OpenReleases(dir_.path() + "/graph"));
    EVIDENT_ASSERT_OK(releases_->Publish(OneConcept("One")));
    request_.directory = dir_.path() + "/backups";
    request_.now_ns = 1'700'000'000'000'000'000;
    request_.intent = "entries/test.1-7";
  }

  std::string FolderOf(const Backup& backup) const {
    return request_.directory + "/" + backup.name;
  }

  // The path of one file of the backup, a table or the like.
  std::string AnyFileOf(const Backup& backup) const {
    for (const BackupFile& file : backup.manifest.files) {
      if (file.bytes > 100) return FolderOf(backup) + "/" + file.path;
    }
    return "";
  }

  std::vector<std::string> Problems(const Backup& backup) {
    const auto problems = CheckBackup(FolderOf(backup));
    return problems.ok() ? *problems
                         : std::vector<std::string>{std::string(problems.status().message())};
  }

  TempDir dir_;
  std::unique_ptr<ReleaseManager> releases_;
  BackupRequest request_;
};

TEST_F(BackupTest, HoldsTheNewestReleaseAndStaysWhatItIs) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Backup backup, WriteBackup(*releases_, request_, Alive));
  EXPECT_EQ(backup.name, "release-0000000001-1700000000000000000");
  EXPECT_EQ(backup.manifest.release_digest.view(), releases_->Head()->release().release_digest());
  EXPECT_EQ(backup.manifest.database_id, releases_->database_id());
  EXPECT_GT(backup.manifest.Bytes(), 0u);
  EVIDENT_ASSERT_OK(releases_->Publish(OneConcept("Two")));
  EXPECT_THAT(Problems(backup), IsEmpty());
  EXPECT_THAT(Problems(backup), IsEmpty()) << "looking changes nothing";
}

TEST_F(BackupTest, RestoredItIsServedAndGoesOn) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Backup backup, WriteBackup(*releases_, request_, Alive));
  EVIDENT_ASSERT_OK(releases_->Publish(OneConcept("Two")));
  const std::string target = dir_.path() + "/elsewhere/graph";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BackupManifest restored,
                               RestoreBackup(FolderOf(backup), target));
  EXPECT_EQ(restored.release, 1u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again, OpenReleases(target));
  EXPECT_EQ(again->Head()->release().release_digest(), backup.manifest.release_digest.view());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto next, again->Publish(OneConcept("Two")));
  EXPECT_EQ(next.release.content_digest(), releases_->Head()->release().content_digest());
  EXPECT_THAT(RestoreBackup(FolderOf(backup), target), HasReason("RESTORE_TARGET"));
  EXPECT_THAT(Problems(backup), IsEmpty());
}

TEST_F(BackupTest, EachTakenUnderPublishesHoldsOneWholeRelease) {
  std::atomic<bool> done = false;
  std::thread publisher([&] {
    for (int i = 0; !done && i < 60; ++i) {  // each is checked with each backup
      EXPECT_TRUE(releases_->Publish(OneConcept("Turn " + std::to_string(i))).ok());
    }
  });
  for (int i = 0; i < 5; ++i) {
    ++request_.now_ns;
    const auto backup = WriteBackup(*releases_, request_, Alive);
    EXPECT_THAT(backup, IsOk());
    if (backup.ok()) {
      EXPECT_THAT(Problems(*backup), IsEmpty());
    }
  }
  done = true;
  publisher.join();
}

TEST_F(BackupTest, WhatWasChangedTakenAwayOrAddedIsNamed) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Backup backup, WriteBackup(*releases_, request_, Alive));
  const std::string file = AnyFileOf(backup);
  const std::string name = fs::path(file).filename();
  const std::string kept = dir_.path() + "/kept";
  fs::copy_file(file, kept);
  fs::remove(file);  // may be a link to what is served
  EXPECT_THAT(Problems(backup), Contains(HasSubstr(name + " is missing")));
  fs::copy_file(kept, file);
  EXPECT_THAT(Problems(backup), IsEmpty());
  {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(50);
    const char flipped = static_cast<char>(bytes.get() ^ 1);
    bytes.seekp(50);
    bytes.put(flipped);
  }
  EXPECT_THAT(Problems(backup), Contains(HasSubstr(name + " is not what was written")));
  EXPECT_THAT(RestoreBackup(FolderOf(backup), dir_.path() + "/x"), HasReason("BACKUP_UNSOUND"));
  EXPECT_FALSE(fs::exists(dir_.path() + "/x"));
  fs::remove(file);
  fs::copy_file(kept, file);
  std::ofstream(FolderOf(backup) + "/knowledge/extra") << "x";
  EXPECT_THAT(Problems(backup), ElementsAre(HasSubstr("knowledge/extra is not of the backup")));
  fs::remove(FolderOf(backup) + "/" + kBackupManifestName);
  EXPECT_THAT(CheckBackup(FolderOf(backup)), HasReason("BACKUP_MISSING"));
}

TEST_F(BackupTest, OnlyTheNewestStayAndHalfDoneOnesGo) {
  fs::create_directories(request_.directory + "/.partial-0011/knowledge");
  request_.keep = 2;
  for (int i = 0; i < 4; ++i) {
    ++request_.now_ns;
    EVIDENT_ASSERT_OK(WriteBackup(*releases_, request_, Alive));
  }
  EXPECT_FALSE(fs::exists(request_.directory + "/.partial-0011"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto backups, ListBackups(request_.directory));
  ASSERT_THAT(backups, SizeIs(2));
  EXPECT_EQ(backups[1].manifest.made_ns, request_.now_ns);
  EXPECT_EQ(std::distance(fs::directory_iterator(request_.directory), fs::directory_iterator()), 2);
}

TEST_F(BackupTest, WhatCannotBeLeavesNothing) {
  const auto dead = [] { return absl::CancelledError("gone"); };
  EXPECT_EQ(WriteBackup(*releases_, request_, dead).status().code(), absl::StatusCode::kCancelled);
  BackupRequest full = request_;
  full.disk_reserve_bytes = uint64_t{1} << 60;
  EXPECT_THAT(WriteBackup(*releases_, full, Alive), HasReason("BACKUP_NO_SPACE"));
  EXPECT_TRUE(fs::is_empty(request_.directory));
  EVIDENT_EXPECT_OK(WriteBackup(*releases_, request_, Alive));
  EXPECT_THAT(WriteBackup(*releases_, request_, Alive), HasReason("BACKUP_EXISTS"));
  EXPECT_EQ(std::distance(fs::directory_iterator(request_.directory), fs::directory_iterator()), 1);
}

TEST_F(BackupTest, AnEmptyDatabaseCanBeBackedUp) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto empty, OpenReleases(dir_.path() + "/empty"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Backup backup, WriteBackup(*empty, request_, Alive));
  EXPECT_EQ(backup.manifest.release, 0u);
  EXPECT_THAT(Problems(backup), IsEmpty());
}

BackupManifest SomeManifest() {
  BackupManifest manifest;
  manifest.database_id = std::string(32, 'a');
  manifest.release = 7;
  manifest.release_digest = Sha256("r");
  manifest.content_digest = Sha256("c");
  manifest.made_ns = 12;
  manifest.intent = "entries/x.1-3";
  manifest.files = {{"knowledge/CURRENT", 16, Sha256("1")}, {"knowledge/a.sst", 99, Sha256("2")}};
  return manifest;
}

TEST(BackupManifestTest, IsReadAsItIsWritten) {
  const std::string text = WriteManifest(SomeManifest());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BackupManifest read, ParseManifest(text));
  EXPECT_EQ(WriteManifest(read), text);
  EXPECT_EQ(read.files[1].bytes, 99u);
  EXPECT_EQ(read.Bytes(), 115u);
}

TEST(BackupManifestTest, EveryCutAndEveryFlippedByteIsRefused) {
  const std::string text = WriteManifest(SomeManifest());
  for (size_t at = 0; at < text.size(); ++at) {
    std::string flipped = text;
    flipped[at] ^= 1;
    EXPECT_FALSE(ParseManifest(flipped).ok()) << at;
    EXPECT_FALSE(ParseManifest(text.substr(0, at)).ok()) << at;
  }
}

TEST(BackupManifestTest, LinesThatAreNotOfItAreRefusedWithTheirNumber) {
  BackupManifest manifest = SomeManifest();
  manifest.files[0].path = "../outside";
  EXPECT_THAT(ParseManifest(WriteManifest(manifest)),
              FailsWith(absl::StatusCode::kDataLoss, "MANIFEST-OF-BACKUP:6: "));
  manifest = SomeManifest();
  std::swap(manifest.files[0], manifest.files[1]);
  EXPECT_THAT(ParseManifest(WriteManifest(manifest)), HasReason("BACKUP_CORRUPT"));
  std::string newer = WriteManifest(SomeManifest());
  newer.replace(newer.find(" 1\n"), 3, " 2\n");
  EXPECT_THAT(ParseManifest(newer), HasReason("BACKUP_NEWER"));
  EXPECT_THAT(ParseManifest(""), HasReason("BACKUP_CORRUPT"));
}

}  // namespace
}  // namespace evident::graph
