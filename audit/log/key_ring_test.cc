#include "audit/log/key_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

class KeyRingTest : public testing::Test {
 protected:
  KeyRingOptions Options(char kek) {
    KeyRingOptions options;
    options.path = dir_.path() + "/keys";
    options.origin = "test.example/1";
    options.key_encryption_key = std::string(32, kek);
    options.random = &random_;
    return options;
  }
  absl::StatusOr<std::unique_ptr<KeyRing>> Open(char kek = 'k', bool create = true,
                                                const std::string& origin = "test.example/1") {
    KeyRingOptions options = Options(kek);
    options.origin = origin;
    options.create = create;
    return KeyRing::Open(options);
  }
  // Everything that the ring's folder holds.
  std::string AllBytes() {
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(dir_.path() + "/keys")) {
      std::ifstream in(file.path(), std::ios::binary);
      all += std::string(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }
  std::unique_ptr<kv::Database> Store() {
    kv::OpenOptions open;
    open.path = dir_.path() + "/keys";
    open.kind = "keys";
    open.format_version = 1;
    open.families = {{"default"}, {"keys"}, {"terms"}};
    auto store = kv::Database::Open(open);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  std::vector<std::string> Terms() {
    const auto store = Store();
    std::vector<std::string> terms;
    const auto rows = store->NewIterator(kv::Family{2});
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) terms.emplace_back(rows->key());
    EVIDENT_EXPECT_OK(rows->status());
    return terms;
  }
  std::string Row(const std::string& key, kv::Family family = {0}) {
    const auto value = Store()->Get(family, key);
    EXPECT_TRUE(value.ok() && value->has_value());
    return value->value_or("");
  }
  void SetRow(const std::string& key, const std::string& value, kv::Family family = {0}) {
    const auto store = Store();
    kv::WriteBatch batch;
    batch.Put(family, key, value);
    EVIDENT_EXPECT_OK(store->Write(batch, kv::Durability::kSync));
    EVIDENT_EXPECT_OK(store->Close());
  }

  void DeleteRow(const std::string& key, kv::Family family = {0}) {
    const auto store = Store();
    kv::WriteBatch batch;
    batch.Delete(family, key);
    EVIDENT_EXPECT_OK(store->Write(batch, kv::Durability::kSync));
    EVIDENT_EXPECT_OK(store->Close());
  }
  std::vector<std::string> Problems() {
    auto ring = Open('k', false);
    EXPECT_THAT(ring, IsOk());
    std::vector<std::string> problems;
    (*ring)->CheckRows([&](const std::string& what) { problems.push_back(what); },
                       [](const KeyId&) {});
    return problems;
  }

  TempDir dir_;
  SeededRandom random_{7};
};

// Holds up who asks it for an id, while it is closed.
class GatedRandom final : public Random {
 public:
  std::string Bytes(size_t n) override {
    MutexLock lock(mutex_);
    if (n == kBodyKeyIdBytes) {
      ++asked_;
      changed_.NotifyAll();
      while (closed_) changed_.Wait(mutex_);
    }
    return random_.Bytes(n);
  }
  void Set(bool closed) {
    MutexLock lock(mutex_);
    closed_ = closed;
    changed_.NotifyAll();
  }
  void WaitUntilAsked(int times) {
    MutexLock lock(mutex_);
    while (asked_ < times) changed_.Wait(mutex_);
  }
  int asked() {
    MutexLock lock(mutex_);
    return asked_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool closed_ EVIDENT_GUARDED_BY(mutex_) = false;
  int asked_ EVIDENT_GUARDED_BY(mutex_) = 0;
  SeededRandom random_{7};
};

TEST_F(KeyRingTest, OneKeyForEachSubjectOrDayAcrossReopening) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey ann, ring->KeyFor({"ward", "ann", "2026-01-01"}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey next, ring->KeyFor({"ward", "ann", "2026-01-02"}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey other, ring->KeyFor({"clinic", "ann", "2026-01-01"}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey day, ring->KeyFor({"ward", "", "2026-01-01"}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey named, ring->KeyFor({"ward", "2026-01-01", ""}));
  EXPECT_EQ(ann.key, next.key);
  EXPECT_NE(ann.key, other.key);
  EXPECT_NE(day.key, named.key) << "a subject that looks like a day shares no key with the day";
  EVIDENT_ASSERT_OK(ring->Close());
  EVIDENT_ASSERT_OK_AND_ASSIGN(ring, Open('k', false));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey again, ring->KeyFor({"ward", "ann", ""}));
  EXPECT_EQ(again.id, ann.id);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string found, ring->FindKey(ann.id));
  EXPECT_EQ(found, ann.key);
}

TEST_F(KeyRingTest, NeitherSubjectNorKeyStandsInClear) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey key, ring->KeyFor({"ward", "patient-4711", ""}));
  EVIDENT_ASSERT_OK(ring->Close());
  const std::string all = AllBytes();
  EXPECT_EQ(all.find("patient-4711"), std::string::npos);
  EXPECT_EQ(all.find(key.key), std::string::npos);
  EXPECT_EQ(all.find(std::string(32, 'k')), std::string::npos);
  EXPECT_NE(all.find(std::string(key.id.begin(), key.id.end())), std::string::npos);
}

