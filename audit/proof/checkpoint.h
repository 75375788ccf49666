// A checkpoint (C2SP tlog-checkpoint): a log's size and root, as a note signed by the log.
#ifndef EVIDENT_AUDIT_PROOF_CHECKPOINT_H_
#define EVIDENT_AUDIT_PROOF_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "audit/proof/log_keys.h"
#include "audit/proof/note.h"
#include "base/digest.h"

namespace evident::audit {

struct Checkpoint {
  std::string origin;  // LogId::Origin(); also the name of the key that signs
  uint64_t size = 0;
  Digest root;
  bool operator==(const Checkpoint&) const = default;

  std::string ToText() const;  // "origin\nsize\nbase64(root)\n"
};

// Strict: three lines and nothing else, a valid origin, decimal without leading zeros, EmptyRoot()
// at size 0. INVALID_ARGUMENT (CHECKPOINT_MALFORMED).
absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text);

// The signed note of `checkpoint`. INVALID_ARGUMENT (ORIGIN_MISMATCH) when the signer's name is not
// its origin.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& signer);

// Verifies the note by one of the log's keys and parses its text. OpenNote's and ParseCheckpoint's
// errors; DATA_LOSS (ORIGIN_MISMATCH) when the keys' name is not the origin.
absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note, const LogKeys& keys);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_CHECKPOINT_H_
