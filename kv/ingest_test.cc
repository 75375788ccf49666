#include "kv/ingest.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "base/file.h"
#include "base/status_matchers.h"
#include "kv/fault_file_system.h"

namespace evident::kv {
namespace {

constexpr Family kDefault{0};
constexpr Family kRows{1};
constexpr Family kMore{2};

class IngestTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Database>> Open(
      std::shared_ptr<FaultFileSystem> fault = nullptr) const {
    OpenOptions options;
    options.path = path_;
    options.kind = "test";
    options.mode = OpenOptions::Mode::kCreate;
    options.families = {{"default"}, {"rows"}, {"more", true}};
    options.fault_file_system = std::move(fault);
    return Database::Open(options);
  }
  static bool Has(Database& database, Family family, std::string_view key) {
    const auto value = database.Get(family, key);
    EXPECT_THAT(value, IsOk());
    return value.ok() && value->has_value();
  }
  // Files that an ingestion made and the database did not take.
  int Leftovers() const {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      count += entry.path().filename().string().rfind("ingest-", 0) == 0 ? 1 : 0;
    }
    return count;
  }

  TempDir dir_;
  const std::string path_ = dir_.path() + "/db";
};

TEST_F(IngestTest, FamiliesTakeTurnsAndAppearTogether) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto ingestion, database->NewIngestion());
    for (int i = 100; i < 200; ++i) {
      EVIDENT_ASSERT_OK(ingestion->Add(kRows, std::to_string(i), "row"));
      EVIDENT_ASSERT_OK(ingestion->Add(kMore, std::to_string(i), std::string(1000, 'm')));
    }
    EXPECT_FALSE(Has(*database, kRows, "100"));
    EVIDENT_ASSERT_OK(ingestion->Commit());
    EXPECT_TRUE(Has(*database, kRows, "100"));
    EXPECT_TRUE(Has(*database, kMore, "199"));
    EXPECT_FALSE(Has(*database, kDefault, "100"));
    EXPECT_THAT(ingestion->Commit(), HasReason("INGEST_ENDED"));
    EXPECT_THAT(ingestion->Add(kRows, "200", "row"), HasReason("INGEST_ENDED"));
  }
  EXPECT_EQ(Leftovers(), 0);
}

TEST_F(IngestTest, NewRowsHideOldOnesAndWritesGoOn) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
  WriteBatch batch;
  batch.Put(kRows, "a", "old");
  EVIDENT_ASSERT_OK(database->Write(batch, Durability::kSync));
  EVIDENT_ASSERT_OK(database->Ingest({{kRows, {{"a", "new"}}}}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto value, database->Get(kRows, "a"));
  EXPECT_EQ(value, "new");
  EVIDENT_ASSERT_OK(database->Write(batch, Durability::kSync));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again, database->Get(kRows, "a"));
  EXPECT_EQ(again, "old");
}

TEST_F(IngestTest, NothingIsKeptOfWhatWasNotCommitted) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto ingestion, database->NewIngestion());
    EVIDENT_ASSERT_OK(ingestion->Add(kRows, "a", "1"));
    EXPECT_EQ(Leftovers(), 1);
  }
  EXPECT_EQ(Leftovers(), 0);
  EXPECT_FALSE(Has(*database, kRows, "a"));
}

TEST_F(IngestTest, RefusesKeysThatDoNotAscend) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
  for (const std::pair<const char*, const char*>& keys :
       {std::pair("b", "a"), std::pair("b", "b"), std::pair("", "")}) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto ingestion, database->NewIngestion());
    EVIDENT_ASSERT_OK(ingestion->Add(kRows, keys.first, "1"));
    EXPECT_THAT(ingestion->Add(kRows, keys.second, "2"), HasReason("INGEST_ORDER"));
    EXPECT_THAT(ingestion->Commit(), HasReason("INGEST_ENDED"));
  }
  EXPECT_FALSE(Has(*database, kRows, "b"));
  EXPECT_EQ(Leftovers(), 0);
}

TEST_F(IngestTest, ThreadsAddToFamiliesOfTheirOwn) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ingestion, database->NewIngestion());
  const auto fill = [&](Family family) {
    for (int i = 10'000; i < 20'000; ++i) {
      EVIDENT_ASSERT_OK(ingestion->Add(family, std::to_string(i), "row"));
    }
  };
  std::thread other(fill, kRows);
  fill(kMore);
  other.join();
  EVIDENT_ASSERT_OK(ingestion->Commit());
  for (const Family family : {kRows, kMore}) {
    EXPECT_TRUE(Has(*database, family, "10000"));
    EXPECT_TRUE(Has(*database, family, "19999"));
  }
}

