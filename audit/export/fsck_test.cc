#include "audit/export/fsck.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "audit/log/log.h"
#include "audit/log/store.h"
#include "audit/proof/body_envelope.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr uint64_t kEntries = 301;  // entry 0 names the key; 8 is an intent

const NoteSigner& Signer() {
  static const NoteSigner signer = *NoteSigner::FromSeed("test.example/1", std::string(32, 's'));
  return signer;
}

LogOptions OptionsAt(const std::string& path) {
  LogOptions options;
  options.path = path + "/log";
  options.keys_path = path + "/keys";
  options.guard_path = path + "/guard";
  options.id = {"test.example", 1};
  options.signer_key = Signer().ToText();
  options.key_encryption_key = std::string(32, 'k');
  return options;
}

class FsckTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    original_ = std::make_unique<TempDir>();
    auto log = Log::Open(OptionsAt(original_->path()));
    ASSERT_THAT(log, IsOk());
    for (uint64_t i = 1; i < kEntries; ++i) {
      EntryDraft draft;
      draft.kind = i == 8 ? LeafKind::kIntent : LeafKind::kRead;
      draft.request = "request " + std::to_string(i);
      draft.answer = "answer " + std::to_string(i);
      ASSERT_THAT((*log)->AppendAndWait(std::move(draft)), IsOk());
    }
    ASSERT_THAT((*log)->Close(), IsOk());
  }
  static void TearDownTestSuite() { original_.reset(); }

  void SetUp() override { Restore(); }

  // Each damage is done to a fresh copy.
  void Restore() {
    std::filesystem::remove_all(dir_.path());
    std::filesystem::copy(original_->path(), dir_.path(), std::filesystem::copy_options::recursive);
  }

  void Change(const std::function<void(kv::Database&, kv::WriteBatch&)>& change) {
    StoreOptions options;
    options.path = dir_.path() + "/log";
    auto store = OpenStore(options);
    ASSERT_THAT(store, IsOk());
    kv::WriteBatch batch;
    change(**store, batch);
    ASSERT_THAT((*store)->Write(batch, kv::Durability::kSync), IsOk());
    ASSERT_THAT((*store)->Close(), IsOk());
  }

  // Flips one bit of a stored value, at `at` modulo its length.
  void Flip(kv::Family family, const std::string& key, size_t at) {
    Change([&](kv::Database& store, kv::WriteBatch& batch) {
      auto value = store.Get(family, key);
      ASSERT_TRUE(value.ok() && value->has_value());
      char& byte = (**value)[at % (**value).size()];
      byte = static_cast<char>(byte ^ 1);
      batch.Put(family, key, **value);
    });
  }

  FsckReport Check(KeyRing* keys = nullptr) {
    auto report =
        CheckLog(dir_.path() + "/log", dir_.path() + "/guard", Signer().verifier(), {keys});
    EXPECT_THAT(report, IsOk());
    return report.ok() ? *report : FsckReport{};
  }

  std::unique_ptr<KeyRing> Keys(const std::string& folder, bool create) {
    KeyRingOptions options;
    options.path = dir_.path() + folder;
    options.origin = "test.example/1";
    options.create = create;
    options.key_encryption_key = std::string(32, 'k');
    options.random = &Random::System();
    auto keys = KeyRing::Open(options);
    EXPECT_THAT(keys, IsOk());
    return *std::move(keys);
  }

  static std::unique_ptr<TempDir> original_;
  TempDir dir_;
};
std::unique_ptr<TempDir> FsckTest::original_;

TEST_F(FsckTest, TellsHowFarItIs) {
  std::vector<std::pair<uint64_t, uint64_t>> told;
  FsckOptions options;
  options.progress = [&told](uint64_t done, uint64_t all) { told.emplace_back(done, all); };
  const auto report =
      CheckLog(dir_.path() + "/log", dir_.path() + "/guard", Signer().verifier(), options);
  ASSERT_THAT(report, IsOk());
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), std::make_pair(kEntries, kEntries));
}

TEST_F(FsckTest, FindsNothingInASoundLog) {
  const FsckReport report = Check();
  EXPECT_EQ(report.problems, std::vector<std::string>{});
  EXPECT_EQ(report.first_bad_entry, std::nullopt);
  EXPECT_EQ(report.entries, kEntries);
  EXPECT_EQ(report.tiles, 1u);
  EXPECT_EQ(report.open_intents, 1u);
  EXPECT_GE(report.checkpoints, 2u);
  EXPECT_EQ(report.bodies_opened, 0u);
  EXPECT_TRUE(report.guard_checked);
  const auto unguarded = CheckLog(dir_.path() + "/log", "", Signer().verifier());
  ASSERT_THAT(unguarded, IsOk());
  EXPECT_FALSE(unguarded->guard_checked);
}

