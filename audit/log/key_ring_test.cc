#include "audit/log/key_ring.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

class KeyRingTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<KeyRing>> Open(char kek = 'k', bool create = true) {
    KeyRingOptions options;
    options.path = dir_.path() + "/keys";
    options.create = create;
    options.key_encryption_key = std::string(32, kek);
    options.random = &random_;
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
  std::string Row(const std::string& key) {
    const auto value = Store()->Get(kv::Family{0}, key);
    EXPECT_TRUE(value.ok() && value->has_value());
    return value->value_or("");
  }
  void SetRow(const std::string& key, const std::string& value) {
    const auto store = Store();
    kv::WriteBatch batch;
    batch.Put(kv::Family{0}, key, value);
    EVIDENT_EXPECT_OK(store->Write(batch, kv::Durability::kSync));
    EVIDENT_EXPECT_OK(store->Close());
  }

  TempDir dir_;
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

TEST_F(KeyRingTest, RefusesAnotherKekAndSaysWhatIsErased) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto ring, Open());
  EXPECT_THAT(ring->FindKey(KeyId{}), HasReason("KEY_ERASED"));
  EVIDENT_ASSERT_OK(ring->Close());
  EXPECT_THAT(Open('x', false), HasReason("KEK_WRONG"));
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

TEST_F(KeyRingTest, ReadsTheKekFromHexAlone) {
  const std::string path = dir_.path() + "/kek";
  EVIDENT_ASSERT_OK(CreateFile(path, HexEncode(std::string(32, 'k')) + "\n", 0600));
  EXPECT_EQ(*ReadKeyEncryptionKey(path), std::string(32, 'k'));
  for (const std::string& bad : {std::string(32, 'k'), std::string(63, 'a'), std::string()}) {
    EVIDENT_ASSERT_OK(WriteFileAtomically(path, bad, 0600));
    EXPECT_THAT(ReadKeyEncryptionKey(path), HasReason("KEK_MALFORMED"));
  }
}

}  // namespace
}  // namespace evident::audit
