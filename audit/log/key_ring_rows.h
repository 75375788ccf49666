// Rows of the key ring's database (docs/formats/audit-store.md). For the files of this room.
#ifndef EVIDENT_AUDIT_LOG_KEY_RING_ROWS_H_
#define EVIDENT_AUDIT_LOG_KEY_RING_ROWS_H_

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "audit/log/key_ring.h"
#include "base/encoding.h"
#include "base/status.h"
#include "kv/database.h"

namespace evident::audit {

// kek_check, origin, index_key -> storage.v1.WrappedKey, and those of subjects, each with a keyed
// hash(32) behind it:
//   erasing/<intent> -> storage.v1.PendingErasure
//   hold/ term(32) -> storage.v1.LegalHold
//   done/<intent> -> nothing
inline constexpr kv::Family kKeysDefault{0};
inline constexpr char kCheckKey[] = "kek_check";
inline constexpr char kOriginRow[] = "origin";
inline constexpr char kIndexKey[] = "index_key";
inline constexpr kv::Family kKeysKeys{1};   // key id(16) -> storage.v1.WrappedKey
inline constexpr kv::Family kKeysTerms{2};  // HMAC(index key, scope)(32) -> key id(16)

// u32 length and bytes.
inline void AppendText(std::string& out, std::string_view text) {
  AppendU32(out, static_cast<uint32_t>(text.size()));
  out += text;
}

inline absl::Status KeyCorrupt(const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, "KEY_CORRUPT", what);
}

inline absl::StatusOr<KeyId> ToKeyId(std::string_view bytes) {
  KeyId id{};
  if (bytes.size() != id.size()) return KeyCorrupt("a key id does not have 16 bytes");
  std::copy(bytes.begin(), bytes.end(), id.begin());
  return id;
}

inline std::string_view KeyIdView(const KeyId& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_KEY_RING_ROWS_H_
