#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/file.h"
#include "base/status_matchers.h"
#include "kv/database.h"
#include "kv/fault_file_system.h"

namespace evident::kv {
namespace {

namespace fs = std::filesystem;

constexpr Family kRows{1};

class OpenTest : public testing::Test {
 protected:
  OpenOptions Options(OpenOptions::Mode mode = OpenOptions::Mode::kCreate) const {
    OpenOptions options;
    options.path = path_;
    options.kind = "test";
    options.mode = mode;
    options.families = {{"default"}, {"rows", true}};
    return options;
  }

  // A closed database with some rows, in a table when `flush`, else in the write-ahead log.
  void Fill(bool flush) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Database::Open(Options()));
    for (int i = 0; i < 50; ++i) {
      WriteBatch batch;
      batch.Put(kRows, "key" + std::to_string(i), std::string(i % 2 == 0 ? 100 : 1000, 'v'));
      EVIDENT_ASSERT_OK(database->Write(batch, Durability::kSync));
    }
    if (flush) {
      EVIDENT_ASSERT_OK(database->Flush());
    }
    EVIDENT_ASSERT_OK(database->Close());
  }

  // Names and contents of all files.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(path_)) {
      const auto bytes = ReadFile(entry.path().string(), size_t{64} << 20);
      files[entry.path().filename().string()] = bytes.value_or("");
    }
    return files;
  }

  TempDir dir_;
  const std::string path_ = dir_.path() + "/db";
};

void FlipByte(const std::string& path, int64_t offset_from_end) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-offset_from_end, std::ios::end);
  const std::streamoff at = file.tellg();
  const int byte = file.get();
  file.seekp(at);
  file.put(static_cast<char>(byte ^ 1));
}

TEST_F(OpenTest, ADamagedIndexBlockIsDataLossAndNotALock) {
  Fill(true);
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (entry.path().extension() == ".sst") FlipByte(entry.path().string(), 100);
  }
  EXPECT_THAT(Database::Open(Options()), HasReason("DATABASE_CORRUPT"));
}

TEST_F(OpenTest, AMissingParentIsNotDamage) {
  OpenOptions options = Options();
  options.path = dir_.path() + "/no/such/db";
  const auto opened = Database::Open(options);
  EXPECT_THAT(opened, HasReason("DATABASE_MISSING"));
}

TEST_F(OpenTest, AFolderWithSomebodysLogFilesIsForeign) {
  fs::create_directory(path_);
  std::ofstream(path_ + "/httpd.log") << "GET /";
  const auto before = Files();
  EXPECT_THAT(Database::Open(Options()), HasReason("DATABASE_FOREIGN"));
  EXPECT_EQ(Files(), before);
}

TEST_F(OpenTest, AFolderThatOnlyHasALockFileOfAnotherProgramIsForeign) {
  fs::create_directory(path_);
  std::ofstream(path_ + "/LOCK") << "";
  std::ofstream(path_ + "/letter.txt") << "dear";
  const auto before = Files();
  EXPECT_THAT(Database::Open(Options()), HasReason("DATABASE_FOREIGN"));
  EXPECT_EQ(Files(), before);
}

TEST_F(OpenTest, ADatabaseOfAnotherProgramIsForeignAndLeftAlone) {
  rocksdb::Options rocks;
  rocks.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(rocks, path_, &db).ok());
  ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), "a", "b").ok());
  ASSERT_TRUE(db->Close().ok());
  delete db;
  EXPECT_THAT(Database::Open(Options()), HasReason("DATABASE_FOREIGN"));
  std::vector<std::string> families;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(rocks, path_, &families).ok());
  EXPECT_EQ(families.size(), 1u);
}

TEST_F(OpenTest, ADatabaseInAnotherOrderIsForeign) {
  rocksdb::Options rocks;
  rocks.create_if_missing = true;
  rocks.comparator = rocksdb::ReverseBytewiseComparator();
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(rocks, path_, &db).ok());
  ASSERT_TRUE(db->Close().ok());
  delete db;
  EXPECT_THAT(Database::Open(Options()), HasReason("DATABASE_FOREIGN"));
}

