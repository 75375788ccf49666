// Keys as they are stored: sealed by the key-encryption key.
#ifndef EVIDENT_AUDIT_LOG_KEY_WRAP_H_
#define EVIDENT_AUDIT_LOG_KEY_WRAP_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/random.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {

// Seals `key` (kBodyKeyBytes) under `kek` (32 bytes): AES-256-GCM with a nonce from `random`. Takes
// a record whose other fields are set, which all become associated data: stored under another id,
// term, tenant or day, a key does not open. Sets nonce and wrapped. INTERNAL (KEY_WRAP_FAILED) when
// OpenSSL refuses.
absl::StatusOr<storage::v1::WrappedKey> WrapKey(std::string_view kek, Random& random,
                                                storage::v1::WrappedKey record,
                                                std::string_view key);

// DATA_LOSS (KEY_CORRUPT): damaged, wrapped by another key, or moved to another id, term, tenant or
// day.
absl::StatusOr<std::string> UnwrapKey(std::string_view kek, const storage::v1::WrappedKey& wrapped);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_KEY_WRAP_H_
