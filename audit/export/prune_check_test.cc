#include "audit/export/prune_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "audit/export/fsck.h"
#include "audit/log/pruning.h"
#include "audit/log/store.h"
#include "audit/log/test_log.h"
#include "base/random.h"

namespace evident::audit {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr uint64_t kEnd = 21;

class PruneCheckTest : public TestLog {
 protected:
  void SetUp() override {
    auto log = MustOpen(Options());
    ASSERT_EQ(AppendUntilFailure(*log, 40).size(), 40u);
    EVIDENT_ASSERT_OK_AND_ASSIGN(body_, log->ReadEnvelope(EntryIndex(5)));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const PruneSurvey survey,
                                 SurveyBodies(*log, kEnd, [] { return absl::OkStatus(); }));
    EntryDraft intent;
    intent.kind = LeafKind::kIntent;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed announced, log->AppendAndWait(std::move(intent)));
    EVIDENT_ASSERT_OK_AND_ASSIGN(said_, PruneBodies(*log, survey, announced.index, {}));
    EntryDraft outcome;
    outcome.kind = LeafKind::kOutcome;
    outcome.detail = OutcomeDetail{announced.index};
    EVIDENT_ASSERT_OK(log->AppendAndWait(std::move(outcome)));
  }
  void Change(const std::function<void(kv::WriteBatch&)>& change) {
    StoreOptions options;
    options.path = Options().path;
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto store, OpenStore(options));
    kv::WriteBatch batch;
    change(batch);
    EVIDENT_ASSERT_OK(store->Write(batch, kv::Durability::kSync));
    EVIDENT_ASSERT_OK(store->Close());
  }
  FsckReport Fsck(KeyRing* keys = nullptr) {
    auto report = CheckLog(Options().path, Options().guard_path, signer_.verifier(), keys);
    EXPECT_THAT(report, IsOk());
    return report.value_or(FsckReport());
  }

  std::string body_;  // that entry 5 had
  Committed said_;
};

TEST_F(PruneCheckTest, APrunedLogIsSoundWithAndWithoutKeys) {
  const FsckReport report = Fsck();
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.bodies_pruned, kEnd);
  KeyRingOptions options;
  options.path = Options().keys_path;
  options.origin = "test.example/1";
  options.read_only = true;
  options.key_encryption_key = std::string(32, 'k');
  options.random = &Random::System();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto keys, KeyRing::Open(options));
  const FsckReport opened = Fsck(keys.get());
  EXPECT_THAT(opened.problems, IsEmpty());
  EXPECT_EQ(opened.bodies_opened, opened.entries - kEnd);
}

TEST_F(PruneCheckTest, ABodyThatIsMissingAboveIsReported) {
  Change([](kv::WriteBatch& batch) { batch.Delete(kStoreBodies, IndexKey(EntryIndex(kEnd))); });
  const FsckReport report = Fsck();
  EXPECT_THAT(report.problems, SizeIs(1));
  EXPECT_THAT(report.problems, Contains("body 21: it is missing"));
  EXPECT_EQ(report.first_bad_entry, kEnd);
}

TEST_F(PruneCheckTest, ABodyThatIsThereAgainIsReported) {
  Change(
      [this](kv::WriteBatch& batch) { batch.Put(kStoreBodies, IndexKey(EntryIndex(5)), body_); });
  EXPECT_THAT(Fsck().problems, Contains(HasSubstr("body 5: it is still there")));
}

// Who removes bodies and says so nowhere but in the row is found out.
TEST_F(PruneCheckTest, ARowThatNoEntryBacksHidesNothing) {
  Change([this](kv::WriteBatch& batch) {
    batch.Delete(kStoreBodies, IndexKey(EntryIndex(kEnd)));
    batch.Put(kStoreDefault, kPrunedKey, PrunedBytes({kEnd + 1, said_.index}));
  });
  const FsckReport report = Fsck();
  EXPECT_THAT(report.problems, Contains(HasSubstr("the row of removed bodies: entry 42 does not")));
  EXPECT_THAT(report.problems, Contains("body 21: it is missing"));
  EXPECT_THAT(report.problems, Contains("body 0: it is missing"));
  EXPECT_EQ(report.bodies_pruned, 0u);
}

TEST_F(PruneCheckTest, ALostRowIsReported) {
  Change([](kv::WriteBatch& batch) { batch.Delete(kStoreDefault, kPrunedKey); });
  EXPECT_THAT(Fsck().problems, Contains(HasSubstr("the last entry that says so of 21")));
}

TEST_F(PruneCheckTest, ADamagedRowIsReported) {
  Change([](kv::WriteBatch& batch) { batch.Put(kStoreDefault, kPrunedKey, "short"); });
  EXPECT_THAT(Fsck().problems, Contains(HasSubstr("does not have 16 bytes")));
}

}  // namespace
}  // namespace evident::audit
