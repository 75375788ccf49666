// SHA-256 and HMAC-SHA256 (FIPS 180-4, FIPS 198-1) by OpenSSL, with a fetched EVP_MD and reused
// contexts: the one-shot calls are three times slower.
#ifndef EVIDENT_BASE_DIGEST_H_
#define EVIDENT_BASE_DIGEST_H_

#include <array>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace evident {

// 32 bytes of SHA-256. All zero stands for "none" where a format says so.
struct Digest {
  std::array<uint8_t, 32> bytes{};
  auto operator<=>(const Digest&) const = default;

  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  bool is_zero() const { return *this == Digest{}; }
  std::string Hex() const;                                          // 64 lower-case digits
  static absl::StatusOr<Digest> FromBytes(std::string_view bytes);  // INVALID_ARGUMENT unless 32
};

// Each of the texts, which are 32 bytes each. FromBytes's errors.
template <typename Texts>
absl::StatusOr<std::vector<Digest>> ReadDigests(const Texts& texts) {
  std::vector<Digest> digests;
  for (const auto& text : texts) {
    absl::StatusOr<Digest> digest = Digest::FromBytes(text);
    if (!digest.ok()) return digest.status();
    digests.push_back(*digest);
  }
  return digests;
}

// SHA-256 of the parts, one after another.
Digest Sha256(std::initializer_list<std::string_view> parts);
inline Digest Sha256(std::string_view bytes) { return Sha256({bytes}); }

// SHA-256 over what is added piece by piece. Not thread safe; movable.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  void Add(std::string_view bytes);
  Digest Finish();  // and start again

 private:
  void* context_;
};

// HMAC-SHA256 of the parts, one after another, under `key` (any length).
Digest HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts);

}  // namespace evident

#endif  // EVIDENT_BASE_DIGEST_H_
