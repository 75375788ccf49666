// A receipt ties one answer to its entry in the log; it is verified offline with the log's
// verifier keys alone. docs/formats/receipt.md.
#ifndef EVIDENT_AUDIT_PROOF_RECEIPT_H_
#define EVIDENT_AUDIT_PROOF_RECEIPT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/leaf.h"
#include "audit/proof/log_keys.h"
#include "base/digest.h"
#include "base/ids.h"
#include "evident/v1/audit.pb.h"

namespace evident::audit {

// What the log hands over for one entry.
struct ReceiptParts {
  LogId log;
  EntryIndex index;
  std::string leaf;                     // encoded
  std::string request_salt;             // kSaltBytes; empty when there was no request
  std::string answer_salt;              // kSaltBytes; empty when there was no response
  std::vector<Digest> inclusion_proof;  // to the checkpoint's root
  std::string checkpoint;               // the signed note
};

// The receipt; each salt is followed by its check (SaltWithCheck). INVALID_ARGUMENT
// (RECEIPT_MALFORMED) when a part cannot stand in a receipt: a leaf that does not decode, a salt of
// another size, a salt without its commitment or the other way round.
absl::StatusOr<evident::v1::Receipt> BuildReceipt(const ReceiptParts& parts);

// The receipt's only valid bytes: fields in ascending order, nothing unknown.
std::string SerializeReceipt(const evident::v1::Receipt& receipt);

// salt || CRC-32 (IEEE 802.3, as zlib's) of the salt, big-endian. A receipt is often verified
// without the request, and then nothing else would notice a damaged request salt. Empty for empty.
std::string SaltWithCheck(std::string_view salt);

struct VerifiedReceipt {
  Leaf leaf;
  EntryName entry;
  uint64_t checkpoint_size = 0;
  std::string origin;            // of the log; the verifier keys' name
  int64_t commit_time_ns = 0;    // the leaf's
  bool request_checked = false;  // the request was given and is the one committed to
};

// Verifies that the log of `keys` holds an entry that commits to exactly `answer` (nullopt: the
// call got no response) and, when given, to `request`. Reasons, each for one kind of failure:
// RECEIPT_MALFORMED not the one spelling of a receipt: above kReceiptBytesMax, unknown or repeated
//                   fields, wrong sizes, trailing bytes, a checkpoint signed twice, a salt that
//                   does not match its check
// LEAF_MALFORMED    the leaf's bytes are not a leaf
// NOTE_MALFORMED, CHECKPOINT_MALFORMED, SIGNATURE_INVALID, SIGNATURE_MISSING the checkpoint
// SIGNATURE_UNKNOWN the checkpoint has a line by a key other than `keys`; nothing vouches for it
// ORIGIN_MISMATCH   checkpoint, entry name and key do not name the same log
// ENTRY_NAME_INVALID, ENTRY_NAME_MISMATCH the name is broken, or not the leaf's kind's
// PROOF_INVALID     the proof does not lead from leaf and index to the checkpoint's root
// ANSWER_MISMATCH, REQUEST_MISMATCH the bytes are not those committed to
// All are INVALID_ARGUMENT or DATA_LOSS. Thread safe.
absl::StatusOr<VerifiedReceipt> VerifyReceipt(std::string_view receipt,
                                              std::optional<std::string_view> answer,
                                              std::optional<std::string_view> request,
                                              const LogKeys& keys);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_RECEIPT_H_