TEST_F(IngestTest, AFamilyThatFailedTakesNothingMoreAndNothingAppears) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ingestion, database->NewIngestion());
  EVIDENT_ASSERT_OK(ingestion->Add(kRows, "b", "1"));
  EXPECT_THAT(ingestion->Add(kRows, "a", "2"), HasReason("INGEST_ORDER"));
  EXPECT_THAT(ingestion->Add(kRows, "c", "3"), HasReason("INGEST_ENDED"));
  EVIDENT_EXPECT_OK(ingestion->Add(kMore, "a", "4"));
  EXPECT_THAT(ingestion->Commit(), HasReason("INGEST_ENDED"));
  EXPECT_FALSE(Has(*database, kRows, "b"));
  EXPECT_FALSE(Has(*database, kMore, "a"));
}

TEST_F(IngestTest, AFamilyWhoseTableCannotBeMadeIsNotLeftOut) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ingestion, database->NewIngestion());
  EVIDENT_ASSERT_OK(ingestion->Add(kRows, "a", "1"));
  const std::string away = path_ + ".away";
  std::filesystem::rename(path_, away);
  EXPECT_FALSE(ingestion->Add(kMore, "a", "2").ok());
  std::filesystem::rename(away, path_);
  EXPECT_THAT(ingestion->Add(kMore, "b", "3"), HasReason("INGEST_ENDED"));
  EXPECT_THAT(ingestion->Commit(), HasReason("INGEST_ENDED"));
  EXPECT_FALSE(Has(*database, kRows, "a"));
}

TEST_F(IngestTest, RefusesAnUnknownFamilyAndAClosedDatabase) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
  EXPECT_THAT(database->Ingest({{Family{9}, {{"a", "1"}}}}), HasReason("FAMILY_UNKNOWN"));
  EVIDENT_ASSERT_OK(database->Ingest({}));
  EVIDENT_ASSERT_OK(database->Ingest({{kRows, {}}}));
  EVIDENT_ASSERT_OK(database->Close());
  EXPECT_THAT(database->NewIngestion(), HasReason("DATABASE_CLOSED"));
}

TEST_F(IngestTest, OpenRemovesWhatADeadProcessLeft) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
  EVIDENT_ASSERT_OK(database->Close());
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_ + "/ingest-0123.sst.new", "half", 0644));
  EVIDENT_ASSERT_OK_AND_ASSIGN(database, Open());
  EXPECT_EQ(Leftovers(), 0);
}

// Every sync and every append of an ingestion fails in turn, power is lost there, and all families
// have their rows or none has; all when it was acknowledged.
TEST_F(IngestTest, ACrashAnywhereLeavesAllFamiliesOrNone) {
  int kept = 0;
  int lost = 0;
  for (const FaultOperation operation : {FaultOperation::kSync, FaultOperation::kAppend}) {
    bool whole = false;
    for (uint64_t nth = 1; !whole; ++nth) {
      ASSERT_LT(nth, 100u);
      std::error_code ignored;
      std::filesystem::remove_all(path_, ignored);
      const auto fault = FaultFileSystem::Create(nth);
      {
        EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(fault));
        fault->FailNth(operation, FileClass::kAny, nth);
        whole = database
                    ->Ingest({{kDefault, {{"k", "1"}}},
                              {kRows, {{"k", "2"}}},
                              {kMore, {{"k", std::string(1000, '3')}}}})
                    .ok();
        fault->PowerOff();
      }
      EVIDENT_ASSERT_OK(fault->Crash());
      EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open());
      const bool has = Has(*database, kDefault, "k");
      EXPECT_EQ(Has(*database, kRows, "k"), has) << "fault " << nth;
      EXPECT_EQ(Has(*database, kMore, "k"), has) << "fault " << nth;
      EXPECT_TRUE(has || !whole) << "it was acknowledged";
      ++(has ? kept : lost);
    }
  }
  EXPECT_GT(kept, 1);
  EXPECT_GT(lost, 4);
}

}  // namespace
}  // namespace evident::kv