TEST_F(FsckTest, OpensEveryBodyWithItsKeysAndNamesThoseWhoseKeyIsGone) {
  const auto keys = Keys("/keys", false);
  const FsckReport report = Check(keys.get());
  EXPECT_EQ(report.problems, std::vector<std::string>{});
  EXPECT_EQ(report.bodies_opened, kEntries);
  EXPECT_EQ(report.bodies_erased, 0u);

  const auto none = Keys("/other-keys", true);
  const FsckReport lost = Check(none.get());
  EXPECT_EQ(lost.problems.size(), kFsckProblemsMax);
  EXPECT_THAT(lost.problems,
              Each(AllOf(StartsWith("body "), HasSubstr("no entry says that it was destroyed"))));
  EXPECT_EQ(lost.first_bad_entry, 0u);
  EXPECT_EQ(lost.bodies_opened, 0u);
  EXPECT_EQ(lost.bodies_erased, 0u);
}

TEST_F(FsckTest, CountsABodyAsErasedWhereAnEntrySaysSo) {
  KeyId ann{};
  {
    auto log = Log::Open(OptionsAt(dir_.path()));
    ASSERT_THAT(log, IsOk());
    EntryDraft read;
    read.body.set_subject("ann");
    EVIDENT_ASSERT_OK((*log)->AppendAndWait(read));
    ann = ReadEnvelopeHeader(*(*log)->ReadEnvelope(EntryIndex(kEntries)))->key_id;
    EntryDraft erasure;
    erasure.kind = LeafKind::kErasure;
    erasure.detail = ErasureDetail{ann};
    EVIDENT_ASSERT_OK((*log)->AppendAndWait(erasure));
  }
  EXPECT_THAT(Check(Keys("/keys", false).get()).problems,
              ElementsAre(HasSubstr("is still there, though an entry says that it was destroyed")));
  kv::OpenOptions open;
  open.path = dir_.path() + "/keys";
  open.kind = "keys";
  open.families = {{"default"}, {"keys"}, {"terms"}};
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto store, kv::Database::Open(open));
    kv::WriteBatch batch;
    batch.Delete(kv::Family{1}, KeyIdBytes(ann));
    EVIDENT_ASSERT_OK(store->Write(batch, kv::Durability::kSync));
  }
  const FsckReport half = Check(Keys("/keys", false).get());
  EXPECT_THAT(half.problems, ElementsAre(HasSubstr("it leads to no key of its own")));
  EXPECT_EQ(half.bodies_erased, 1u);
  EXPECT_EQ(half.bodies_opened, kEntries + 1);

  Change([&](kv::Database&, kv::WriteBatch& batch) {
    batch.Delete(kStoreErasures, KeyIdBytes(ann));
    batch.Put(kStoreErasures, std::string(16, 'x'), IndexKey(EntryIndex(kEntries + 1)));
    batch.Put(kStoreErasures, std::string(16, 'y'), "odd");
  });
  const FsckReport wrong = Check();
  EXPECT_THAT(wrong.problems, Contains(HasSubstr("entry 302: the key that it says was destroyed")));
  EXPECT_THAT(wrong.problems, Contains(HasSubstr("erasure of key 7878")));
  EXPECT_THAT(wrong.problems, Contains(HasSubstr("erasure of key 7979")));
}

TEST_F(FsckTest, NamesTheEntryOfALeafWithAChangedByte) {
  // Magic, kind, status, reserved, RPC, semantics, time, digests, commitments, body hash, detail.
  for (const size_t at : {0, 4, 5, 7, 9, 11, 15, 16, 23, 24, 60, 100, 130, 152, 223}) {
    Restore();
    Flip(kStoreLeaves, IndexKey(EntryIndex(42)), at);
    const FsckReport report = Check();
    EXPECT_THAT(report.problems, Contains(HasSubstr("entry 42: "))) << "byte " << at;
    // A time that jumped makes the entry behind it go back, and none before it.
    EXPECT_EQ(report.first_bad_entry, 42u) << "byte " << at;
  }
}

// Each of these entries was a synced write of its own.
TEST_F(FsckTest, NamesTheLeafBehindTheLastTile) {
  for (const uint64_t index : {256, 257, 290, 300}) {
    Restore();
    Flip(kStoreLeaves, IndexKey(EntryIndex(index)), 60);
    const FsckReport report = Check();
    EXPECT_THAT(report.problems, Contains("entry " + std::to_string(index) +
                                          ": its leaf is not the one that was signed"));
    EXPECT_EQ(report.first_bad_entry, index);
  }
}

