// The sealed body of an entry: 52 bytes in clear, then AES-256-GCM over zstd. Layout and a worked
// example: docs/formats/body-envelope.md.
#ifndef EVIDENT_AUDIT_PROOF_BODY_ENVELOPE_H_
#define EVIDENT_AUDIT_PROOF_BODY_ENVELOPE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace evident::audit {

inline constexpr size_t kBodyKeyBytes = 32;
inline constexpr size_t kBodyKeyIdBytes = 16;
inline constexpr size_t kEntrySaltBytes = 32;
inline constexpr size_t kEnvelopeClearBytes = 4 + kBodyKeyIdBytes + kEntrySaltBytes;
inline constexpr size_t kEnvelopeTagBytes = 16;

// The part of an envelope that is in clear.
struct EnvelopeHeader {
  std::array<uint8_t, kBodyKeyIdBytes> key_id{};  // random, tells nothing of the subject
  std::string entry_salt;                         // kEntrySaltBytes
};

// HKDF-SHA256(key, salt = entry salt, info = "evident/v1/body"), 32 bytes: the key of this one
// entry, which may be disclosed without the subject's. INVALID_ARGUMENT (ENVELOPE_KEY_INVALID)
// unless key and salt have their sizes.
absl::StatusOr<std::string> DeriveEntryKey(std::string_view key, std::string_view entry_salt);

// Seals `body`. `entry_salt` must be fresh from a generator fit for keys: with the nonce fixed, it
// alone keeps two entries of one key apart. INVALID_ARGUMENT (ENVELOPE_KEY_INVALID) for a wrong
// size; RESOURCE_EXHAUSTED (BODY_TOO_LARGE) above kBodyBytesMax.
absl::StatusOr<std::string> SealBody(std::string_view key, const EnvelopeHeader& header,
                                     std::string_view body);

// DATA_LOSS: ENVELOPE_TRUNCATED when shorter than clear part and tag, ENVELOPE_FOREIGN for another
// magic. Needs no key.
absl::StatusOr<EnvelopeHeader> ReadEnvelopeHeader(std::string_view envelope);

// Opens with the subject's (or the day's) key. ReadEnvelopeHeader's errors; PERMISSION_DENIED
// (ENVELOPE_KEY_WRONG) when the key does not open it or a byte was changed, which AES-GCM cannot
// tell apart (the leaf's body hash can); DATA_LOSS (ENVELOPE_BODY_CORRUPT) when what was sealed is
// not one zstd frame; RESOURCE_EXHAUSTED (BODY_TOO_LARGE) above kBodyBytesMax.
absl::StatusOr<std::string> OpenBody(std::string_view key, std::string_view envelope);

// The same with the entry's own key (DeriveEntryKey).
absl::StatusOr<std::string> OpenBodyWithEntryKey(std::string_view entry_key,
                                                 std::string_view envelope);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_BODY_ENVELOPE_H_
