#include "audit/proof/body_envelope.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "audit/proof/aes_gcm.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/zstd_frames.h"

namespace evident::audit {
namespace {

constexpr std::string_view kMagic = "EVB1";
constexpr std::string_view kKeyInfo = "evident/v1/body";
// All zero: each entry has a key of its own.
constexpr std::string_view kNonce("\0\0\0\0\0\0\0\0\0\0\0", kAesNonceBytes);
constexpr int kCompressionLevel = 1;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

absl::Status BadKey() {
  return MakeError(absl::StatusCode::kInvalidArgument, "ENVELOPE_KEY_INVALID",
                   "a body key or entry salt does not have 32 bytes");
}

absl::Status TooLarge() {
  return MakeError(
      absl::StatusCode::kResourceExhausted, "BODY_TOO_LARGE",
      "a body has more than " + std::to_string(kBodyBytesMax) + " bytes (kBodyBytesMax)");
}

std::string ClearPart(const EnvelopeHeader& header) {
  std::string clear(kMagic);
  clear.append(reinterpret_cast<const char*>(header.key_id.data()), header.key_id.size());
  return clear + header.entry_salt;
}

absl::StatusOr<std::string> Decompress(std::string_view frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR && size > kBodyBytesMax) {
    return TooLarge();
  }
  const absl::Status corrupt = MakeError(absl::StatusCode::kDataLoss, "ENVELOPE_BODY_CORRUPT",
                                         "a sealed body is not one zstd frame");
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
      ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size()) {
    return corrupt;
  }
  std::string body(size, '\0');
  const size_t written = ZSTD_decompress(body.data(), body.size(), frame.data(), frame.size());
  if (ZSTD_isError(written) != 0 || written != size) return corrupt;
  return body;
}

}  // namespace

absl::StatusOr<std::string> DeriveEntryKey(std::string_view key, std::string_view entry_salt) {
  if (key.size() != kBodyKeyBytes || entry_salt.size() != kEntrySaltBytes) return BadKey();
  static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf),
                                                                          EVP_KDF_CTX_free);
  char digest[] = "SHA256";
  const auto octets = [](const char* name, std::string_view bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
  };
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_SALT, entry_salt),
      octets(OSSL_KDF_PARAM_INFO, kKeyInfo), OSSL_PARAM_construct_end()};
  std::string derived(kBodyKeyBytes, '\0');
  if (EVP_KDF_derive(context.get(), Bytes(derived), derived.size(), parameters) != 1) {
    return MakeError(absl::StatusCode::kInternal, "KEY_DERIVATION_FAILED", "HKDF failed");
  }
  return derived;
}

absl::StatusOr<std::string> SealBody(std::string_view key, const EnvelopeHeader& header,
                                     std::string_view body) {
  if (body.size() > kBodyBytesMax) return TooLarge();
  EVIDENT_ASSIGN_OR_RETURN(const std::string entry_key, DeriveEntryKey(key, header.entry_salt));
  EVIDENT_ASSIGN_OR_RETURN(const std::string frame, PackZstd(body, kCompressionLevel));
  std::string envelope = ClearPart(header);
  const std::optional<std::string> sealed = AesGcmSeal(entry_key, kNonce, envelope, frame);
  if (!sealed.has_value()) {
    return MakeError(absl::StatusCode::kInternal, "SEALING_FAILED", "sealing a body failed");
  }
  envelope += *sealed;
  return envelope;
}

absl::StatusOr<EnvelopeHeader> ReadEnvelopeHeader(std::string_view envelope) {
  if (envelope.size() < kEnvelopeClearBytes + kEnvelopeTagBytes) {
    return MakeError(absl::StatusCode::kDataLoss, "ENVELOPE_TRUNCATED",
                     "a sealed body has only " + std::to_string(envelope.size()) + " bytes");
  }
  if (envelope.substr(0, kMagic.size()) != kMagic) {
    return MakeError(absl::StatusCode::kDataLoss, "ENVELOPE_FOREIGN",
                     "a sealed body begins with another magic");
  }
  EnvelopeHeader header;
  std::copy_n(envelope.begin() + kMagic.size(), kBodyKeyIdBytes, header.key_id.begin());
  header.entry_salt =
      std::string(envelope.substr(kMagic.size() + kBodyKeyIdBytes, kEntrySaltBytes));
  return header;
}

absl::StatusOr<std::string> OpenBody(std::string_view key, std::string_view envelope) {
  EVIDENT_ASSIGN_OR_RETURN(const EnvelopeHeader header, ReadEnvelopeHeader(envelope));
  EVIDENT_ASSIGN_OR_RETURN(const std::string entry_key, DeriveEntryKey(key, header.entry_salt));
  return OpenBodyWithEntryKey(entry_key, envelope);
}

absl::StatusOr<std::string> OpenBodyWithEntryKey(std::string_view entry_key,
                                                 std::string_view envelope) {
  if (entry_key.size() != kBodyKeyBytes) return BadKey();
  EVIDENT_RETURN_IF_ERROR(ReadEnvelopeHeader(envelope).status());
  const std::string_view clear = envelope.substr(0, kEnvelopeClearBytes);
  const std::optional<std::string> frame =
      AesGcmOpen(entry_key, kNonce, clear, envelope.substr(clear.size()));
  if (!frame.has_value()) {
    return MakeError(absl::StatusCode::kPermissionDenied, "ENVELOPE_KEY_WRONG",
                     "the key does not open the sealed body, or a byte of it was changed");
  }
  return Decompress(*frame);
}

}  // namespace evident::audit
