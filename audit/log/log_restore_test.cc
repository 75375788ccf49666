// A log that goes on from another after a restore.
#include <gtest/gtest.h>

#include <filesystem>

#include "audit/log/test_log.h"
#include "audit/proof/checkpoint.h"

namespace evident::audit {
namespace {

namespace fs = std::filesystem;

class LogRestoreTest : public TestLog {
 protected:
  static NoteSigner Signer(uint32_t incarnation, const std::string& name = "test.example") {
    return *NoteSigner::FromSeed(LogId{name, incarnation}.Origin(), std::string(32, 's'));
  }
  LogOptions Incarnation(uint32_t number) {
    LogOptions options = Options();
    options.path += "-" + std::to_string(number);
    options.guard_path += "-" + std::to_string(number);
    options.id.incarnation = number;
    options.signer_key = Signer(number).ToText();
    return options;
  }
  // The same, going on from `note`, signed by the key of `signed_as`.
  LogOptions GoingOn(uint32_t number, const std::string& note, uint32_t signed_as = 1) {
    LogOptions options = Incarnation(number);
    options.restored_from = Predecessor{note, Signer(signed_as).verifier()};
    return options;
  }
  // The last checkpoint of a first incarnation with three entries of a subject.
  std::string MakeFirst() {
    auto log = MustOpen(Incarnation(1));
    for (int i = 0; i < 3; ++i) EVIDENT_EXPECT_OK(log->AppendAndWait(Draft("a", "ann")));
    return log->LatestCheckpoint();
  }
};

TEST_F(LogRestoreTest, ItsFirstEntryCitesWhereItGoesOnFromAndTheNextNamesItsKey) {
  const std::string last = MakeFirst();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Checkpoint old, OpenCheckpoint(last, Signer(1).verifier()));
  auto log = MustOpen(GoingOn(2, last));
  ASSERT_EQ(log->Size(), 2u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string first, log->ReadLeaf(EntryIndex(0)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf from, DecodeLeaf(first));
  EXPECT_EQ(from.kind, LeafKind::kIncarnation);
  EXPECT_EQ(std::get<IncarnationDetail>(from.detail), (IncarnationDetail{old.size, old.root}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto body, log->OpenEntry(EntryIndex(0)));
  EXPECT_NE(body.body().effect().find(last), std::string::npos) << "the checkpoint can be verified";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string second, log->ReadLeaf(EntryIndex(1)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf key, DecodeLeaf(second));
  EXPECT_EQ(std::get<KeyDetail>(key.detail).verifier_key, Sha256(Signer(2).verifier().ToText()));
  EXPECT_EQ(AppendUntilFailure(*log, 2).size(), 2u);
  EVIDENT_ASSERT_OK(log->Close());
  EVIDENT_EXPECT_OK(Log::Open(GoingOn(2, last)));
  EVIDENT_EXPECT_OK(Log::Open(Incarnation(2)));  // said once, it need not be said again
}

TEST_F(LogRestoreTest, WhatItGoesOnFromMustBeAnEarlierIncarnationThatWasSigned) {
  const std::string last = MakeFirst();
  EXPECT_THAT(Log::Open(Incarnation(2)), HasReason("INCARNATION_UNDECLARED"));
  EXPECT_THAT(Log::Open(GoingOn(2, last, 2)), HasReason("SIGNATURE_MISSING"));
  EXPECT_THAT(Log::Open(GoingOn(2, "nonsense")), HasReason("NOTE_MALFORMED"));
  EXPECT_THAT(Log::Open(GoingOn(1, last)), HasReason("RESTORE_MISMATCH"));
  LogOptions other = GoingOn(2, last);
  other.id.name = "other.example";
  other.signer_key = Signer(2, "other.example").ToText();
  EXPECT_THAT(Log::Open(other), HasReason("RESTORE_MISMATCH"));
  EXPECT_FALSE(fs::exists(Incarnation(2).path)) << "what is refused leaves no trace";
  EXPECT_FALSE(fs::exists(Incarnation(2).guard_path));
}

TEST_F(LogRestoreTest, ItGoesOnFromNothingElseLater) {
  const std::string last = MakeFirst();
  EVIDENT_ASSERT_OK(MustOpen(GoingOn(2, last))->Close());
  EXPECT_THAT(Log::Open(Incarnation(1)), HasReason("KEYS_MISMATCH"));
  const auto another = SignCheckpoint({"test.example/1", 3, Sha256("another")}, Signer(1));
  EXPECT_THAT(Log::Open(GoingOn(2, *another)), HasReason("RESTORE_MISMATCH"));
  EVIDENT_EXPECT_OK(Log::Open(GoingOn(2, last)));
}

TEST_F(LogRestoreTest, KeysOfBodiesGoAlongSoThatAnErasureReachesThemInEachIncarnation) {
  const std::string last = MakeFirst();
  const SealScope ann{"ward", "ann", ""};
  KeyRingOptions keys;
  keys.path = Options().keys_path;
  keys.origin = "test.example/1";
  keys.read_only = true;
  keys.key_encryption_key = Options().key_encryption_key;
  keys.random = &Random::System();
  std::optional<KeyId> before;
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto ring, KeyRing::Open(keys));
    EVIDENT_ASSERT_OK_AND_ASSIGN(before, ring->FindKeyId(ann));
    ASSERT_TRUE(before.has_value());
  }
  auto log = MustOpen(GoingOn(2, last));
  EVIDENT_ASSERT_OK(log->AppendAndWait(Draft("b", "ann")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto after, log->keys().FindKeyId(ann));
  EXPECT_EQ(before, after);
  EVIDENT_ASSERT_OK(log->Close());
  // The archived log can still be read with the keys; another one cannot.
  EVIDENT_EXPECT_OK(KeyRing::Open(keys));
  keys.origin = "test.example/3";
  EXPECT_THAT(KeyRing::Open(keys), HasReason("KEYS_MISMATCH"));
}

TEST_F(LogRestoreTest, ALostLaterIncarnationDoesNotBeginAgain) {
  const std::string last = MakeFirst();
  {
    auto log = MustOpen(GoingOn(2, last));
    EVIDENT_ASSERT_OK(log->AppendAndWait(Draft("b", "ann")));
  }
  fs::remove_all(Incarnation(2).path);
  fs::remove(Incarnation(2).guard_path);
  EXPECT_THAT(Log::Open(GoingOn(2, last)), HasReason("LOG_MISSING"));
  EVIDENT_EXPECT_OK(Log::Open(GoingOn(3, last)));
}

// The disk fails, and then the power, at each step of a beginning; the next start finishes it.
TEST_F(LogRestoreTest, ABeginningThatWasCutOffIsTakenUp) {
  const std::string last = MakeFirst();
  fs::copy(Options().keys_path, dir_.path() + "/keys-kept");
  bool finished = false;
  for (uint64_t step = 1; !finished; ++step) {
    ASSERT_LT(step, 300u);
    for (const std::string& path :
         {Incarnation(2).path, Incarnation(2).guard_path, Options().keys_path}) {
      fs::remove_all(path);
    }
    fs::copy(dir_.path() + "/keys-kept", Options().keys_path);
    LogOptions options = GoingOn(2, last);
    options.fault_file_system = kv::FaultFileSystem::Create(step);
    options.fault_file_system->FailNth(kv::FaultOperation::kAppend, kv::FileClass::kAny, step);
    finished = Log::Open(options).ok();
    EVIDENT_ASSERT_OK(options.fault_file_system->Crash());
    auto log = MustOpen(GoingOn(2, last));
    ASSERT_NE(log, nullptr) << step;
    EXPECT_EQ(log->Size(), 2u) << step;
    EXPECT_EQ(log->keys().origin(), "test.example/2");
  }
}

}  // namespace
}  // namespace evident::audit
