// What a range that was deleted leaves behind: nothing.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/file.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "kv/database.h"

namespace evident::kv {
namespace {

constexpr Family kRows{1};
constexpr size_t kKept = 40;  // rows behind the range

std::string KeyOf(size_t i) {
  std::string key;
  AppendU64(key, i);
  return key;
}

class ScrubRangeTest : public testing::Test {
 protected:
  void Open() {
    OpenOptions options;
    options.path = path_;
    options.kind = "test";
    options.mode = OpenOptions::Mode::kCreate;
    options.families = {{"default"}, {"rows", true}};
    auto opened = Database::Open(options);
    ASSERT_THAT(opened, IsOk());
    database_ = *std::move(opened);
  }
  void SetUp() override { Open(); }

  // In tables and in blob files, as by size.
  void Write(size_t rows) {
    for (size_t i = 0; i < rows; ++i) {
      values_.push_back(Random::System().Bytes(i % 3 == 0 ? 300 : 3000));
      WriteBatch batch;
      batch.Put(kRows, KeyOf(values_.size() - 1), values_.back());
      EVIDENT_ASSERT_OK(database_->Write(batch, Durability::kSync));
    }
  }
  void Remove(size_t end) {
    WriteBatch batch;
    batch.DeleteRange(kRows, KeyOf(0), KeyOf(end));
    EVIDENT_ASSERT_OK(database_->Write(batch, Durability::kSync));
  }
  std::string AllFiles() const {
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(path_)) {
      all += ReadFile(file.path().string(), size_t{1} << 30).value_or("");
    }
    return all;
  }
  // How many of the rows from `begin` to before `end` have their bytes in some file.
  size_t InFiles(size_t begin, size_t end) const {
    const std::string all = AllFiles();
    size_t found = 0;
    for (size_t i = begin; i < end; ++i) {
      found += all.find(values_[i].substr(0, 64)) != std::string::npos ? 1 : 0;
    }
    return found;
  }
  void ExpectLeft(size_t begin) const {
    for (size_t i = 0; i < values_.size(); ++i) {
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto value, database_->Get(kRows, KeyOf(i)));
      ASSERT_EQ(value.has_value(), i >= begin) << i;
      ASSERT_EQ(value.value_or(values_[i]), values_[i]) << i;
    }
  }

  TempDir dir_;
  const std::string path_ = dir_.path() + "/db";
  std::vector<std::string> values_;
  std::unique_ptr<Database> database_;
};

TEST_F(ScrubRangeTest, LeavesNothingOfTheRangeInAnyFile) {
  Write(60);
  EVIDENT_ASSERT_OK(database_->Flush());
  Write(kKept);  // in the write-ahead log alone
  Remove(50);    // ends within a blob file
  ExpectLeft(50);
  EXPECT_EQ(InFiles(0, 50), 50u);
  const size_t before = AllFiles().size();
  EVIDENT_ASSERT_OK(database_->ScrubRange(kRows, KeyOf(0), KeyOf(50)));
  EXPECT_EQ(InFiles(0, 50), 0u);
  EXPECT_EQ(InFiles(50, values_.size()), values_.size() - 50);
  EXPECT_LT(AllFiles().size() + 50'000, before);
  ExpectLeft(50);
}

TEST_F(ScrubRangeTest, CanBeRepeatedAndGoesOn) {
  Write(60);
  for (const size_t end : {size_t{10}, size_t{10}, size_t{35}, size_t{60}}) {
    SCOPED_TRACE(end);
    Remove(end);
    EVIDENT_ASSERT_OK(database_->ScrubRange(kRows, KeyOf(0), KeyOf(end)));
    EXPECT_EQ(InFiles(0, end), 0u);
    ExpectLeft(end);
    Write(20);
  }
}

TEST_F(ScrubRangeTest, ARemovedRangeStaysRemovedAcrossReopen) {
  Write(30);
  Remove(20);
  EVIDENT_ASSERT_OK(database_->Close());
  Open();
  ExpectLeft(20);
  EVIDENT_ASSERT_OK(database_->ScrubRange(kRows, KeyOf(0), KeyOf(20)));
  EXPECT_EQ(InFiles(0, 20), 0u);
  EVIDENT_ASSERT_OK(database_->Close());
  EXPECT_THAT(database_->ScrubRange(kRows, KeyOf(0), KeyOf(20)), HasReason("DATABASE_CLOSED"));
}

TEST_F(ScrubRangeTest, KeepsWhatWasWrittenBehindTheRangeMeanwhile) {
  Write(30);
  EVIDENT_ASSERT_OK(database_->Flush());
  Remove(30);
  Write(kKept);
  EVIDENT_ASSERT_OK(database_->ScrubRange(kRows, KeyOf(0), KeyOf(30)));
  ExpectLeft(30);
  EXPECT_EQ(InFiles(0, 30), 0u);
}

}  // namespace
}  // namespace evident::kv
