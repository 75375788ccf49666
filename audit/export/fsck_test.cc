#include "audit/export/fsck.h"

#include <gtest/gtest.h>

#include "audit/log/log.h"
#include "base/file.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

class FsckTest : public testing::Test {
 protected:
  void SetUp() override {
    LogOptions options;
    options.path = dir_.path() + "/log";
    options.keys_path = dir_.path() + "/keys";
    options.guard_path = dir_.path() + "/guard";
    options.id = {"test.example", 1};
    options.signer_key = signer_.ToText();
    options.key_encryption_key = std::string(32, 'k');
    auto log = Log::Open(options);
    ASSERT_THAT(log, IsOk());
    for (int i = 0; i < 300; ++i) {
      EntryDraft draft;
      draft.kind = i == 7 ? LeafKind::kIntent : LeafKind::kRead;
      draft.request = "request " + std::to_string(i);
      ASSERT_THAT((*log)->AppendAndWait(std::move(draft)), IsOk());
    }
    ASSERT_THAT((*log)->Close(), IsOk());
  }
  // Flips one bit in the middle of a stored value.
  void Damage(kv::Family family, const std::string& key) {
    StoreOptions options;
    options.path = dir_.path() + "/log";
    auto store = OpenStore(options);
    ASSERT_THAT(store, IsOk());
    auto value = (*store)->Get(family, key);
    ASSERT_TRUE(value.ok() && value->has_value());
    (**value)[(**value).size() / 2] = static_cast<char>((**value)[(**value).size() / 2] ^ 1);
    kv::WriteBatch batch;
    batch.Put(family, key, **value);
    ASSERT_THAT((*store)->Write(batch, kv::Durability::kSync), IsOk());
    ASSERT_THAT((*store)->Close(), IsOk());
  }
  FsckReport Check() {
    auto report = CheckLog(dir_.path() + "/log", dir_.path() + "/guard", signer_.verifier());
    EXPECT_THAT(report, IsOk());
    return report.ok() ? *report : FsckReport{};
  }

  TempDir dir_;
  const NoteSigner signer_ = *NoteSigner::FromSeed("test.example/1", std::string(32, 's'));
};

TEST_F(FsckTest, FindsNothingInASoundLog) {
  const FsckReport report = Check();
  EXPECT_EQ(report.problems, std::vector<std::string>{});
  EXPECT_EQ(report.entries, 301u);
  EXPECT_EQ(report.tiles, 1u);
  EXPECT_EQ(report.open_intents, 1u);
  EXPECT_GE(report.checkpoints, 2u);
}

TEST_F(FsckTest, NamesADamagedLeaf) {
  Damage(kStoreLeaves, IndexKey(EntryIndex(42)));
  const FsckReport report = Check();
  ASSERT_FALSE(report.problems.empty());
}

TEST_F(FsckTest, NamesADamagedBody) {
  Damage(kStoreBodies, IndexKey(EntryIndex(42)));
  const FsckReport report = Check();
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_NE(report.problems[0].find("body 42"), std::string::npos);
}

TEST_F(FsckTest, NamesADamagedTileAndCheckpoint) {
  Damage(kStoreTiles, TileKey(0, 0));
  EXPECT_NE(Check().problems.at(0).find("tile 0"), std::string::npos);
  Damage(kStoreCheckpoints, SizeKey(301));
  EXPECT_NE(Check().problems.at(0).find("checkpoint"), std::string::npos);
}

TEST_F(FsckTest, RefusesAMissingLogAndAnotherKey) {
  EXPECT_THAT(CheckLog(dir_.path() + "/none", "", signer_.verifier()),
              HasReason("DATABASE_MISSING"));
  const NoteSigner other = *NoteSigner::FromSeed("test.example/1", std::string(32, 'o'));
  auto report = CheckLog(dir_.path() + "/log", "", other.verifier());
  ASSERT_THAT(report, IsOk());
  EXPECT_FALSE(report->problems.empty());
}

}  // namespace
}  // namespace evident::audit
