#include "audit/log/key_wrap.h"

#include <optional>

#include "audit/proof/aes_gcm.h"
#include "audit/proof/body_envelope.h"
#include "base/status.h"

namespace evident::audit {

absl::StatusOr<storage::v1::WrappedKey> WrapKey(std::string_view kek, Random& random,
                                                std::string_view id, std::string_view key) {
  storage::v1::WrappedKey wrapped;
  wrapped.set_key_id(std::string(id));
  wrapped.set_nonce(random.Bytes(kAesNonceBytes));
  std::optional<std::string> sealed = AesGcmSeal(kek, wrapped.nonce(), id, key);
  if (!sealed.has_value()) {
    return MakeError(absl::StatusCode::kInternal, "KEY_WRAP_FAILED", "wrapping a key failed");
  }
  wrapped.set_wrapped(*std::move(sealed));
  return wrapped;
}

absl::StatusOr<std::string> UnwrapKey(std::string_view kek,
                                      const storage::v1::WrappedKey& wrapped) {
  std::optional<std::string> key =
      AesGcmOpen(kek, wrapped.nonce(), wrapped.key_id(), wrapped.wrapped());
  if (key.has_value() && key->size() == kBodyKeyBytes) return *std::move(key);
  return MakeError(absl::StatusCode::kDataLoss, "KEY_CORRUPT",
                   "a wrapped key does not open: it was damaged");
}

}  // namespace evident::audit
