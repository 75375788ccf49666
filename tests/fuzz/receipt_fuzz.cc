// Receipts: no bytes verify but those of the receipts that the log gave.
#include <algorithm>

#include "audit/proof/checkpoint.h"
#include "audit/proof/commitment.h"
#include "audit/proof/merkle.h"
#include "audit/proof/receipt.h"
#include "base/status.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

constexpr std::string_view kRequest = "the request";
constexpr std::string_view kAnswer = "the answer";
const audit::LogId kLog{"log.example", 1};

const audit::NoteSigner& Signer() {
  static const auto* const signer = new audit::NoteSigner(
      Must(audit::NoteSigner::FromSeed(kLog.Origin(), std::string(32, 'x')), "a signer"));
  return *signer;
}

// Of an entry among `others` leaves before it; the root is hashed together by hand.
std::string MakeReceipt(audit::LeafKind kind, bool answered, size_t others) {
  audit::ReceiptParts parts{kLog, EntryIndex(others), {}, std::string(32, 'r'), {}, {}, {}};
  audit::Leaf leaf;
  leaf.kind = kind;
  leaf.request_commitment = audit::CommitRequest(parts.request_salt, kRequest);
  if (answered) {
    parts.answer_salt = std::string(32, 'a');
    leaf.answer_commitment = audit::CommitAnswer(parts.answer_salt, kAnswer);
  }
  parts.leaf = Must(audit::EncodeLeaf(leaf), "a leaf");
  audit::TreeFrontier frontier;
  for (size_t i = 0; i < others; ++i) {
    frontier.Append(audit::LeafHash("leaf " + std::to_string(i)));
  }
  // The last leaf's path is the edge before it, nearest first.
  parts.inclusion_proof.assign(frontier.hashes().rbegin(), frontier.hashes().rend());
  frontier.Append(audit::LeafHash(parts.leaf));
  parts.checkpoint =
      Must(audit::SignCheckpoint({kLog.Origin(), frontier.size(), frontier.Root()}, Signer()),
           "a checkpoint");
  return audit::SerializeReceipt(Must(audit::BuildReceipt(parts), "a receipt"));
}

const Seeds& Receipts() {
  static const auto* const receipts = new Seeds{MakeReceipt(audit::LeafKind::kDecision, true, 0),
                                                MakeReceipt(audit::LeafKind::kDecision, true, 2),
                                                MakeReceipt(audit::LeafKind::kRead, true, 5),
                                                MakeReceipt(audit::LeafKind::kRefusal, false, 7)};
  return *receipts;
}

void RunReceipt(std::string_view input) {
  const auto& known = Receipts();
  for (const bool answered : {true, false}) {
    const auto answer = answered ? std::optional<std::string_view>(kAnswer) : std::nullopt;
    for (const auto& request :
         {std::optional<std::string_view>(kRequest), std::optional<std::string_view>()}) {
      const auto verified = audit::VerifyReceipt(input, answer, request, Signer().verifier());
      if (verified.ok()) {
        Require(std::find(known.begin(), known.end(), input) != known.end(),
                "only a receipt that was given verifies");
        Require(verified->request_checked == request.has_value(), "what was checked is said");
        continue;
      }
      Require(verified.status().code() == absl::StatusCode::kInvalidArgument ||
                  verified.status().code() == absl::StatusCode::kDataLoss,
              "a refusal has one of two codes: " + verified.status().ToString());
      Require(!ErrorReason(verified.status()).empty(), "a refusal has a reason");
    }
  }
}

Seeds ReceiptSeeds() {
  for (const std::string& receipt : Receipts()) {
    const bool answered =
        audit::VerifyReceipt(receipt, kAnswer, kRequest, Signer().verifier()).ok();
    const bool silent = audit::VerifyReceipt(receipt, {}, kRequest, Signer().verifier()).ok();
    Require(answered != silent, "each seed verifies in one way");
  }
  return Receipts();
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(receipt, RunReceipt, ReceiptSeeds);
