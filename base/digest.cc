#include "base/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/encoding.h"
#include "base/status.h"

namespace evident {
namespace {

struct ContextFreer {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<EVP_MD_CTX, ContextFreer>;

// Going on after a failed digest would put a wrong hash into an immutable log.
void Require(bool done) {
  if (!done) std::abort();
}

const EVP_MD* FetchedSha256() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

EVP_MD_CTX* NewContext() {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  Require(context != nullptr);
  return context;
}

void Begin(EVP_MD_CTX* context) {
  Require(EVP_DigestInit_ex2(context, FetchedSha256(), nullptr) == 1);
}

void Update(EVP_MD_CTX* context, std::string_view bytes) {
  Require(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

Digest End(EVP_MD_CTX* context) {
  Digest digest;
  Require(EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr) == 1);
  return digest;
}

constexpr size_t kBlockBytes = 64;  // of SHA-256, for HMAC's padding

}  // namespace

std::string Digest::Hex() const { return HexEncode(view()); }

absl::StatusOr<Digest> Digest::FromBytes(std::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.bytes.size()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "DIGEST_LENGTH",
                     "a SHA-256 digest has 32 bytes, not " + std::to_string(bytes.size()));
  }
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

Digest Sha256(std::initializer_list<std::string_view> parts) {
  thread_local const ContextPtr context(NewContext());
  Begin(context.get());
  for (const std::string_view part : parts) Update(context.get(), part);
  return End(context.get());
}

Sha256Stream::Sha256Stream() : context_(NewContext()) { Begin(static_cast<EVP_MD_CTX*>(context_)); }

Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Sha256Stream::Sha256Stream(Sha256Stream&& other) noexcept
    : context_(std::exchange(other.context_, nullptr)) {}

Sha256Stream& Sha256Stream::operator=(Sha256Stream&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}

void Sha256Stream::Add(std::string_view bytes) {
  Update(static_cast<EVP_MD_CTX*>(context_), bytes);
}

Digest Sha256Stream::Finish() {
  auto* const context = static_cast<EVP_MD_CTX*>(context_);
  const Digest digest = End(context);
  Begin(context);
  return digest;
}

Digest HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  std::array<unsigned char, kBlockBytes> block{};
  if (key.size() > kBlockBytes) {
    const Digest hashed = Sha256(key);
    std::copy(hashed.bytes.begin(), hashed.bytes.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  const auto padded = [&block](unsigned char pad) {
    std::string bytes(kBlockBytes, '\0');
    for (size_t i = 0; i < kBlockBytes; ++i) bytes[i] = static_cast<char>(block[i] ^ pad);
    return bytes;
  };
  thread_local Sha256Stream inner;
  inner.Add(padded(0x36));
  for (const std::string_view part : parts) inner.Add(part);
  const Digest inside = inner.Finish();
  return Sha256({padded(0x5c), inside.view()});
}

}  // namespace evident
