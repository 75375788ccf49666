// Commitments to request and answer: HMAC-SHA256 under a random salt of the entry's own, never a
// bare hash, because what patients and clinicians send can be guessed.
#ifndef EVIDENT_AUDIT_PROOF_COMMITMENT_H_
#define EVIDENT_AUDIT_PROOF_COMMITMENT_H_

#include <cstddef>
#include <string_view>

#include "base/digest.h"

namespace evident::audit {

// Request and answer have one each, drawn independently of each other.
inline constexpr size_t kSaltBytes = 32;

// With the NUL at their end, so that no domain is a prefix of another one with its message.
inline constexpr std::string_view kRequestDomain{"evident/v1/request\0", 19};
inline constexpr std::string_view kAnswerDomain{"evident/v1/answer\0", 18};

// `request` is the message as received. No request at all: Digest{} (zero), not this.
inline Digest CommitRequest(std::string_view salt, std::string_view request) {
  return HmacSha256(salt, {kRequestDomain, request});
}

// `answer` is the response's field 1 when it holds an answer, else the whole response. No response
// at all: Digest{} (zero), not this.
inline Digest CommitAnswer(std::string_view salt, std::string_view answer) {
  return HmacSha256(salt, {kAnswerDomain, answer});
}

// The rolling digest of a stream's messages (StreamCloseDetail), from Digest{} before the first:
// SHA-256(rolling || commitment), the commitment made under the opening entry's request salt, as a
// request for what the caller sends and as an answer for what the server sends.
inline Digest ExtendRolling(const Digest& rolling, const Digest& commitment) {
  return Sha256({rolling.view(), commitment.view()});
}

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_COMMITMENT_H_
