#include "audit/proof/aes_gcm.h"

#include <openssl/evp.h>

#include <limits>
#include <memory>

namespace evident::audit {
namespace {

struct CipherFreer {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherPtr = std::unique_ptr<EVP_CIPHER_CTX, CipherFreer>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool Fits(std::string_view key, std::string_view nonce, std::string_view clear,
          std::string_view text) {
  constexpr size_t kMost = std::numeric_limits<int>::max();
  return key.size() == kAesKeyBytes && nonce.size() == kAesNonceBytes && clear.size() <= kMost &&
         text.size() <= kMost;
}

}  // namespace

std::optional<std::string> AesGcmSeal(std::string_view key, std::string_view nonce,
                                      std::string_view clear, std::string_view plain) {
  if (!Fits(key, nonce, clear, plain)) return std::nullopt;
  const CipherPtr context(EVP_CIPHER_CTX_new());
  std::string sealed(plain.size() + kAesTagBytes, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  int length = 0;
  int rest = 0;
  if (EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), Bytes(key), Bytes(nonce), nullptr) !=
          1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &length, Bytes(clear),
                        static_cast<int>(clear.size())) != 1 ||
      EVP_EncryptUpdate(context.get(), out, &length, Bytes(plain),
                        static_cast<int>(plain.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), out + length, &rest) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kAesTagBytes),
                          out + plain.size()) != 1) {
    return std::nullopt;
  }
  return sealed;
}

std::optional<std::string> AesGcmOpen(std::string_view key, std::string_view nonce,
                                      std::string_view clear, std::string_view sealed) {
  if (sealed.size() < kAesTagBytes || !Fits(key, nonce, clear, sealed)) return std::nullopt;
  const CipherPtr context(EVP_CIPHER_CTX_new());
  const std::string_view text = sealed.substr(0, sealed.size() - kAesTagBytes);
  std::string tag(sealed.substr(text.size()));
  std::string plain(text.size(), '\0');
  auto* const out = reinterpret_cast<unsigned char*>(plain.data());
  int length = 0;
  int rest = 0;
  if (EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), Bytes(key), Bytes(nonce), nullptr) !=
          1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &length, Bytes(clear),
                        static_cast<int>(clear.size())) != 1 ||
      EVP_DecryptUpdate(context.get(), out, &length, Bytes(text), static_cast<int>(text.size())) !=
          1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kAesTagBytes),
                          tag.data()) != 1 ||
      EVP_DecryptFinal_ex(context.get(), out + length, &rest) != 1) {
    return std::nullopt;
  }
  return plain;
}

}  // namespace evident::audit