TEST_F(FsckTest, NamesTheWriteOfALeafBehindTheLastTile) {
  Change([](kv::Database&, kv::WriteBatch& batch) {
    for (uint64_t size = 281; size < 295; ++size) batch.Delete(kStoreCheckpoints, SizeKey(size));
  });
  EXPECT_EQ(Check().problems, std::vector<std::string>{});
  Flip(kStoreLeaves, IndexKey(EntryIndex(290)), 60);
  const FsckReport report = Check();
  EXPECT_THAT(report.problems, Contains(HasSubstr("entries 280 to 294: the leaf of one of them")));
  EXPECT_EQ(report.first_bad_entry, 280u);
}

// The first checkpoint of a stretch that was thinned comes before the tile is full: the tile tells.
TEST_F(FsckTest, NamesTheLeafUnderATileThatTheRootsDoNotTellApart) {
  Change([](kv::Database&, kv::WriteBatch& batch) {
    for (uint64_t size = 2; size < 250; ++size) batch.Delete(kStoreCheckpoints, SizeKey(size));
  });
  Flip(kStoreLeaves, IndexKey(EntryIndex(42)), 60);
  const FsckReport report = Check();
  EXPECT_EQ(report.first_bad_entry, 42u);
  for (const std::string& problem : report.problems) {
    EXPECT_THAT(problem, Not(StartsWith("entries")));
  }
}

TEST(SmallFsckTest, NamesTheLeafOfALogWithoutATile) {
  const TempDir dir;
  {
    auto log = Log::Open(OptionsAt(dir.path()));
    ASSERT_THAT(log, IsOk());
    for (int i = 0; i < 5; ++i) EVIDENT_ASSERT_OK((*log)->AppendAndWait(EntryDraft()));
  }
  {
    StoreOptions options;
    options.path = dir.path() + "/log";
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto store, OpenStore(options));
    auto leaf = store->Get(kStoreLeaves, IndexKey(EntryIndex(3)));
    ASSERT_TRUE(leaf.ok() && leaf->has_value());
    (**leaf)[5] = 7;
    kv::WriteBatch batch;
    batch.Put(kStoreLeaves, IndexKey(EntryIndex(3)), **leaf);
    EVIDENT_ASSERT_OK(store->Write(batch, kv::Durability::kSync));
  }
  const auto report = CheckLog(dir.path() + "/log", dir.path() + "/guard", Signer().verifier());
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->first_bad_entry, 3u);
}

TEST_F(FsckTest, NamesABodyWithAChangedByte) {
  for (const uint64_t index : {0, 42, 300}) {
    for (const size_t at : {0, 4, 20, 52, 90}) {
      Restore();
      Flip(kStoreBodies, IndexKey(EntryIndex(index)), at);
      const FsckReport report = Check();
      ASSERT_EQ(report.problems.size(), 1u);
      EXPECT_THAT(report.problems[0], HasSubstr("body " + std::to_string(index) + ": "));
      EXPECT_EQ(report.first_bad_entry, index);
    }
  }
}

TEST_F(FsckTest, NamesTheHashOfATileWithAChangedByte) {
  Flip(kStoreTiles, TileKey(0, 0), 42 * 32 + 7);
  const FsckReport report = Check();
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_THAT(report.problems[0], HasSubstr("tile 0 of level 0: its hash 42"));
}

TEST_F(FsckTest, NamesACheckpointWithAnyChangedByte) {
  for (size_t at = 0; at < 150; at += 13) {
    Restore();
    Flip(kStoreCheckpoints, SizeKey(kEntries), at);
    EXPECT_THAT(Check().problems, Contains(HasSubstr("checkpoint 301: "))) << at;
  }
}

TEST_F(FsckTest, ReportsADamagedGuardInEitherSlot) {
  const std::string path = dir_.path() + "/guard";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string good, ReadFile(path, 4096));
  for (size_t at = 0; at < good.size(); at += 37) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EVIDENT_ASSERT_OK(WriteFileAtomically(path, bad, 0600));
    EXPECT_THAT(Check().problems, Contains(HasSubstr("guard"))) << at;
  }
  for (const size_t slot : {0, 1}) {
    std::string bad = good;
    bad.replace(slot * 512, 512, std::string(512, '\0'));
    EVIDENT_ASSERT_OK(WriteFileAtomically(path, bad, 0600));
    EXPECT_THAT(Check().problems,
                Contains(HasSubstr("slot " + std::to_string(slot) + " is damaged")));
  }
  EVIDENT_ASSERT_OK(WriteFileAtomically(path, good.substr(0, 700), 0600));
  EXPECT_THAT(Check().problems, Contains(HasSubstr("guard")));
}