TEST_F(OpenTest, AnEmptyDatabaseOfAnotherProgramIsForeignUnlessItCanBeCreated) {
  rocksdb::Options rocks;
  rocks.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(rocks, path_, &db).ok());
  ASSERT_TRUE(db->Close().ok());
  delete db;
  EXPECT_THAT(Database::Open(Options(OpenOptions::Mode::kOpenExisting)),
              HasReason("DATABASE_FOREIGN"));
  EVIDENT_EXPECT_OK(Database::Open(Options(OpenOptions::Mode::kCreate)));
}

TEST_F(OpenTest, RefusalsLeaveTheFolderAsItWas) {
  Fill(true);
  const auto before = Files();
  OpenOptions other = Options();
  other.kind = "other";
  EXPECT_THAT(Database::Open(other), HasReason("DATABASE_FOREIGN"));
  OpenOptions more = Options(OpenOptions::Mode::kOpenExisting);
  more.families.push_back({"more"});
  EXPECT_THAT(Database::Open(more), HasReason("DATABASE_FAMILIES"));
  EXPECT_EQ(Files(), before);
}

TEST_F(OpenTest, CreateAddsAFamilyThatOurDatabaseLacks) {
  Fill(true);
  OpenOptions more = Options();
  more.families.push_back({"more"});
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Database::Open(more));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto kept, database->Get(kRows, "key1"));
  EXPECT_NE(kept, std::nullopt);
  WriteBatch batch;
  batch.Put(Family{2}, "a", "b");
  EVIDENT_EXPECT_OK(database->Write(batch, Durability::kSync));
}

TEST_F(OpenTest, ReadOnlyChangesNoFile) {
  Fill(false);
  const auto before = Files();
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database,
                                 Database::Open(Options(OpenOptions::Mode::kReadOnly)));
    EVIDENT_EXPECT_OK(database->Get(kRows, "key1"));
    EVIDENT_EXPECT_OK(database->Close());
  }
  EXPECT_EQ(Files(), before);
}

TEST_F(OpenTest, ReadOnlyReadsBesideTheOwner) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto owner, Database::Open(Options()));
  EXPECT_THAT(Database::Open(Options()), HasReason("DATABASE_LOCKED"));
  EXPECT_THAT(Database::Open(Options(OpenOptions::Mode::kReadOnly)), IsOk());
}

// A log whose end was cut off must not make a database look like one that has yet to be created.
TEST_F(OpenTest, ALostLogDoesNotGiveANewIdentity) {
  std::string id;
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Database::Open(Options()));
    id = database->id();
    EVIDENT_ASSERT_OK(database->Close());
  }
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (entry.path().extension() == ".log") fs::resize_file(entry.path(), 0);
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Database::Open(Options()));
  EXPECT_EQ(database->id(), id);
}

// Format 0 does not exist, and nothing but the check tells one id from another.
TEST_F(OpenTest, AnyChangedByteOfTheIdentityIsRefused) {
  Fill(false);
  for (const char* const row : {"kind", "format_version", "database_id", "identity_check"}) {
    std::string kept;
    for (size_t at = 0; at == 0 || at < kept.size(); at += 5) {
      fs::remove_all(path_ + "-kept");
      fs::copy(path_, path_ + "-kept", fs::copy_options::recursive);
      {
        EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Database::Open(Options()));
        kept = database->Get(Family{0}, row)->value_or("");
        ASSERT_FALSE(kept.empty()) << row;
        std::string changed = kept;
        const size_t place = std::string_view(row) == "format_version" ? 3 : at;
        changed[place] = static_cast<char>(changed[place] ^ 1);
        WriteBatch batch;
        batch.Put(Family{0}, row, changed);
        EVIDENT_ASSERT_OK(database->Write(batch, Durability::kSync));
      }
      EXPECT_FALSE(Database::Open(Options()).ok()) << row << " " << at;
      EXPECT_FALSE(Database::Open(Options(OpenOptions::Mode::kReadOnly)).ok()) << row << " " << at;
      fs::remove_all(path_);
      fs::rename(path_ + "-kept", path_);
    }
  }
  EVIDENT_EXPECT_OK(Database::Open(Options()));
}

TEST_F(OpenTest, AnotherKindWithOtherFamiliesIsForeign) {
  Fill(false);
  for (const auto mode : {OpenOptions::Mode::kCreate, OpenOptions::Mode::kOpenExisting,
                          OpenOptions::Mode::kReadOnly}) {
    OpenOptions options = Options(mode);
    options.kind = "other";
    options.families = {{"default"}, {"columns"}};
    EXPECT_THAT(Database::Open(options), HasReason("DATABASE_FOREIGN"));
  }
}

