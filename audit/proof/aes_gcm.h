// AES-256-GCM by OpenSSL, as bodies and wrapped keys use it.
#ifndef EVIDENT_AUDIT_PROOF_AES_GCM_H_
#define EVIDENT_AUDIT_PROOF_AES_GCM_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace evident::audit {

inline constexpr size_t kAesKeyBytes = 32;
inline constexpr size_t kAesNonceBytes = 12;
inline constexpr size_t kAesTagBytes = 16;

// Ciphertext and tag, plain.size() + kAesTagBytes bytes. `key` and `nonce` have their full length,
// and no nonce is used twice under one key. `clear` is authenticated and not part of the result.
// None when a length is wrong, above 2^31 - 1 bytes, or when OpenSSL fails.
std::optional<std::string> AesGcmSeal(std::string_view key, std::string_view nonce,
                                      std::string_view clear, std::string_view plain);

// The plain bytes; none when a length is wrong, or when key, nonce, clear part or sealed bytes are
// not the ones of AesGcmSeal.
std::optional<std::string> AesGcmOpen(std::string_view key, std::string_view nonce,
                                      std::string_view clear, std::string_view sealed);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_AES_GCM_H_
