// A log whose key is replaced.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "audit/log/key_rotations.h"
#include "audit/log/test_log.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/merkle.h"

namespace evident::audit {
namespace {

class LogRotationTest : public TestLog {
 protected:
  static NoteSigner Signer(char seed) {
    return *NoteSigner::FromSeed("test.example/1", std::string(32, seed));
  }
  // `seed` signs and may take over from the one of `previous`.
  LogOptions SignedBy(char seed, std::optional<char> previous = std::nullopt) {
    LogOptions options = Options();
    options.signer_key = Signer(seed).ToText();
    if (previous) options.previous_signer_key = Signer(*previous).ToText();
    return options;
  }
};

class LogRotationCrashTest : public LogRotationTest,
                             public testing::WithParamInterface<kv::FaultOperation> {};

TEST_F(LogRotationTest, TheNewKeyIsAnEntryThatTheOldOneVouchesFor) {
  std::vector<Acknowledged> kept;
  {
    auto log = MustOpen(Options());
    kept = AppendUntilFailure(*log, 5);
  }
  auto log = MustOpen(SignedBy('t', 's'));
  ASSERT_EQ(log->Size(), 7u);
  const std::vector<KeyRotation>& rotations = log->rotations();
  ASSERT_EQ(rotations.size(), 1u);
  EXPECT_EQ(rotations[0].entry.value, 6u);
  EXPECT_EQ(rotations[0].key.ToText(), Signer('t').verifier().ToText());

  // Who trusts the old key finds the new one in the log that the old one signed.
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Checkpoint handover,
                               OpenCheckpoint(rotations[0].handover, Signer('s').verifier()));
  EXPECT_EQ(handover.size, 7u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, log->ReadLeaf(EntryIndex(6)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::vector<Digest> proof, log->ProveInclusion(6, 7));
  EVIDENT_EXPECT_OK(VerifyInclusion(LeafHash(bytes), 6, 7, proof, handover.root));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf leaf, DecodeLeaf(bytes));
  EXPECT_EQ(std::get<KeyDetail>(leaf.detail).verifier_key, Sha256(Signer('t').verifier().ToText()));

  // The log goes on by the new key alone, and what the old one signed holds.
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Checkpoint newest,
                               OpenCheckpoint(log->LatestCheckpoint(), Signer('t').verifier()));
  for (const Acknowledged& one : kept) EXPECT_EQ(CheckOne(*log, one, newest), "");
  const std::vector<Acknowledged> later = AppendUntilFailure(*log, 3);
  ASSERT_EQ(later.size(), 3u);
  EVIDENT_EXPECT_OK(VerifyReceipt(later[0].committed.receipt_bytes, later[0].answer, std::nullopt,
                                  Signer('t').verifier()));
  EXPECT_THAT(VerifyReceipt(later[0].committed.receipt_bytes, later[0].answer, std::nullopt,
                            Signer('s').verifier()),
              HasReason("SIGNATURE_UNKNOWN"));
  LogKeys both(Signer('s').verifier());
  EVIDENT_ASSERT_OK(both.Add(Signer('t').verifier()));
  for (const Acknowledged& one : {kept.front(), later.front()}) {
    EVIDENT_EXPECT_OK(VerifyReceipt(one.committed.receipt_bytes, one.answer, std::nullopt, both));
  }
}

TEST_F(LogRotationTest, IsDoneOnceAndThenNeedsTheOldKeyNoMore) {
  EVIDENT_ASSERT_OK(MustOpen(Options())->Close());
  EVIDENT_ASSERT_OK(MustOpen(SignedBy('t', 's'))->Close());
  {
    auto log = MustOpen(SignedBy('t', 's'));
    EXPECT_EQ(log->Size(), 2u);
  }
  auto log = MustOpen(SignedBy('t'));
  EXPECT_EQ(log->Size(), 2u);
  EXPECT_EQ(AppendUntilFailure(*log, 2).size(), 2u);
}

TEST_F(LogRotationTest, ASecondOneFollowsTheFirst) {
  EVIDENT_ASSERT_OK(MustOpen(Options())->Close());
  EVIDENT_ASSERT_OK(MustOpen(SignedBy('t', 's'))->Close());
  auto log = MustOpen(SignedBy('u', 't'));
  const std::vector<KeyRotation>& rotations = log->rotations();
  ASSERT_EQ(rotations.size(), 2u);
  EXPECT_EQ(rotations[1].previous.ToText(), rotations[0].key.ToText());
  EVIDENT_ASSERT_OK(log->Close());
  EVIDENT_EXPECT_OK(Log::Open(SignedBy('u')));
}

TEST_F(LogRotationTest, OnlyTheKeyThatTheLogNamesGivesWay) {
  EVIDENT_ASSERT_OK(MustOpen(Options())->Close());
  EXPECT_THAT(Log::Open(SignedBy('t')), HasReason("SIGNER_MISMATCH"));
  EXPECT_THAT(Log::Open(SignedBy('t', 'u')), HasReason("SIGNER_MISMATCH"));
  EVIDENT_ASSERT_OK(MustOpen(SignedBy('t', 's'))->Close());
  EXPECT_THAT(Log::Open(Options()), HasReason("SIGNER_MISMATCH"));
  EXPECT_THAT(Log::Open(SignedBy('u', 's')), HasReason("SIGNER_MISMATCH"));
  // Nor does a key that gave way come back: its holder could have signed another history since.
  EXPECT_THAT(Log::Open(SignedBy('s', 't')), HasReason("SIGNER_MISMATCH"));
  EVIDENT_EXPECT_OK(Log::Open(SignedBy('t')));
}

// The disk fails, and then the power, at each step in turn; started again, the change is made.
TEST_P(LogRotationCrashTest, ACrashLeavesTheOldKeyOrTheNewOne) {
  const kv::FaultOperation operation = GetParam();
  std::vector<Acknowledged> kept;
  {
    auto log = MustOpen(Options());
    kept = AppendUntilFailure(*log, 2);
  }
  bool finished = false;
  for (uint64_t step = 1; !finished; ++step) {
    ASSERT_LT(step, 200u);
    TempDir copy;
    std::filesystem::copy(dir_.path(), copy.path(), std::filesystem::copy_options::recursive);
    LogOptions options = SignedBy('t', 's');
    options.path = copy.path() + "/log";
    options.keys_path = copy.path() + "/keys";
    options.guard_path = copy.path() + "/guard";
    LogOptions failing = options;
    failing.fault_file_system = kv::FaultFileSystem::Create(step);
    failing.fault_file_system->FailNth(operation, kv::FileClass::kAny, step);
    finished = Log::Open(failing).ok();
    EVIDENT_ASSERT_OK(failing.fault_file_system->Crash());
    auto log = MustOpen(options);
    ASSERT_NE(log, nullptr) << step;
    const std::vector<KeyRotation>& rotations = log->rotations();
    EXPECT_EQ(rotations.size(), 1u);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Checkpoint newest,
                                 OpenCheckpoint(log->LatestCheckpoint(), Signer('t').verifier()));
    for (const Acknowledged& one : kept) EXPECT_EQ(CheckOne(*log, one, newest), "") << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, LogRotationCrashTest,
                         testing::Values(kv::FaultOperation::kAppend, kv::FaultOperation::kSync));

}  // namespace
}  // namespace evident::audit
