// Keys as they are stored: sealed by the key-encryption key.
#ifndef EVIDENT_AUDIT_LOG_KEY_WRAP_H_
#define EVIDENT_AUDIT_LOG_KEY_WRAP_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/random.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {

// AES-256-GCM of `key` (kBodyKeyBytes) under `kek` (32 bytes) with a nonce from `random`; `id` is
// the associated data, so a key stored under another's id does not open. Sets key_id, nonce and
// wrapped. INTERNAL (KEY_WRAP_FAILED) when OpenSSL refuses.
absl::StatusOr<storage::v1::WrappedKey> WrapKey(std::string_view kek, Random& random,
                                                std::string_view id, std::string_view key);

// DATA_LOSS (KEY_CORRUPT): damaged, wrapped by another key, or moved to another id.
absl::StatusOr<std::string> UnwrapKey(std::string_view kek, const storage::v1::WrappedKey& wrapped);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_KEY_WRAP_H_