TEST_F(FsckTest, ReportsAnyChangedByteOfTheNewestKeysId) {
  for (size_t at = 0; at < 16; at += 5) {
    Restore();
    Flip(kStoreDefault, kNewestKeyKey, at);
    EXPECT_THAT(Check().problems, ElementsAre(HasSubstr("the newest key: no body is sealed")));
  }
}

TEST_F(FsckTest, ReportsACutTail) {
  Change([](kv::Database&, kv::WriteBatch& batch) {
    batch.Delete(kStoreLeaves, IndexKey(EntryIndex(300)));
    batch.Delete(kStoreBodies, IndexKey(EntryIndex(300)));
    batch.Delete(kStoreCheckpoints, SizeKey(301));
  });
  EXPECT_THAT(Check().problems, Contains(HasSubstr("the guard: its size 301 is beyond")));
}

TEST_F(FsckTest, NamesAMissingLeafAndAMissingOrStrayBody) {
  Change([](kv::Database&, kv::WriteBatch& batch) {
    batch.Delete(kStoreLeaves, IndexKey(EntryIndex(42)));
  });
  EXPECT_EQ(Check().first_bad_entry, 42u);
  Restore();
  Change([](kv::Database&, kv::WriteBatch& batch) {
    batch.Delete(kStoreBodies, IndexKey(EntryIndex(42)));
    batch.Put(kStoreBodies, IndexKey(EntryIndex(999)), "stray");
    batch.Put(kStoreBodies, "odd", "stray");
  });
  const FsckReport report = Check();
  EXPECT_THAT(report.problems, Contains(HasSubstr("body 42: it is missing")));
  EXPECT_THAT(report.problems, Contains(HasSubstr("body 00000000000003e7: it has no entry")));
  EXPECT_THAT(report.problems, Contains(HasSubstr("body 6f6464: it has no entry")));
}

TEST_F(FsckTest, ReportsIntentsTilesAndAnOriginThatTheLeavesDoNotGive) {
  Change([](kv::Database&, kv::WriteBatch& batch) {
    batch.Delete(kStoreIntents, IndexKey(EntryIndex(8)));
    batch.Put(kStoreTiles, TileKey(0, 1), std::string(8192, 'x'));
    batch.Put(kStoreDefault, kOriginKey, "other.example/1");
  });
  const FsckReport report = Check();
  EXPECT_THAT(report.problems, Contains(HasSubstr("open intents")));
  EXPECT_THAT(report.problems, Contains(HasSubstr("no such tile is full yet")));
  EXPECT_THAT(report.problems, Contains(HasSubstr("the origin: it is 'other.example/1'")));
  Restore();
  Change([](kv::Database&, kv::WriteBatch& batch) { batch.Delete(kStoreTiles, TileKey(0, 0)); });
  EXPECT_THAT(Check().problems, Contains(HasSubstr("tile 0 of level 0: it is missing")));
}

// Leaf, tile and body all rewritten to agree: only what was signed tells.
TEST_F(FsckTest, ARewrittenEntryWithARewrittenTileStillFailsTheRoot) {
  Change([](kv::Database& store, kv::WriteBatch& batch) {
    auto leaf = store.Get(kStoreLeaves, IndexKey(EntryIndex(42)));
    auto tile = store.Get(kStoreTiles, TileKey(0, 0));
    ASSERT_TRUE(leaf.ok() && leaf->has_value() && tile.ok() && tile->has_value());
    (**leaf)[5] = 7;
    (**tile).replace(42 * 32, 32, LeafHash(**leaf).view());
    batch.Put(kStoreLeaves, IndexKey(EntryIndex(42)), **leaf);
    batch.Put(kStoreTiles, TileKey(0, 0), **tile);
  });
  EXPECT_THAT(Check().problems, Contains(HasSubstr("the leaves give another root")));
}

TEST_F(FsckTest, RefusesAMissingLogAndAnotherKey) {
  EXPECT_THAT(CheckLog(dir_.path() + "/none", "", Signer().verifier()),
              HasReason("DATABASE_MISSING"));
  const NoteSigner other = *NoteSigner::FromSeed("test.example/1", std::string(32, 'o'));
  auto report = CheckLog(dir_.path() + "/log", "", other.verifier());
  ASSERT_THAT(report, IsOk());
  EXPECT_THAT(report->problems, Contains(HasSubstr("entry 0: it does not name the verifier key")));
}

}  // namespace
}  // namespace evident::audit