TEST_F(KeyRingTest, RefusesAnotherKekAndAnotherLogAndSaysWhatIsMissing) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open());
  EXPECT_THAT(ring->FindKey(KeyId{}), HasReason("KEY_MISSING"));
  EVIDENT_ASSERT_OK(ring->Close());
  EXPECT_THAT(Open('x', false), HasReason("KEK_WRONG"));
  EXPECT_THAT(Open('k', false, "other.example/1"), HasReason("KEYS_MISMATCH"));
  EXPECT_THAT(Open('k', true, "other.example/1"), HasReason("KEYS_MISMATCH"));
  std::filesystem::remove_all(dir_.path() + "/keys");
  EXPECT_THAT(Open('k', false), HasReason("DATABASE_MISSING"));
}

// What a change of the key-encryption key rests on: terms depend on the index key alone, which is
// random, kept, and worth nothing to who moves or changes its row.
TEST_F(KeyRingTest, IndexKeyIsRandomKeptAndBoundToItsRow) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open());
  EVIDENT_ASSERT_OK(ring->KeyFor({"ward", "ann", ""}));
  EVIDENT_ASSERT_OK(ring->Close());
  const std::vector<std::string> first = Terms();
  std::filesystem::remove_all(dir_.path() + "/keys");
  EVIDENT_ASSERT_OK_AND_ASSIGN(ring, Open());
  EVIDENT_ASSERT_OK(ring->KeyFor({"ward", "ann", ""}));
  EVIDENT_ASSERT_OK(ring->Close());
  const std::vector<std::string> second = Terms();
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NE(first, second) << "the term follows from the key-encryption key";

  const std::string kept = Row("index_key");
  std::string changed = kept;
  changed.back() ^= 1;
  for (const std::string& bad : {changed, std::string("x"), std::string()}) {
    SetRow("index_key", bad);
    EXPECT_THAT(Open('k', false), HasReason("KEY_CORRUPT"));
  }
  SetRow("index_key", kept);
  EVIDENT_ASSERT_OK_AND_ASSIGN(ring, Open('k', false));
  EVIDENT_ASSERT_OK(ring->KeyFor({"ward", "ann", ""}));
  EVIDENT_ASSERT_OK(ring->Close());
  EXPECT_EQ(Terms(), second);
}

TEST_F(KeyRingTest, ALostIndexKeyIsMadeForANewLogOnly) {
  EVIDENT_ASSERT_OK(Open().status());
  DeleteRow("kek_check");
  EXPECT_THAT(Open('k', false), HasReason("KEYS_LOST"));
  EVIDENT_EXPECT_OK(Open('k', true).status());
}

TEST_F(KeyRingTest, KnowsWhetherItWasEverUsed) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open());
  EXPECT_THAT(ring->HasBodyKeys(), IsOk());
  EXPECT_FALSE(*ring->HasBodyKeys());
  EVIDENT_ASSERT_OK(ring->KeyFor({"ward", "ann", ""}));
  EXPECT_TRUE(*ring->HasBodyKeys());
}

TEST_F(KeyRingTest, AKeyIsBoundToItsTermTenantAndDay) {
  BodyKey key;
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open());
    EVIDENT_ASSERT_OK_AND_ASSIGN(key, ring->KeyFor({"ward", "", "2026-01-01"}));
  }
  const std::string id(key.id.begin(), key.id.end());
  const std::string kept = Row(id, kv::Family{1});
  EXPECT_THAT(Problems(), testing::IsEmpty());
  for (size_t at = 0; at < kept.size(); at += 13) {
    std::string changed = kept;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    SetRow(id, changed, kv::Family{1});
    EXPECT_THAT(Problems(), testing::Not(testing::IsEmpty())) << at;
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open('k', false));
    EXPECT_THAT(ring->FindKey(key.id), HasReason("KEY_CORRUPT")) << at;
  }
  SetRow(id, kept, kv::Family{1});
  EXPECT_THAT(Problems(), testing::IsEmpty());
}

