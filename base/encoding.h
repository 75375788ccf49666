// Bytes to text and back, and big-endian integers. Decoders are strict: one text for each value.
#ifndef EVIDENT_BASE_ENCODING_H_
#define EVIDENT_BASE_ENCODING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace evident {

std::string HexEncode(std::string_view bytes);                    // lower case
absl::StatusOr<std::string> HexDecode(std::string_view text);     // lower case only, even length
std::string Base64Encode(std::string_view bytes);                 // RFC 4648 section 4, padded
absl::StatusOr<std::string> Base64Decode(std::string_view text);  // padded, no stray bits or spaces

std::string ZeroPadded(uint64_t number, size_t digits);  // decimal, at least so many digits

void AppendU8(std::string& out, uint8_t value);
void AppendU16(std::string& out, uint16_t value);
void AppendU32(std::string& out, uint32_t value);
void AppendU64(std::string& out, uint64_t value);

// Reads big-endian values and byte runs from the front of `bytes`, which must outlive it. After the
// first short read every further one yields zeros and ok() stays false: check once at the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  uint8_t U8() { return static_cast<uint8_t>(Int(1)); }
  uint16_t U16() { return static_cast<uint16_t>(Int(2)); }
  uint32_t U32() { return static_cast<uint32_t>(Int(4)); }
  uint64_t U64() { return Int(8); }
  std::string_view Bytes(size_t n);
  std::string_view rest() const { return rest_; }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  uint64_t Int(size_t width);
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace evident

#endif  // EVIDENT_BASE_ENCODING_H_
