// The machine goes down, or the disk fails, anywhere in the writing of a release.
#include <gtest/gtest.h>

#include <filesystem>
#include <tuple>

#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/model/test_graphs.h"
#include "graph/storage/test_database.h"
#include "kv/fault_file_system.h"

namespace evident::graph {
namespace {

constexpr uint64_t kPositionsMax = 500;  // of one fault; far more than there are

GraphDraft SecondGraph() {
  GraphDraft draft = ExampleGraph();
  draft.nodes.push_back(ConceptNode("example/new", "New"));
  draft.nodes[0].mutable_guideline()->set_title("Changed");
  draft.edges.pop_back();
  return draft;
}

// The parameters: the seed, and whether the release is ingested rather than one batch.
class ReleaseCrashTest : public testing::TestWithParam<std::tuple<uint64_t, bool>> {
 protected:
  void SetUp() override {
    EVIDENT_ASSERT_OK_AND_ASSIGN(old_head_, template_.Publish(ExampleGraph()));
    template_.Close();
    NewCopy();
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, Open(nullptr));
    EVIDENT_ASSERT_OK_AND_ASSIGN(new_head_, WriteRelease(*database, SecondGraph(), RowsMax()));
  }

  size_t RowsMax() const { return std::get<1>(GetParam()) ? 0 : kBatchRowsMax; }
  void NewCopy() {
    copy_ = dir_.path() + "/" + std::to_string(++copies_);
    std::filesystem::copy(template_.path(), copy_, std::filesystem::copy_options::recursive);
  }
  absl::StatusOr<std::unique_ptr<kv::Database>> Open(std::shared_ptr<kv::FaultFileSystem> fault) {
    GraphDatabaseOptions options;
    options.path = copy_;
    options.fault_file_system = std::move(fault);
    return OpenGraphDatabase(options);
  }

  // Writes the second release onto a new copy with a fault that `arm` sets, crashes, and returns
  // whether the writer was told of success.
  template <typename Arm>
  bool WriteAndCrash(const Arm& arm) {
    NewCopy();
    const auto fault = kv::FaultFileSystem::Create(std::get<0>(GetParam()));
    absl::Status written;
    {
      auto database = Open(fault);
      EXPECT_THAT(database, IsOk());
      if (!database.ok()) return false;
      arm(*fault);
      written = WriteRelease(**database, SecondGraph(), RowsMax()).status();
      // Nothing of a failed release is visible before the next start either.
      const auto head = CheckHead(**database);
      EXPECT_THAT(head, IsOk());
      EXPECT_EQ(head.ok() ? head->number() : 0, written.ok() ? 2u : 1u) << written;
      fault->PowerOff();
    }
    EVIDENT_EXPECT_OK(fault->Crash());
    return written.ok();
  }

  // The old or the new release, whole; the new one where that was promised.
  void ExpectWholeHead(bool acknowledged) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, Open(nullptr));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto head, CheckHead(*database));
    const auto& expected = acknowledged || head.number() == 2 ? new_head_ : old_head_;
    ASSERT_EQ(head.SerializeAsString(), expected.SerializeAsString());
    ++(head.number() == 2 ? new_seen_ : old_seen_);
    if (head.number() == 2) return;
    // What was lost can be done again.
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again,
                                 WriteRelease(*database, SecondGraph(), RowsMax()));
    ASSERT_EQ(again.SerializeAsString(), new_head_.SerializeAsString());
    EVIDENT_ASSERT_OK(CheckHead(*database));
  }

  const TempDir dir_;
  TestDatabase template_;
  std::string copy_;
  int copies_ = 0;
  storage::v1::ReleaseRecord old_head_;
  storage::v1::ReleaseRecord new_head_;
  int old_seen_ = 0;
  int new_seen_ = 0;
};

TEST_P(ReleaseCrashTest, AfterAFaultAtEveryPositionTheHeadIsOldOrNewAndWhole) {
  for (const auto operation : {kv::FaultOperation::kAppend, kv::FaultOperation::kSync}) {
    // An ingestion has many positions: three seeds share them.
    const uint64_t step = std::get<1>(GetParam()) ? 3 : 1;
    bool acknowledged = false;
    for (uint64_t nth = 1 + std::get<0>(GetParam()) % step; !acknowledged; nth += step) {
      ASSERT_LT(nth, kPositionsMax);
      acknowledged = WriteAndCrash(
          [&](kv::FaultFileSystem& fault) { fault.FailNth(operation, kv::FileClass::kAny, nth); });
      SCOPED_TRACE(nth);
      ASSERT_NO_FATAL_FAILURE(ExpectWholeHead(acknowledged));
    }
  }
  EXPECT_GT(old_seen_, 1);
  EXPECT_GT(new_seen_, 1);
}

TEST_P(ReleaseCrashTest, AFullDiskLeavesTheOldHead) {
  bool acknowledged = false;
  for (uint64_t bytes = 0; !acknowledged; bytes = 3 * bytes + 100) {
    ASSERT_LT(bytes, 10u << 20);
    acknowledged = WriteAndCrash([&](kv::FaultFileSystem& fault) { fault.FailWhenFull(bytes); });
    ASSERT_NO_FATAL_FAILURE(ExpectWholeHead(acknowledged));
  }
  EXPECT_GT(old_seen_, 0);
}

TEST_P(ReleaseCrashTest, ABitFlippedOnTheWayToDiskIsNeverServed) {
  const uint64_t appends = std::get<1>(GetParam()) ? 10 : 2;
  uint64_t refused = 0;
  for (uint64_t nth = 1; nth <= appends; ++nth) {
    NewCopy();
    const auto fault = kv::FaultFileSystem::Create(std::get<0>(GetParam()) + nth);
    absl::Status written;
    {
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, Open(fault));
      fault->FlipNth(kv::FileClass::kAny, nth);
      written = WriteRelease(*database, SecondGraph(), RowsMax()).status();
    }
    const auto database = Open(nullptr);
    const absl::StatusOr<storage::v1::ReleaseRecord> head =
        database.ok() ? CheckHead(**database) : database.status();
    if (head.ok()) {
      const auto& expected = head->number() == 2 ? new_head_ : old_head_;
      EXPECT_EQ(head->SerializeAsString(), expected.SerializeAsString());
    } else {
      EXPECT_EQ(head.status().code(), absl::StatusCode::kDataLoss) << head.status();
    }
    refused += !head.ok() || !written.ok() || head->number() == 1;
  }
  EXPECT_GT(refused, 0u);
}

INSTANTIATE_TEST_SUITE_P(Batch, ReleaseCrashTest,
                         testing::Combine(testing::Range(uint64_t{1}, uint64_t{7}),
                                          testing::Values(false)));
INSTANTIATE_TEST_SUITE_P(Ingestion, ReleaseCrashTest,
                         testing::Combine(testing::Range(uint64_t{1}, uint64_t{4}),
                                          testing::Values(true)));

}  // namespace
}  // namespace evident::graph
