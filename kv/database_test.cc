#include "kv/database.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/status_matchers.h"

namespace evident::kv {
namespace {

constexpr Family kDefault{0};
constexpr Family kRows{1};

OpenOptions Options(const std::string& path) {
  OpenOptions options;
  options.path = path;
  options.kind = "test";
  options.mode = OpenOptions::Mode::kCreate;
  options.families = {{"default"}, {"rows", true}};
  return options;
}

std::unique_ptr<Database> MustOpen(const OpenOptions& options) {
  auto database = Database::Open(options);
  EXPECT_THAT(database, IsOk());
  return database.ok() ? *std::move(database) : nullptr;
}

absl::Status PutOne(Database& database, std::string_view key, std::string_view value) {
  WriteBatch batch;
  batch.Put(kRows, key, value);
  return database.Write(batch, Durability::kSync);
}

class DatabaseTest : public testing::Test {
 protected:
  TempDir dir_;
  const std::string path_ = dir_.path() + "/db";
};

TEST_F(DatabaseTest, KeepsRowsAndIdentityAcrossReopen) {
  std::string id;
  {
    auto database = MustOpen(Options(path_));
    id = database->id();
    EXPECT_EQ(id.size(), 32u);
    EVIDENT_ASSERT_OK(PutOne(*database, "a", std::string(2000, 'x')));
    EVIDENT_ASSERT_OK(database->Close());
  }
  OpenOptions options = Options(path_);
  options.mode = OpenOptions::Mode::kOpenExisting;
  auto database = MustOpen(options);
  EXPECT_EQ(database->id(), id);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto value, database->Get(kRows, "a"));
  EXPECT_EQ(value, std::string(2000, 'x'));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto absent, database->Get(kDefault, "a"));
  EXPECT_EQ(absent, std::nullopt);
}

TEST_F(DatabaseTest, WalksInKeyOrderWithinBounds) {
  auto database = MustOpen(Options(path_));
  for (const char* key : {"b", "a", "d", "c"}) EVIDENT_ASSERT_OK(PutOne(*database, key, key));
  const auto rows = database->NewIterator(kRows, "d");
  std::string keys;
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) keys += rows->key();
  EVIDENT_EXPECT_OK(rows->status());
  EXPECT_EQ(keys, "abc");
  rows->SeekForPrev("bb");
  ASSERT_TRUE(rows->Valid());
  EXPECT_EQ(rows->key(), "b");
}

TEST_F(DatabaseTest, BatchDeletesAndCountsItsBytes) {
  auto database = MustOpen(Options(path_));
  EVIDENT_ASSERT_OK(PutOne(*database, "a", "1"));
  WriteBatch batch;
  batch.Delete(kRows, "a");
  batch.Put(kRows, "b", "2");
  EXPECT_EQ(batch.Bytes(), 3u);
  EVIDENT_ASSERT_OK(database->Write(batch, Durability::kSync));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto gone, database->Get(kRows, "a"));
  EXPECT_EQ(gone, std::nullopt);
}