// Else a body would be sealed under another subject's key, and go when that one is erased.
TEST_F(KeyRingTest, ATermThatLeadsToAnothersKeyIsRefusedAndReported) {
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open());
    EVIDENT_ASSERT_OK(ring->KeyFor({"ward", "ann", ""}));
    EVIDENT_ASSERT_OK(ring->KeyFor({"ward", "bob", ""}));
  }
  const std::vector<std::string> terms = Terms();
  ASSERT_EQ(terms.size(), 2u);
  const std::string first = Row(terms[0], kv::Family{2});
  for (const std::string& other :
       {Row(terms[1], kv::Family{2}), std::string(16, 'n'), std::string("x")}) {
    SetRow(terms[0], other, kv::Family{2});
    EXPECT_EQ(Problems().size(), 2u) << "the term leads astray, and the key has none";
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open('k', false));
    const bool ann = ring->KeyFor({"ward", "ann", ""}).ok();
    const bool bob = ring->KeyFor({"ward", "bob", ""}).ok();
    EXPECT_NE(ann, bob);
  }
  DeleteRow(terms[0], kv::Family{2});
  EXPECT_EQ(Problems().size(), 1u);
}

TEST_F(KeyRingTest, ANewKeyHoldsUpNobodyWhoAsksForAnother) {
  GatedRandom random;
  KeyRingOptions options;
  options.path = dir_.path() + "/keys";
  options.create = true;
  options.key_encryption_key = std::string(32, 'k');
  options.random = &random;
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, KeyRing::Open(options));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey known, ring->KeyFor({"ward", "ann", ""}));
  random.Set(true);
  std::vector<KeyId> made(3);
  std::vector<std::thread> threads;
  for (KeyId& id : made) {
    threads.emplace_back([&] {
      const auto key = ring->KeyFor({"ward", "bob", ""});
      if (key.ok()) id = key->id;
    });
  }
  random.WaitUntilAsked(2);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey again, ring->KeyFor({"ward", "ann", ""}));
  EXPECT_EQ(again.id, known.id);
  random.Set(false);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(random.asked(), 2) << "one key for the three that asked";
  EXPECT_EQ(made[0], made[1]);
  EXPECT_EQ(made[0], made[2]);
  EXPECT_NE(made[0], KeyId{});
}

TEST_F(KeyRingTest, ReadsTheKekFromHexAlone) {
  const std::string path = dir_.path() + "/kek";
  EVIDENT_ASSERT_OK(CreateFile(path, HexEncode(std::string(32, 'k')) + "\n", 0600));
  EXPECT_EQ(*ReadKeyEncryptionKey(path), std::string(32, 'k'));
  for (const std::string& bad : {std::string(32, 'k'), std::string(63, 'a'), std::string()}) {
    EVIDENT_ASSERT_OK(WriteFileAtomically(path, bad, 0600));
    EXPECT_THAT(ReadKeyEncryptionKey(path), HasReason("KEK_MALFORMED"));
  }
}

// What is wrapped by another key opens as before; what the earlier one wrapped is in no file.
TEST_F(KeyRingTest, KeysAreWrappedByAnotherKeyAndNoLongerByTheFirst) {
  BodyKey made;
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto ring, Open('k'));
    for (int i = 0; i < 20; ++i) {
      EVIDENT_ASSERT_OK_AND_ASSIGN(made, ring->KeyFor({"ward", "p" + std::to_string(i), ""}));
    }
  }
  storage::v1::WrappedKey before;
  ASSERT_TRUE(before.ParseFromString(
      Row(std::string(reinterpret_cast<const char*>(made.id.data()), made.id.size()), {1})));
  ASSERT_NE(AllBytes().find(before.wrapped()), std::string::npos);
  EXPECT_THAT(RewrapKeys(Options('k'), "short"), HasReason("KEK_MALFORMED"));
  EXPECT_THAT(RewrapKeys(Options('x'), std::string(32, 'n')), HasReason("KEK_WRONG"));
  for (int run = 0; run < 2; ++run) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const uint64_t keys,
                                 RewrapKeys(Options('k'), std::string(32, 'n')));
    EXPECT_EQ(keys, 20u);
  }
  EXPECT_EQ(AllBytes().find(before.wrapped()), std::string::npos);
  EXPECT_THAT(Open('k'), HasReason("KEK_WRONG"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto ring, Open('n'));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BodyKey found, ring->KeyFor({"ward", "p19", ""}));
  EXPECT_EQ(found.id, made.id);
  EXPECT_EQ(found.key, made.key);
}

TEST_F(KeyRingTest, ADamagedKeyStopsTheWrappingBeforeAnythingIsChanged) {
  BodyKey made;
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto ring, Open('k'));
    EVIDENT_ASSERT_OK_AND_ASSIGN(made, ring->KeyFor({"ward", "ann", ""}));
  }
  const std::string id(reinterpret_cast<const char*>(made.id.data()), made.id.size());
  SetRow(id, "damaged", {1});
  const auto refused = RewrapKeys(Options('k'), std::string(32, 'n'));
  EXPECT_THAT(refused, HasReason("KEY_CORRUPT"));
  EXPECT_NE(refused.status().message().find(HexEncode(id)), std::string::npos);
  EVIDENT_EXPECT_OK(Open('k'));
}

}  // namespace
}  // namespace evident::audit
