#include "audit/log/key_wrap.h"

#include <optional>

#include "audit/proof/aes_gcm.h"
#include "audit/proof/body_envelope.h"
#include "base/encoding.h"
#include "base/status.h"

namespace evident::audit {
namespace {

std::string AssociatedData(const storage::v1::WrappedKey& record) {
  std::string data;
  for (const std::string& part : {record.key_id(), record.term(), record.tenant(), record.day()}) {
    AppendU32(data, static_cast<uint32_t>(part.size()));
    data += part;
  }
  return data;
}

}  // namespace

absl::StatusOr<storage::v1::WrappedKey> WrapKey(std::string_view kek, Random& random,
                                                storage::v1::WrappedKey record,
                                                std::string_view key) {
  record.set_nonce(random.Bytes(kAesNonceBytes));
  std::optional<std::string> sealed = AesGcmSeal(kek, record.nonce(), AssociatedData(record), key);
  if (!sealed.has_value()) {
    return MakeError(absl::StatusCode::kInternal, "KEY_WRAP_FAILED", "wrapping a key failed");
  }
  record.set_wrapped(*std::move(sealed));
  return record;
}

absl::StatusOr<std::string> UnwrapKey(std::string_view kek,
                                      const storage::v1::WrappedKey& wrapped) {
  std::optional<std::string> key =
      AesGcmOpen(kek, wrapped.nonce(), AssociatedData(wrapped), wrapped.wrapped());
  if (key.has_value() && key->size() == kBodyKeyBytes) return *std::move(key);
  return MakeError(absl::StatusCode::kDataLoss, "KEY_CORRUPT",
                   "a wrapped key does not open: it was damaged");
}

}  // namespace evident::audit
