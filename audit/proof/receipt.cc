#include "audit/proof/receipt.h"

#include <algorithm>
#include <array>

#include "audit/proof/checkpoint.h"
#include "audit/proof/commitment.h"
#include "audit/proof/merkle.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr size_t kCheckBytes = 4;

absl::Status Malformed(const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "RECEIPT_MALFORMED", "a receipt " + why);
}

uint32_t Crc32(std::string_view bytes) {
  static const auto kTable = [] {
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ ((value & 1) != 0 ? 0xedb88320u : 0);
      table[i] = value;
    }
    return table;
  }();
  uint32_t crc = 0xffffffffu;
  for (const char c : bytes) crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ crc >> 8;
  return ~crc;
}

// The salt without its check; empty for none.
absl::StatusOr<std::string> ReadSalt(const std::string& field, bool committed, const char* whose) {
  if (field.empty() != !committed) {
    return Malformed(std::string("has a ") + whose +
                     " salt without its commitment, or the reverse");
  }
  if (field.empty()) return std::string();
  if (field.size() != kSaltBytes + kCheckBytes) {
    return Malformed(std::string("has a ") + whose + " salt of the wrong size");
  }
  std::string salt = field.substr(0, kSaltBytes);
  if (SaltWithCheck(salt) != field) {
    return Malformed(std::string("has a ") + whose + " salt that does not match its check");
  }
  return salt;
}

absl::StatusOr<v1::Receipt> ParseReceipt(std::string_view bytes) {
  if (bytes.size() > kReceiptBytesMax) {
    return Malformed("has more than " + std::to_string(kReceiptBytesMax) +
                     " bytes (kReceiptBytesMax)");
  }
  v1::Receipt receipt;
  if (!receipt.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Malformed("does not parse");
  }
  // Unknown fields would be written back as they came; the rest of what is not the one spelling
  // (repeated fields, other orders, longer lengths) is not.
  receipt.DiscardUnknownFields();
  if (SerializeReceipt(receipt) != bytes) return Malformed("is not in its one spelling");
  if (receipt.inclusion_proof_size() > static_cast<int>(kProofHashesMax)) {
    return Malformed("has a proof that is too long");
  }
  return receipt;
}

absl::StatusOr<std::vector<Digest>> ReadProof(const v1::Receipt& receipt) {
  absl::StatusOr<std::vector<Digest>> proof = ReadDigests(receipt.inclusion_proof());
  if (!proof.ok()) return Malformed("has a hash that is not 32 bytes");
  return proof;
}

absl::Status CheckNames(const EntryName& entry, const Leaf& leaf, const std::string& origin) {
  if (entry.log.Origin() != origin) {
    return MakeError(absl::StatusCode::kDataLoss, "ORIGIN_MISMATCH",
                     "the entry " + entry.ToString() + " is not of the log " + origin);
  }
  if (entry.decision != (leaf.kind == LeafKind::kDecision)) {
    return MakeError(
        absl::StatusCode::kDataLoss, "ENTRY_NAME_MISMATCH",
        "the entry " + entry.ToString() + " is named for another kind than its leaf's");
  }
  return absl::OkStatus();
}

absl::Status CheckBytes(bool matches, const char* reason, const char* whose) {
  if (matches) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, reason,
                   std::string("the ") + whose + " is not the one that the entry commits to");
}

bool IsBy(const NoteSignature& line, const NoteVerifier& key) {
  return line.name == key.name() && line.key_id == key.key_id();
}

// One line, by one of the keys: nothing would notice a changed byte in a line that is skipped.
absl::StatusOr<Checkpoint> ReadCheckpoint(const std::string& note, const LogKeys& keys) {
  EVIDENT_ASSIGN_OR_RETURN(const Note parsed, ParseNote(note));
  for (const NoteSignature& line : parsed.signatures) {
    if (std::none_of(keys.all().begin(), keys.all().end(),
                     [&line](const NoteVerifier& key) { return IsBy(line, key); })) {
      return MakeError(
          absl::StatusCode::kDataLoss, "SIGNATURE_UNKNOWN",
          "the checkpoint has a signature by '" + line.name + "' with a key that was not given");
    }
  }
  if (parsed.signatures.size() > 1) return Malformed("has a checkpoint that is signed twice");
  return OpenCheckpoint(note, keys);
}

}  // namespace