TEST_F(OpenTest, ANewerFormatWithMoreFamiliesIsNewer) {
  OpenOptions newer = Options();
  newer.format_version = 2;
  newer.families.push_back({"more"});
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Database::Open(newer));
  EVIDENT_ASSERT_OK(database->Close());
  EXPECT_THAT(Database::Open(Options()), HasReason("DATABASE_NEWER"));
  EXPECT_THAT(Database::Open(Options(OpenOptions::Mode::kReadOnly)), HasReason("DATABASE_NEWER"));
}

TEST_F(OpenTest, ReadOnlyTakesNoWrites) {
  Fill(false);
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database,
                               Database::Open(Options(OpenOptions::Mode::kReadOnly)));
  WriteBatch batch;
  batch.Put(kRows, "a", "b");
  EXPECT_THAT(database->Write(batch, Durability::kSync), HasReason("DATABASE_READ_ONLY"));
  EXPECT_THAT(database->Ingest({{kRows, {{"a", "b"}}}}), HasReason("DATABASE_READ_ONLY"));
  EVIDENT_EXPECT_OK(database->Get(kRows, "key1"));
}

TEST_F(OpenTest, ALinkLeftByAnEarlierIngestIsNotWrittenThrough) {
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Database::Open(Options()));
    EVIDENT_ASSERT_OK(database->Ingest({{kRows, {{"a", "1"}}}}));
    EVIDENT_ASSERT_OK(database->Close());
  }
  // A process that died between the commit and the removal of its own name for the table.
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (entry.path().extension() != ".sst") continue;
    fs::create_hard_link(entry.path(), path_ + "/ingest-0.sst.new");
    break;
  }
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Database::Open(Options()));
    EVIDENT_ASSERT_OK(database->Ingest({{kRows, {{"b", "2"}}}}));
    EVIDENT_ASSERT_OK(database->Close());
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Database::Open(Options()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, database->Get(kRows, "a"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto second, database->Get(kRows, "b"));
  EXPECT_EQ(first, "1");
  EXPECT_EQ(second, "2");
}

// Every file cut to nothing and to half of it, one at a time: never an abort, never silence about
// what was synced.
TEST_F(OpenTest, EveryTruncatedFileIsReportedOrHarmless) {
  for (const bool flush : {false, true}) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    Fill(flush);
    const auto whole = Files();
    for (const auto& [name, bytes] : whole) {
      for (const size_t size : {size_t{0}, bytes.size() / 2}) {
        fs::remove_all(path_, ignored);
        fs::create_directory(path_);
        for (const auto& [other, content] : whole) {
          std::ofstream(path_ + "/" + other, std::ios::binary) << content;
        }
        fs::resize_file(path_ + "/" + name, size);
        OpenOptions options = Options(OpenOptions::Mode::kOpenExisting);
        options.fault_file_system = FaultFileSystem::Create(1);
        auto opened = Database::Open(options);
        absl::Status status = opened.status();
        for (int i = 0; status.ok() && i < 50; ++i) {
          status = (*opened)->Get(kRows, "key" + std::to_string(i)).status();
        }
        EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kDataLoss)
            << name << " cut to " << size << ": " << status.ToString();
      }
    }
  }
}

// Creation fails at every sync and every append in turn, then power is lost: the next start works.
TEST_F(OpenTest, ACreationThatWasCutOffCanBeDoneAgain) {
  for (const auto operation : {FaultOperation::kAppend, FaultOperation::kSync}) {
    bool opened = false;
    for (uint64_t nth = 1; !opened; ++nth) {
      ASSERT_LT(nth, 200u);
      std::error_code ignored;
      fs::remove_all(path_, ignored);
      OpenOptions options = Options();
      options.fault_file_system = FaultFileSystem::Create(nth);
      options.fault_file_system->FailNth(operation, FileClass::kAny, nth);
      {
        auto database = Database::Open(options);
        opened = database.ok();
        options.fault_file_system->PowerOff();
      }
      EVIDENT_ASSERT_OK(options.fault_file_system->Crash());
      options.fault_file_system = FaultFileSystem::Create(1);
      EXPECT_THAT(Database::Open(options), IsOk()) << "fault " << nth;
    }
  }
}

}  // namespace
}  // namespace evident::kv
