// The offline check of a log whose key was replaced, and of one that goes on from another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "audit/export/fsck.h"
#include "audit/log/store.h"
#include "audit/log/test_log.h"
#include "audit/proof/checkpoint.h"

namespace evident::audit {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class FsckKeysTest : public TestLog {
 protected:
  static NoteSigner Signer(char seed, uint32_t incarnation = 1) {
    return *NoteSigner::FromSeed(LogId{"test.example", incarnation}.Origin(),
                                 std::string(32, seed));
  }
  LogOptions SignedBy(char seed, char previous) {
    LogOptions options = Options();
    options.signer_key = Signer(seed).ToText();
    options.previous_signer_key = Signer(previous).ToText();
    return options;
  }
  // Entries under three keys in turn, with the row of the first rotation at entry 300.
  void MakeLog() {
    AppendUntilFailure(*MustOpen(Options()), 299);
    AppendUntilFailure(*MustOpen(SignedBy('t', 's')), 3);
    AppendUntilFailure(*MustOpen(SignedBy('u', 't')), 3);
  }
  FsckReport Check(const LogKeys& keys) {
    auto report = CheckLog(Options().path, Options().guard_path, keys);
    EXPECT_THAT(report, IsOk());
    return report.ok() ? *std::move(report) : FsckReport();
  }
};

TEST_F(FsckKeysTest, AnyOneKeyOfTheLogLeadsToTheOthers) {
  MakeLog();
  for (const char seed : {'s', 't', 'u'}) {
    const FsckReport report = Check(Signer(seed).verifier());
    EXPECT_EQ(report.entries, 308u);
    EXPECT_THAT(report.problems, IsEmpty()) << seed;
  }
  EXPECT_THAT(Check(Signer('x').verifier()).problems, Not(IsEmpty()));
}

// Whatever is changed in the row that tells of a rotation is noticed.
TEST_F(FsckKeysTest, AnyChangedByteOfARotationIsReported) {
  MakeLog();
  const std::string row = "rotation/" + IndexKey(EntryIndex(300));
  StoreOptions options;
  options.path = Options().path;
  std::string bytes;
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto store, OpenStore(options));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto value, store->Get(kStoreDefault, row));
    bytes = value.value_or("");
    ASSERT_FALSE(bytes.empty());
  }
  const auto write = [&](const std::string& value) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto store, OpenStore(options));
    kv::WriteBatch batch;
    if (value.empty()) {
      batch.Delete(kStoreDefault, row);
    } else {
      batch.Put(kStoreDefault, row, value);
    }
    EVIDENT_ASSERT_OK(store->Write(batch, kv::Durability::kSync));
    EVIDENT_ASSERT_OK(store->Close());
  };
  for (size_t i = 0; i < bytes.size(); i += 7) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    write(changed);
    EXPECT_THAT(Check(Signer('u').verifier()).problems, Not(IsEmpty())) << i;
  }
  write("");
  EXPECT_THAT(Check(Signer('u').verifier()).problems,
              Contains(HasSubstr("entry 300: it names a key that no rotation is known of")));
  write(bytes);
  EXPECT_THAT(Check(Signer('u').verifier()).problems, IsEmpty());
}

TEST_F(FsckKeysTest, ALogThatGoesOnFromAnotherIsSound) {
  LogOptions first = Options();
  std::string last;
  {
    auto log = MustOpen(first);
    last = log->LatestCheckpoint();
  }
  LogOptions second = Options();
  second.path += "-2";
  second.guard_path += "-2";
  second.id.incarnation = 2;
  second.signer_key = Signer('s', 2).ToText();
  second.restored_from = Predecessor{last, Signer('s').verifier()};
  AppendUntilFailure(*MustOpen(second), 3);
  auto report = CheckLog(second.path, second.guard_path, Signer('s', 2).verifier());
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->entries, 5u);
  EXPECT_THAT(report->problems, IsEmpty());
  report = CheckLog(second.path, second.guard_path, Signer('x', 2).verifier());
  ASSERT_THAT(report, IsOk());
  EXPECT_THAT(report->problems, Contains(HasSubstr("entry 1: it does not name the verifier key")));
}

}  // namespace
}  // namespace evident::audit
