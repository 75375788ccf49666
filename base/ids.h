// Distinct types for the numbers and ids that must not be mixed up.
#ifndef EVIDENT_BASE_IDS_H_
#define EVIDENT_BASE_IDS_H_

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

#include "absl/hash/hash.h"

namespace evident {

// A number that is not another number. Tag is an empty struct that names the type.
template <typename Tag, typename T>
struct StrongNumber {
  T value = 0;
  constexpr StrongNumber() = default;
  constexpr explicit StrongNumber(T v) : value(v) {}
  auto operator<=>(const StrongNumber&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, StrongNumber n) {
    return H::combine(std::move(h), n.value);
  }
};

using ReleaseNumber = StrongNumber<struct ReleaseNumberTag, uint32_t>;  // 0: before the first
using EntryIndex = StrongNumber<struct EntryIndexTag, uint64_t>;  // position in one log, from 0

// id(16) = kind(1) || first 15 bytes of SHA-256(kind byte || 0x00 || name). Built in graph/model.
struct NodeId {
  std::array<uint8_t, 16> bytes{};
  auto operator<=>(const NodeId&) const = default;
  uint8_t kind() const { return bytes[0]; }
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  template <typename H>
  friend H AbslHashValue(H h, const NodeId& id) {
    return H::combine(std::move(h), id.view().size(), id.bytes);
  }
};

}  // namespace evident

#endif  // EVIDENT_BASE_IDS_H_