TEST_F(DatabaseTest, IngestIsVisibleInAllFamiliesOrNone) {
  auto database = MustOpen(Options(path_));
  EVIDENT_ASSERT_OK(
      database->Ingest({{kDefault, {{"k", "1"}}}, {kRows, {{"a", "2"}, {"b", "3"}}}}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, database->Get(kDefault, "k"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto second, database->Get(kRows, "b"));
  EXPECT_EQ(first, "1");
  EXPECT_EQ(second, "3");
  EXPECT_THAT(database->Ingest({{kDefault, {{"m", "1"}}}, {kRows, {{"z", "2"}, {"y", "3"}}}}),
              HasReason("INGEST_ORDER"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto none, database->Get(kDefault, "m"));
  EXPECT_EQ(none, std::nullopt);
}

TEST_F(DatabaseTest, RefusesWhatIsMissing) {
  OpenOptions options = Options(path_);
  options.mode = OpenOptions::Mode::kOpenExisting;
  EXPECT_THAT(Database::Open(options), HasReason("DATABASE_MISSING"));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(DatabaseTest, RefusesAForeignFolder) {
  std::filesystem::create_directory(path_);
  std::ofstream(path_ + "/letter.txt") << "dear";
  EXPECT_THAT(Database::Open(Options(path_)), HasReason("DATABASE_FOREIGN"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path_),
                          std::filesystem::directory_iterator()),
            1);
}

TEST_F(DatabaseTest, RefusesAnotherKindAndANewerFormat) {
  OpenOptions options = Options(path_);
  options.format_version = 2;
  EVIDENT_ASSERT_OK(MustOpen(options)->Close());
  options.kind = "other";
  EXPECT_THAT(Database::Open(options), HasReason("DATABASE_FOREIGN"));
  options.kind = "test";
  options.format_version = 1;
  EXPECT_THAT(Database::Open(options), HasReason("DATABASE_NEWER"));
}

TEST_F(DatabaseTest, RefusesASecondProcess) {
  auto database = MustOpen(Options(path_));
  EXPECT_THAT(Database::Open(Options(path_)), HasReason("DATABASE_LOCKED"));
}

TEST_F(DatabaseTest, RefusesOtherColumnFamilies) {
  EVIDENT_ASSERT_OK(MustOpen(Options(path_))->Close());
  OpenOptions options = Options(path_);
  options.mode = OpenOptions::Mode::kOpenExisting;
  options.families = {{"default"}};
  EXPECT_THAT(Database::Open(options), HasReason("DATABASE_FAMILIES"));
}

TEST_F(DatabaseTest, NamesATruncatedFolder) {
  EVIDENT_ASSERT_OK(MustOpen(Options(path_))->Close());
  std::filesystem::remove(path_ + "/CURRENT");
  EXPECT_THAT(Database::Open(Options(path_)), HasReason("DATABASE_CORRUPT"));
}

TEST_F(DatabaseTest, ReportsAFlippedByteAsDataLoss) {
  {
    auto database = MustOpen(Options(path_));
    for (int i = 0; i < 100; ++i) {
      EVIDENT_ASSERT_OK(PutOne(*database, "key" + std::to_string(i), std::string(100, 'v')));
    }
    EVIDENT_ASSERT_OK(database->Flush());
    EVIDENT_ASSERT_OK(database->Close());
  }
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(40);
    const int byte = file.peek();
    file.put(static_cast<char>(byte ^ 1));
  }
  auto opened = Database::Open(Options(path_));
  absl::Status status = opened.status();
  if (opened.ok()) status = (*opened)->Get(kRows, "key1").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status.ToString();
}

TEST_F(DatabaseTest, AnswersWithAnErrorAfterClose) {
  auto database = MustOpen(Options(path_));
  EVIDENT_ASSERT_OK(database->Close());
  EXPECT_THAT(database->Get(kRows, "a"), HasReason("DATABASE_CLOSED"));
  EXPECT_THAT(PutOne(*database, "a", "b"), HasReason("DATABASE_CLOSED"));
  EVIDENT_EXPECT_OK(database->Close());
}

TEST_F(DatabaseTest, ClosedDatabasesHandOutNothingThatReads) {
  auto database = MustOpen(Options(path_));
  EVIDENT_ASSERT_OK(database->Close());
  const auto rows = database->NewIterator(kRows);
  rows->SeekToFirst();
  EXPECT_FALSE(rows->Valid());
  EXPECT_THAT(rows->status(), HasReason("DATABASE_CLOSED"));
  EXPECT_THAT(database->Flush(), HasReason("DATABASE_CLOSED"));
}

TEST_F(DatabaseTest, RefusesFamiliesThatWereNotOpened) {
  constexpr Family kNone{2};
  auto database = MustOpen(Options(path_));
  EXPECT_THAT(database->Get(kNone, "a"), HasReason("FAMILY_UNKNOWN"));
  EXPECT_THAT(database->NewIterator(kNone)->status(), HasReason("FAMILY_UNKNOWN"));
  WriteBatch batch;
  batch.Put(kRows, "a", "1");
  batch.Put(kNone, "a", "1");
  EXPECT_THAT(database->Write(batch, Durability::kSync), HasReason("FAMILY_UNKNOWN"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto value, database->Get(kRows, "a"));
  EXPECT_EQ(value, std::nullopt);
  EVIDENT_EXPECT_OK(PutOne(*database, "a", "1"));
}

TEST_F(DatabaseTest, TheFirstFamilyMustBeTheDefaultOne) {
  OpenOptions options = Options(path_);
  options.families = {{"rows"}};
  EXPECT_THAT(Database::Open(options), HasReason("DATABASE_FAMILIES"));
  options.families.clear();
  EXPECT_THAT(Database::Open(options), HasReason("DATABASE_FAMILIES"));
}

TEST(FreeBytesTest, TellsOfAVolumeAndRefusesAMissingPath) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const uint64_t free, FreeBytes("/tmp"));
  EXPECT_GT(free, 0u);
  EXPECT_THAT(FreeBytes("/nowhere/at/all"), HasReason("DISK_UNKNOWN"));
}

}  // namespace
}  // namespace evident::kv
