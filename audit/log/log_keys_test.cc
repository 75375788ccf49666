// What a log makes of lost, foreign and destroyed body keys.
#include <gtest/gtest.h>

#include <filesystem>

#include "audit/log/test_log.h"
#include "audit/proof/body_envelope.h"

namespace evident::audit {
namespace {

namespace fs = std::filesystem;

class LogKeysTest : public TestLog {
 protected:
  // A log with entries of three subjects, closed.
  void MakeLog() {
    auto log = MustOpen(Options());
    for (const char* const subject : {"ann", "bob", "eve"}) {
      EVIDENT_ASSERT_OK(log->AppendAndWait(Draft("a", subject)));
    }
    EVIDENT_ASSERT_OK(log->Close());
  }
  std::vector<fs::path> KeyWals() {
    std::vector<fs::path> wals;
    for (const auto& file : fs::directory_iterator(Options().keys_path)) {
      if (file.path().extension() == ".log" && file.file_size() > 0) wals.push_back(file.path());
    }
    return wals;
  }
  static KeyId KeyOf(const Log& log, EntryIndex index) {
    return ReadEnvelopeHeader(*log.ReadEnvelope(index))->key_id;
  }
  void ForgetKey(const KeyId& id) {
    kv::OpenOptions open;
    open.path = Options().keys_path;
    open.kind = "keys";
    open.families = {{"default"}, {"keys"}, {"terms"}};
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto store, kv::Database::Open(open));
    kv::WriteBatch batch;
    batch.Delete(kv::Family{1}, std::string(id.begin(), id.end()));
    EVIDENT_ASSERT_OK(store->Write(batch, kv::Durability::kSync));
    EVIDENT_ASSERT_OK(store->Close());
  }
};

TEST_F(LogKeysTest, ATruncatedKeysLogIsALoss) {
  MakeLog();
  const auto wals = KeyWals();
  ASSERT_EQ(wals.size(), 1u);
  const uintmax_t size = fs::file_size(wals[0]);
  fs::rename(Options().keys_path, dir_.path() + "/whole");
  for (uintmax_t left = 0; left < size; left += size / 23) {
    fs::remove_all(Options().keys_path);
    fs::copy(dir_.path() + "/whole", Options().keys_path);
    fs::resize_file(wals[0], left);
    EXPECT_THAT(Log::Open(Options()), FailsWith(absl::StatusCode::kDataLoss, "")) << left;
  }
}

// Neither the first nor the last body tells.
TEST_F(LogKeysTest, KeysOfAnEarlierDayAreALossEvenWhereTheLastBodyHasItsOwn) {
  MakeLog();
  fs::copy(Options().keys_path, dir_.path() + "/earlier");
  {
    auto log = MustOpen(Options());
    EVIDENT_ASSERT_OK(log->AppendAndWait(Draft("a", "new")));
    EVIDENT_ASSERT_OK(log->AppendAndWait(Draft("a", "ann")));
  }
  EVIDENT_EXPECT_OK(Log::Open(Options()));
  fs::remove_all(Options().keys_path);
  fs::rename(dir_.path() + "/earlier", Options().keys_path);
  EXPECT_THAT(Log::Open(Options()), HasReason("KEY_MISSING"));
}

TEST_F(LogKeysTest, ADeletedKeysLogIsALoss) {
  MakeLog();
  for (const fs::path& wal : KeyWals()) fs::remove(wal);
  EXPECT_THAT(Log::Open(Options()), HasReason("KEYS_LOST"));
}

TEST_F(LogKeysTest, AnotherLogsKeysAreRefused) {
  MakeLog();
  const LogOptions own = Options();
  LogOptions other = own;
  other.path += "-other";
  other.keys_path += "-other";
  other.guard_path += "-other";
  EVIDENT_ASSERT_OK(MustOpen(other)->Close());  // of the same name, and wrapped alike
  LogOptions named = own;
  named.path += "-named";
  named.keys_path += "-named";
  named.guard_path += "-named";
  named.id.name = "named.example";
  named.signer_key = NoteSigner::FromSeed("named.example/1", std::string(32, 's'))->ToText();
  EVIDENT_ASSERT_OK(MustOpen(named)->Close());

  LogOptions mixed = own;
  mixed.keys_path = other.keys_path;
  EXPECT_THAT(Log::Open(mixed), HasReason("KEY_MISSING"));
  mixed.keys_path = named.keys_path;
  EXPECT_THAT(Log::Open(mixed), HasReason("KEYS_MISMATCH"));
  EVIDENT_EXPECT_OK(Log::Open(own));
}

TEST_F(LogKeysTest, AMissingKeyIsALossUnlessAnEntrySaysThatItWasDestroyed) {
  MakeLog();
  KeyId ann;
  {
    auto log = MustOpen(Options());
    ann = KeyOf(*log, EntryIndex(1));
  }
  ForgetKey(ann);
  auto log = MustOpen(Options());  // neither the first body's key nor the last one's
  EXPECT_THAT(log->OpenEntry(EntryIndex(1)), FailsWith(absl::StatusCode::kDataLoss, ""));
  EXPECT_THAT(log->OpenEntry(EntryIndex(1)), HasReason("KEY_MISSING"));
  EntryDraft erasure;
  erasure.kind = LeafKind::kErasure;
  erasure.detail = ErasureDetail{ann};
  EVIDENT_ASSERT_OK(log->AppendAndWait(erasure));
  EXPECT_THAT(log->OpenEntry(EntryIndex(1)), HasReason("KEY_ERASED"));
  EVIDENT_EXPECT_OK(log->OpenEntry(EntryIndex(2)));
}

TEST_F(LogKeysTest, OpensWhereTheLastBodysKeyWasDestroyedAndSaidSo) {
  MakeLog();
  KeyId last;
  {
    auto log = MustOpen(Options());
    EntryDraft erasure;  // sealed under the key that it names
    erasure.kind = LeafKind::kErasure;
    erasure.body.mutable_caller()->set_tenant("ward");
    erasure.body.set_subject("eve");
    last = KeyOf(*log, EntryIndex(3));
    erasure.detail = ErasureDetail{last};
    EVIDENT_ASSERT_OK(log->AppendAndWait(erasure));
  }
  ForgetKey(last);
  auto log = MustOpen(Options());
  EXPECT_THAT(log->OpenEntry(EntryIndex(4)), HasReason("KEY_ERASED"));
}

TEST_F(LogKeysTest, AnOriginIsNotSignedAnewWhereBodyKeysAreLeft) {
  MakeLog();
  fs::remove_all(Options().path);
  fs::remove(Options().guard_path);
  EXPECT_THAT(Log::Open(Options()), HasReason("LOG_MISSING"));
  EXPECT_FALSE(fs::exists(Options().path)) << "what is refused is left as it was";
  EXPECT_THAT(Log::Open(Options()), HasReason("LOG_MISSING"));
  fs::remove_all(Options().keys_path);
  EVIDENT_EXPECT_OK(Log::Open(Options()));
}

}  // namespace
}  // namespace evident::audit
