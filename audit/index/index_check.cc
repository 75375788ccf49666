#include "audit/index/index_check.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "audit/index/index_rows.h"
#include "audit/index/posting.h"
#include "base/encoding.h"
#include "base/status.h"

namespace evident::audit {
namespace {

absl::Status Differs(const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, "INDEX_DIFFERS",
                   "the audit log's index is not what the log gives: " + what);
}

}  // namespace

IndexCheck::IndexCheck(const kv::Database& store, uint64_t segments, uint64_t segment_entries)
    : store_(store), segments_(segments), segment_entries_(segment_entries) {}

absl::StatusOr<std::unique_ptr<IndexCheck>> IndexCheck::Open(const std::string& path,
                                                             const std::string& origin,
                                                             uint64_t segment_entries) {
  EVIDENT_ASSIGN_OR_RETURN(auto store, OpenIndexStore(path, kv::OpenOptions::Mode::kReadOnly));
  EVIDENT_ASSIGN_OR_RETURN(const auto segments, ReadFullSegments(*store, origin));
  if (!segments.has_value()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "INDEX_STALE",
                     "the index does not know whose log's it is");
  }
  auto check = std::make_unique<IndexCheck>(*store, *segments, segment_entries);
  check->owned_ = std::move(store);
  return check;
}

absl::Status IndexCheck::Add(const std::vector<std::string>& keys, bool closed) {
  if (done()) return absl::OkStatus();
  const auto place = static_cast<uint32_t>(next_ % segment_entries_);
  for (const std::string& key : keys) rows_[key].push_back(place);
  closed_.push_back(closed);
  ++next_;
  if (place + 1 < segment_entries_) return absl::OkStatus();
  const absl::Status compared = CompareSegment((next_ - 1) / segment_entries_);
  rows_.clear();
  return compared;
}

// That the rows name every entry that they are to name.
absl::Status IndexCheck::CompareSegment(uint64_t segment) {
  const uint64_t first = segment * segment_entries_;
  for (const auto& [key, places] : rows_) {
    EVIDENT_ASSIGN_OR_RETURN(const auto bytes,
                             store_.Get(kIndexPostings, PostingKey(key, segment)));
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<uint32_t> stored, DecodePosting(bytes.value_or("")));
    std::vector<uint32_t> missing;
    std::set_difference(places.begin(), places.end(), stored.begin(), stored.end(),
                        std::back_inserter(missing));
    if (!missing.empty()) {
      return Differs("entry " + std::to_string(first + missing.front()) +
                     " is missing under the term " + HexEncode(key));
    }
    for (const uint32_t place : places) pairs_ += closed_[first + place] ? 0 : 1;
  }
  return absl::OkStatus();
}

absl::StatusOr<IndexCounts> IndexCheck::Finish() {
  if (!done()) {
    return Differs("it has " + std::to_string(segments_ * segment_entries_) + " entries, the log " +
                   std::to_string(next_));
  }
  IndexCounts counts;
  counts.entries = next_;
  counts.closed = static_cast<uint64_t>(std::count(closed_.begin(), closed_.end(), true));
  uint64_t stored = 0;
  const auto rows = store_.NewIterator(kIndexPostings);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    const auto segment = SegmentOf(rows->key());
    if (!segment.has_value()) {
      return Differs("a row has a malformed key, " + HexEncode(rows->key()));
    }
    if (*segment >= segments_) {
      // Of a segment that was closed meanwhile, where the index is running.
      if (owned_ == nullptr) continue;
      return Differs("a row is of segment " + std::to_string(*segment) + ", which is not full");
    }
    ++counts.rows;
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<uint32_t> places, DecodePosting(rows->value()));
    for (const uint32_t place : places) {
      const uint64_t index = *segment * segment_entries_ + place;
      if (index >= next_) return Differs("a row names entry " + std::to_string(index));
      stored += closed_[index] ? 0 : 1;
    }
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  if (stored == pairs_) return counts;
  return Differs("its rows name " + std::to_string(stored) + " pairs of term and entry, not " +
                 std::to_string(pairs_));
}

}  // namespace evident::audit
