// The verifier keys of one log: the one that signs now, and those that signed before it.
#ifndef EVIDENT_AUDIT_PROOF_LOG_KEYS_H_
#define EVIDENT_AUDIT_PROOF_LOG_KEYS_H_

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/note.h"

namespace evident::audit {

// At least one key. A value; thread safe.
class LogKeys {
 public:
  // Implicit: a key that was never replaced is all that its log has.
  LogKeys(NoteVerifier key) { keys_.push_back(std::move(key)); }  // NOLINT(*-explicit-*)

  // A verifier key a line, oldest first; the last newline may be missing. INVALID_ARGUMENT
  // (VERIFIER_KEY_MALFORMED) naming the line: not a verifier key, of another log than the first
  // one, or there before.
  static absl::StatusOr<LogKeys> Parse(std::string_view text);

  const std::string& name() const { return keys_.front().name(); }  // the log's origin
  const NoteVerifier& newest() const { return keys_.back(); }
  std::span<const NoteVerifier> all() const { return keys_; }
  bool Has(std::string_view verifier_key) const;  // as NoteVerifier::ToText() has it

  // As Parse refuses a line, this refuses a key.
  absl::Status Add(NoteVerifier key);

  // What Parse reads, each key with its newline.
  std::string ToText() const;

 private:
  std::vector<NoteVerifier> keys_;
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_LOG_KEYS_H_
