#include "audit/index/term_cursor.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "audit/index/index_rows.h"
#include "audit/index/posting.h"
#include "base/status.h"

namespace evident::audit {

TermCursor::TermCursor(const kv::Database& store, std::string key, uint64_t open_segment,
                       std::string open_row, IndexProgress& cost)
    : store_(&store),
      key_(std::move(key)),
      open_segment_(open_segment),
      open_row_(std::move(open_row)),
      cost_(&cost) {}

absl::StatusOr<std::optional<uint64_t>> TermCursor::Seek(uint64_t segment) {
  if (sought_ && (!at_.has_value() || *at_ >= segment)) return at_;
  sought_ = true;
  at_.reset();
  if (segment < open_segment_) {
    // Rows of full segments do not change any more, but for a term that is forgotten.
    const auto rows = store_->NewIterator(kIndexPostings, PostingKey(key_, open_segment_));
    ++cost_->seeks;
    rows->Seek(PostingKey(key_, segment));
    EVIDENT_RETURN_IF_ERROR(rows->status());
    if (rows->Valid()) {
      ++cost_->rows;
      row_.assign(rows->value());
      return at_ = SegmentOf(rows->key());
    }
  }
  if (segment <= open_segment_ && !open_row_.empty()) at_ = open_segment_;
  return at_;
}

absl::StatusOr<std::vector<uint32_t>> TermCursor::Places() const {
  return DecodePosting(at_ == open_segment_ ? open_row_ : row_);
}

absl::StatusOr<std::optional<uint64_t>> GroupCursor::Seek(uint64_t segment) {
  std::optional<uint64_t> first;
  here_.clear();
  for (size_t i = 0; i < terms_.size(); ++i) {
    EVIDENT_ASSIGN_OR_RETURN(const std::optional<uint64_t> at, terms_[i].Seek(segment));
    if (!at.has_value() || (first.has_value() && *at > *first)) continue;
    if (first != at) here_.clear();
    first = at;
    here_.push_back(i);
  }
  return first;
}

absl::StatusOr<std::vector<uint32_t>> GroupCursor::Places() const {
  std::vector<uint32_t> all;
  for (const size_t i : here_) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<uint32_t> places, terms_[i].Places());
    std::vector<uint32_t> merged;
    std::set_union(all.begin(), all.end(), places.begin(), places.end(),
                   std::back_inserter(merged));
    all = std::move(merged);
  }
  return all;
}

absl::StatusOr<std::optional<uint64_t>> NextCommonSegment(std::vector<GroupCursor>& groups,
                                                          uint64_t segment) {
  for (size_t agreed = 0; agreed < groups.size();) {
    agreed = 0;
    for (GroupCursor& group : groups) {
      EVIDENT_ASSIGN_OR_RETURN(const std::optional<uint64_t> at, group.Seek(segment));
      if (!at.has_value()) return at;
      if (*at != segment) {
        segment = *at;
        break;
      }
      ++agreed;
    }
  }
  return std::optional<uint64_t>(segment);
}

absl::StatusOr<std::vector<uint32_t>> CommonPlaces(const std::vector<GroupCursor>& groups) {
  std::vector<uint32_t> common;
  for (size_t i = 0; i < groups.size(); ++i) {
    EVIDENT_ASSIGN_OR_RETURN(std::vector<uint32_t> places, groups[i].Places());
    if (i == 0) {
      common = std::move(places);
      continue;
    }
    std::vector<uint32_t> both;
    std::set_intersection(common.begin(), common.end(), places.begin(), places.end(),
                          std::back_inserter(both));
    common = std::move(both);
  }
  return common;
}

}  // namespace evident::audit