std::string SaltWithCheck(std::string_view salt) {
  std::string out(salt);
  if (!salt.empty()) AppendU32(out, Crc32(salt));
  return out;
}

absl::StatusOr<v1::Receipt> BuildReceipt(const ReceiptParts& parts) {
  const absl::StatusOr<Leaf> leaf = DecodeLeaf(parts.leaf);
  if (!leaf.ok()) return Malformed("would have a leaf that does not decode");
  const auto fits = [](const std::string& salt, const Digest& commitment) {
    return commitment.is_zero() ? salt.empty() : salt.size() == kSaltBytes;
  };
  if (!fits(parts.request_salt, leaf->request_commitment) ||
      !fits(parts.answer_salt, leaf->answer_commitment)) {
    return Malformed("would have a salt that does not fit its commitment");
  }
  v1::Receipt receipt;
  receipt.set_entry(NameEntry(parts.log, parts.index, leaf->kind).ToString());
  receipt.set_leaf(parts.leaf);
  receipt.set_request_salt(SaltWithCheck(parts.request_salt));
  receipt.set_answer_salt(SaltWithCheck(parts.answer_salt));
  for (const Digest& hash : parts.inclusion_proof) {
    receipt.add_inclusion_proof(std::string(hash.view()));
  }
  receipt.set_checkpoint(parts.checkpoint);
  return receipt;
}

std::string SerializeReceipt(const v1::Receipt& receipt) { return receipt.SerializeAsString(); }

absl::StatusOr<VerifiedReceipt> VerifyReceipt(std::string_view receipt_bytes,
                                              std::optional<std::string_view> answer,
                                              std::optional<std::string_view> request,
                                              const LogKeys& keys) {
  EVIDENT_ASSIGN_OR_RETURN(const v1::Receipt receipt, ParseReceipt(receipt_bytes));
  VerifiedReceipt verified;
  EVIDENT_ASSIGN_OR_RETURN(verified.leaf, DecodeLeaf(receipt.leaf()));
  EVIDENT_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ReadCheckpoint(receipt.checkpoint(), keys));
  EVIDENT_ASSIGN_OR_RETURN(verified.entry, ParseEntryName(receipt.entry()));
  EVIDENT_RETURN_IF_ERROR(CheckNames(verified.entry, verified.leaf, checkpoint.origin));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> proof, ReadProof(receipt));
  EVIDENT_RETURN_IF_ERROR(VerifyInclusion(LeafHash(receipt.leaf()), verified.entry.index.value,
                                          checkpoint.size, proof, checkpoint.root));
  const Leaf& leaf = verified.leaf;
  EVIDENT_ASSIGN_OR_RETURN(
      const std::string request_salt,
      ReadSalt(receipt.request_salt(), !leaf.request_commitment.is_zero(), "request"));
  EVIDENT_ASSIGN_OR_RETURN(
      const std::string answer_salt,
      ReadSalt(receipt.answer_salt(), !leaf.answer_commitment.is_zero(), "answer"));
  const Digest answered = answer.has_value() ? CommitAnswer(answer_salt, *answer) : Digest{};
  EVIDENT_RETURN_IF_ERROR(
      CheckBytes(answered == leaf.answer_commitment, "ANSWER_MISMATCH", "answer"));
  if (request.has_value()) {
    EVIDENT_RETURN_IF_ERROR(
        CheckBytes(CommitRequest(request_salt, *request) == leaf.request_commitment,
                   "REQUEST_MISMATCH", "request"));
    verified.request_checked = true;
  }
  verified.checkpoint_size = checkpoint.size;
  verified.origin = checkpoint.origin;
  verified.commit_time_ns = leaf.commit_time_ns;
  return verified;
}

}  // namespace evident::audit
