#include "audit/index/posting.h"

#include "base/limits.h"
#include "base/status.h"

namespace evident::audit {

void Posting::Add(uint32_t place) {
  if (place + 1 == next_) return;
  uint32_t gap = place - next_;
  for (; gap >= 0x80; gap >>= 7) bytes_ += static_cast<char>(0x80 | (gap & 0x7f));
  bytes_ += static_cast<char>(gap);
  next_ = place + 1;
}

absl::StatusOr<std::vector<uint32_t>> DecodePosting(std::string_view bytes) {
  std::vector<uint32_t> places;
  uint64_t next = 0;
  uint64_t gap = 0;
  int shift = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    gap |= static_cast<uint64_t>(byte & 0x7f) << shift;
    shift += 7;
    // A last group of zeros would be a second spelling of the number.
    const bool ends = (byte & 0x80) == 0;
    if (shift > 21 || (ends && byte == 0 && shift > 7)) break;
    if (!ends) continue;
    next += gap;
    if (next >= kIndexSegmentEntries) break;
    places.push_back(static_cast<uint32_t>(next++));
    gap = 0;
    shift = 0;
  }
  Posting again;
  for (const uint32_t place : places) again.Add(place);
  if (again.bytes() == bytes) return places;
  return MakeError(absl::StatusCode::kDataLoss, "INDEX_CORRUPT",
                   "a row of the audit log's index is damaged");
}

}  // namespace evident::audit
