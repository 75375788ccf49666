// The offline check of an index beside its log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "audit/export/fsck.h"
#include "audit/index/index.h"
#include "audit/index/index_rows.h"
#include "audit/log/test_log.h"

namespace evident::audit {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint64_t kSegment = 8;

class FsckIndexTest : public TestLog {
 protected:
  // A log of 31 entries and its index: three full segments on disk.
  void SetUp() override {
    auto log = MustOpen(Options());
    auto index = Index::Open({IndexPath(), kSegment, nullptr}, *log);
    ASSERT_THAT(index, IsOk());
    for (int i = 0; i < 30; ++i) {
      EVIDENT_ASSERT_OK(log->AppendAndWait(Draft("a", "s" + std::to_string(i % 3))));
    }
    EVIDENT_ASSERT_OK((*index)->CatchUp());
    EVIDENT_ASSERT_OK((*index)->Close());
    index->reset();
    EVIDENT_ASSERT_OK(log->Close());
  }

  std::string IndexPath() const { return dir_.path() + "/index"; }

  absl::StatusOr<FsckReport> Check() {
    KeyRingOptions ring;
    ring.path = Options().keys_path;
    ring.origin = signer_.verifier().name();
    ring.read_only = true;
    ring.key_encryption_key = Options().key_encryption_key;
    ring.random = &Random::System();
    EVIDENT_ASSIGN_OR_RETURN(const auto keys, KeyRing::Open(ring));
    FsckOptions options;
    options.keys = keys.get();
    options.index_path = IndexPath();
    options.segment_entries = kSegment;
    return CheckLog(Options().path, Options().guard_path, signer_.verifier(), options);
  }

  void Change(const std::function<void(kv::Database&, kv::WriteBatch&)>& change) {
    auto store = OpenIndexStore(IndexPath(), kv::OpenOptions::Mode::kOpenExisting);
    ASSERT_THAT(store, IsOk());
    kv::WriteBatch batch;
    change(**store, batch);
    EVIDENT_ASSERT_OK((*store)->Write(batch, kv::Durability::kSync));
    EVIDENT_ASSERT_OK((*store)->Close());
  }
};

TEST_F(FsckIndexTest, RowsAreHeldAgainstWhatTheLogGives) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const FsckReport report, Check());
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.entries, 31u);
  EXPECT_EQ(report.bodies_opened, 31u);
  EXPECT_EQ(report.indexed, 24u);
}

TEST_F(FsckIndexTest, ALostRowAndAChangedOneAreReported) {
  std::string key;
  std::string value;
  Change([&](kv::Database& store, kv::WriteBatch& batch) {
    const auto rows = store.NewIterator(kIndexPostings);
    rows->SeekToFirst();
    ASSERT_TRUE(rows->Valid());
    key = std::string(rows->key());
    value = std::string(rows->value());
    batch.Delete(kIndexPostings, key);
  });
  EVIDENT_ASSERT_OK_AND_ASSIGN(const FsckReport lost, Check());
  EXPECT_THAT(lost.problems, Contains(HasSubstr("is missing under the term")));
  EXPECT_EQ(lost.indexed, 0u);
  EXPECT_EQ(lost.entries, 31u) << "the log itself is checked to its end";
  Change([&](kv::Database&, kv::WriteBatch& batch) {
    batch.Put(kIndexPostings, key, value);
    std::string other = key;
    other[5] = static_cast<char>(other[5] ^ 1);
    batch.Put(kIndexPostings, other, value);
  });
  EVIDENT_ASSERT_OK_AND_ASSIGN(const FsckReport added, Check());
  EXPECT_THAT(added.problems, Contains(HasSubstr("pairs of term and entry")));
}

TEST_F(FsckIndexTest, AnIndexOfMoreThanTheLogIsReported) {
  Change([](kv::Database&, kv::WriteBatch& batch) {
    batch.Put(kIndexDefault, kIndexSegments, std::string("\0\0\0\0\0\0\0\x09", 8));
  });
  EVIDENT_ASSERT_OK_AND_ASSIGN(const FsckReport report, Check());
  EXPECT_THAT(report.problems, testing::Not(IsEmpty()));
}

TEST_F(FsckIndexTest, AnothersIndexAndOneWithoutKeysAreRefused) {
  FsckOptions options;
  options.index_path = IndexPath();
  EXPECT_THAT(CheckLog(Options().path, "", signer_.verifier(), options), HasReason("KEYS_NEEDED"));
  Change([](kv::Database&, kv::WriteBatch& batch) {
    batch.Put(kIndexDefault, kIndexOrigin, "other.example/1");
  });
  EXPECT_THAT(Check(), HasReason("INDEX_STALE"));
}

}  // namespace
}  // namespace evident::audit
