// A log in a folder of its own, and what a holder of receipts may demand of it. Tests only.
#ifndef EVIDENT_AUDIT_LOG_TEST_LOG_H_
#define EVIDENT_AUDIT_LOG_TEST_LOG_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/log/log.h"
#include "audit/log/test_entries.h"
#include "audit/proof/receipt.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "kv/fault_file_system.h"

namespace evident::audit {

struct Acknowledged {
  Committed committed;
  std::string answer;
};

class TestLog : public testing::Test {
 protected:
  LogOptions Options() {
    LogOptions options = TestLogOptions(dir_.path());
    options.clock = &clock_;
    return options;
  }

  std::unique_ptr<Log> MustOpen(const LogOptions& options) {
    auto log = Log::Open(options);
    EXPECT_THAT(log, IsOk());
    return log.ok() ? *std::move(log) : nullptr;
  }

  static EntryDraft Draft(const std::string& answer, const std::string& subject = "") {
    return TestDraft(answer, subject);
  }

  // Appends and keeps what was acknowledged; stops at the first failure.
  static std::vector<Acknowledged> AppendUntilFailure(Log& log, int most) {
    std::vector<Acknowledged> kept;
    for (int i = 0; i < most; ++i) {
      const std::string answer = "answer " + std::to_string(i);
      auto committed = log.AppendAndWait(Draft(answer));
      if (!committed.ok()) break;
      kept.push_back({*std::move(committed), answer});
    }
    return kept;
  }

  // What is wrong with one receipt and the log that it came from; "" when nothing is.
  std::string CheckOne(const Log& log, const Acknowledged& one, const Checkpoint& newest) const {
    const NoteVerifier& key = signer_.verifier();
    const auto verified = VerifyReceipt(one.committed.receipt_bytes, one.answer, std::nullopt, key);
    if (!verified.ok()) return "a receipt does not verify: " + verified.status().ToString();
    const auto leaf = log.ReadLeaf(one.committed.index);
    if (!leaf.ok() || *leaf != one.committed.receipt.leaf()) return "another leaf, or none";
    const auto old = OpenCheckpoint(one.committed.receipt.checkpoint(), key);
    if (!old.ok() || old->size > newest.size) return "the log is shorter than was released";
    const auto proof = log.ProveConsistency(old->size, newest.size);
    if (!proof.ok() ||
        !VerifyConsistency(old->size, old->root, newest.size, newest.root, *proof).ok()) {
      return "no consistency proof from a released checkpoint";
    }
    if (!log.OpenEntry(one.committed.index).ok()) return "its body does not open";
    return "";
  }

  // Everything that the holders of these receipts may demand; "" when all of it holds.
  std::string Check(const Log& log, const std::vector<Acknowledged>& kept) const {
    const auto newest = OpenCheckpoint(log.LatestCheckpoint(), signer_.verifier());
    if (!newest.ok()) return "the newest checkpoint does not open";
    if (newest->size != log.Size()) return "the newest checkpoint is of another size";
    for (const Acknowledged& one : kept) {
      if (std::string wrong = CheckOne(log, one, *newest); !wrong.empty()) return wrong;
    }
    return "";
  }

  TempDir dir_;
  FakeClock clock_{1'700'000'000'000'000'000};
  const NoteSigner signer_ = *NoteSigner::Parse(TestLogOptions("").signer_key);
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_TEST_LOG_H_
