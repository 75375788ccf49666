// Disks that fail while a release is published, and folders that are not what they were.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/keys.h"
#include "graph/release/test_releases.h"
#include "graph/storage/test_database.h"
#include "kv/fault_file_system.h"

namespace evident::graph {
namespace {

namespace fs = std::filesystem;

// A database with releases "One" and "Two" of the pack p, in `path`.
void MakeTwoReleases(const std::string& path) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(path));
  EVIDENT_ASSERT_OK(releases->Publish(OneConcept("One")));
  EVIDENT_ASSERT_OK(releases->Publish(OneConcept("Two")));
}

std::string DisplayOf(const ReleaseManager& releases) {
  const auto node = FindByName(*releases.Head(), "p/a");
  return node.ok() && *node != nullptr ? (*node)->clinical_concept().display() : "none";
}

class PublishCrashTest : public testing::TestWithParam<uint64_t> {};

TEST_P(PublishCrashTest, APublishThatFailsLeavesTheHeadAndARestartFindsOneWhole) {
  const TempDir dir;
  bool acknowledged = false;
  for (uint64_t nth = 1; !acknowledged; ++nth) {
    ASSERT_LT(nth, 100u);
    const std::string path = dir.path() + "/" + std::to_string(nth);
    ASSERT_NO_FATAL_FAILURE(MakeTwoReleases(path));
    const auto fault = kv::FaultFileSystem::Create(GetParam());
    {
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(path, fault));
      fault->FailNth(nth % 2 == 0 ? kv::FaultOperation::kAppend : kv::FaultOperation::kSync,
                     kv::FileClass::kAny, (nth + 1) / 2);
      const absl::Status published = releases->Publish(OneConcept("Three")).status();
      acknowledged = published.ok();
      EXPECT_EQ(DisplayOf(*releases), acknowledged ? "Three" : "Two");
      if (!acknowledged) {
        EXPECT_EQ(published.code(), absl::StatusCode::kUnavailable) << published;
        EXPECT_THAT(published, HasReason("RELEASE_UNCERTAIN"));
        // What is on disk is not known: no further try before a restart.
        fault->ClearFaults();
        EXPECT_THAT(releases->Publish(OneConcept("Four")), HasReason("DATABASE_WRITE_FAILED"));
        EXPECT_EQ(DisplayOf(*releases), "Two");
      }
      fault->PowerOff();
    }
    EVIDENT_ASSERT_OK(fault->Crash());
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(path));
    const std::string display = DisplayOf(*releases);
    EXPECT_TRUE(display == "Three" || (display == "Two" && !acknowledged)) << display;
    EVIDENT_ASSERT_OK(releases->Publish(OneConcept("Four")));
    EXPECT_EQ(DisplayOf(*releases), "Four");
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PublishCrashTest, testing::Range(uint64_t{1}, uint64_t{9}));

TEST(DamageTest, APublishOntoDamagedRowsIsRefusedAndNamesTheKey) {
  const TempDir dir;
  const std::string path = dir.path() + "/graph";
  ASSERT_NO_FATAL_FAILURE(MakeTwoReleases(path));
  GraphDatabaseOptions options;
  options.path = path;
  for (const kv::Family family : {kNodesFamily, kDigestsFamily}) {
    StoredRow sound;
    {
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, OpenGraphDatabase(options));
      for (const StoredRow& row : AllRows(*database)) {
        if (row.family.index != family.index) continue;
        sound = row;
        break;  // the newest version
      }
      StoredRow damaged = sound;
      damaged.value.back() ^= 1;
      EVIDENT_ASSERT_OK(Replace(*database, sound, damaged));
    }
    const auto refused = OpenReleases(path);
    EXPECT_THAT(refused, FailsWith(absl::StatusCode::kDataLoss,
                                   HexEncode(sound.key.substr(0, sound.key.size() - 4))));
    EXPECT_THAT(refused, HasReason("CONTENT_DIGEST_MISMATCH"));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, OpenGraphDatabase(options));
    EVIDENT_ASSERT_OK(Replace(*database, sound, sound));
  }
  EVIDENT_EXPECT_OK(OpenReleases(path));
}

TEST(DamageTest, ForeignAndMissingFoldersAreClearErrors) {
  const TempDir dir;
  std::ofstream(dir.path() + "/letter.txt") << "dear reader";
  EXPECT_THAT(OpenReleases(dir.path()), HasReason("DATABASE_FOREIGN"));
  GraphDatabaseOptions missing;
  missing.path = dir.path() + "/none";
  EXPECT_THAT(ReleaseManager::Open(missing), FailsWith(absl::StatusCode::kNotFound, missing.path));
}

// What was acknowledged and is gone after all is an error, not an older head.
TEST(DamageTest, AReleaseThatALyingDiskLostIsRefused) {
  const TempDir dir;
  const std::string path = dir.path() + "/graph";
  ASSERT_NO_FATAL_FAILURE(MakeTwoReleases(path));
  const auto fault = kv::FaultFileSystem::Create(1);
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(path, fault));
    fault->IgnoreSyncs(true);
    EVIDENT_ASSERT_OK(releases->Publish(OneConcept("Three")));
    fault->PowerOff();
  }
  EVIDENT_ASSERT_OK(fault->Crash());
  EXPECT_THAT(OpenReleases(path), FailsWith(absl::StatusCode::kDataLoss, "release 3"));
  EXPECT_THAT(OpenReleases(path), HasReason("RELEASE_LOST"));
}

// Every file of the database cut, emptied or gone: a clear error, or all that was published.
TEST(DamageTest, ATruncatedFolderIsRefusedOrHoldsTheNewestRelease) {
  const TempDir dir;
  const std::string sound = dir.path() + "/sound";
  ASSERT_NO_FATAL_FAILURE(MakeTwoReleases(sound));
  EVIDENT_ASSERT_OK(OpenReleases(sound));  // moves what was logged to tables
  int refused = 0;
  for (const auto& file : fs::directory_iterator(sound)) {
    for (const int keep : {-1, 0, 25, 50, 75, 99}) {
      const std::string path = dir.path() + "/copy";
      fs::remove_all(path);
      fs::copy(sound, path, fs::copy_options::recursive);
      const fs::path damaged = path / file.path().filename();
      if (keep < 0) {
        fs::remove(damaged);
      } else {
        fs::resize_file(damaged, fs::file_size(damaged) * static_cast<uint64_t>(keep) / 100);
      }
      GraphDatabaseOptions options;
      options.path = path;
      const auto releases = ReleaseManager::Open(options);
      if (releases.ok()) {
        EXPECT_EQ(DisplayOf(**releases), "Two") << damaged << " " << keep;
        continue;
      }
      ++refused;
      EXPECT_THAT(releases, FailsWith(releases.status().code(), path));
      EXPECT_TRUE(absl::IsDataLoss(releases.status()) ||
                  absl::IsFailedPrecondition(releases.status()))
          << damaged << " " << keep << ": " << releases.status();
    }
  }
  EXPECT_GT(refused, 5);
}

}  // namespace
}  // namespace evident::graph
