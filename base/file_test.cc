#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "base/status_matchers.h"

namespace evident {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  size_t Entries() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(dir_.path()), fs::directory_iterator()));
  }
  static unsigned ModeOf(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0);
    return info.st_mode & 07777;
  }

  TempDir dir_;
  const std::string path_ = dir_.path() + "/file";
};

TEST_F(FileTest, ReadsBackWhatWasWritten) {
  const std::string bytes("a\0b\xff", 4);
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_, bytes, 0600));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string again, ReadFile(path_, 100));
  EXPECT_EQ(again, bytes);
  EXPECT_EQ(ModeOf(path_), 0600u);
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_, "", 0600));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string empty, ReadFile(path_, 0));
  EXPECT_EQ(empty, "");
}

TEST_F(FileTest, AtomicWriteReplacesContentAndModeAndLeavesNothingBeside) {
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_, "old and longer", 0644));
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_, "new", 0600));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string again, ReadFile(path_, 100));
  EXPECT_EQ(again, "new");
  EXPECT_EQ(ModeOf(path_), 0600u);
  EXPECT_EQ(Entries(), 1u);
}

TEST_F(FileTest, ReadRefusesWhatIsOverTheCap) {
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_, std::string(100'000, 'x'), 0644));
  EXPECT_THAT(ReadFile(path_, 99'999), HasReason("FILE_TOO_LARGE"));
  EVIDENT_EXPECT_OK(ReadFile(path_, 100'000));
}

TEST_F(FileTest, ReadNamesWhatIsMissing) {
  EXPECT_THAT(ReadFile(path_, 1), FailsWith(absl::StatusCode::kNotFound, path_));
  EXPECT_FALSE(ReadFile(dir_.path(), 1).ok());
}

TEST_F(FileTest, CreateRefusesAnExistingFileAndKeepsIt) {
  EVIDENT_ASSERT_OK(CreateFile(path_, "first", 0600));
  EXPECT_THAT(CreateFile(path_, "second", 0600),
              FailsWith(absl::StatusCode::kAlreadyExists, path_));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string kept, ReadFile(path_, 100));
  EXPECT_EQ(kept, "first");
  EXPECT_EQ(Entries(), 1u);
}

TEST_F(FileTest, WritesFailWithoutAFolderAndLeaveNothing) {
  const std::string nowhere = dir_.path() + "/no/file";
  EXPECT_THAT(WriteFileAtomically(nowhere, "x", 0600),
              FailsWith(absl::StatusCode::kNotFound, nowhere));
  EXPECT_THAT(CreateFile(nowhere, "x", 0600), FailsWith(absl::StatusCode::kNotFound, nowhere));
  EXPECT_EQ(Entries(), 0u);
}

TEST_F(FileTest, AFailedReplacementKeepsTheOldFile) {
  fs::create_directory(path_);
  EXPECT_FALSE(WriteFileAtomically(path_, "x", 0600).ok());
  EXPECT_TRUE(fs::is_directory(path_));
  EXPECT_EQ(Entries(), 1u);
}

// A size limit stands for a disk that fills in the middle of the write.
TEST_F(FileTest, AWriteThatEndsHalfwayKeepsTheOldFile) {
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_, "old", 0600));
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status status = WriteFileAtomically(path_, std::string(5000, 'x'), 0600);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_FALSE(status.ok());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string kept, ReadFile(path_, 100));
  EXPECT_EQ(kept, "old");
  EXPECT_EQ(Entries(), 1u);
}

TEST_F(FileTest, MakesNestedFoldersAndAcceptsExistingOnes) {
  const std::string nested = dir_.path() + "/a/b/c";
  EVIDENT_ASSERT_OK(MakeDirectories(nested, 0700));
  EXPECT_TRUE(fs::is_directory(nested));
  EXPECT_EQ(ModeOf(nested), 0700u);
  EVIDENT_EXPECT_OK(MakeDirectories(nested, 0700));
  EVIDENT_EXPECT_OK(SyncDirectory(nested));
}

TEST_F(FileTest, RefusesAFileWhereAFolderShouldBe) {
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_, "x", 0600));
  EXPECT_THAT(MakeDirectories(path_, 0700), FailsWith(absl::StatusCode::kNotFound, path_));
  EXPECT_FALSE(MakeDirectories(path_ + "/under", 0700).ok());
  EXPECT_FALSE(SyncDirectory(path_).ok());
  EXPECT_FALSE(SyncDirectory(dir_.path() + "/none").ok());
}

TEST(TempDirTest, GoesWithAllItHolds) {
  std::string path;
  {
    const TempDir dir;
    path = dir.path();
    EVIDENT_ASSERT_OK(MakeDirectories(path + "/a/b", 0700));
    EVIDENT_ASSERT_OK(WriteFileAtomically(path + "/a/b/c", "x", 0600));
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace evident
