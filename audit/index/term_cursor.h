// Walks of the index's rows, segment by segment. For the files of this room.
#ifndef EVIDENT_AUDIT_INDEX_TERM_CURSOR_H_
#define EVIDENT_AUDIT_INDEX_TERM_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/index/index.h"
#include "kv/database.h"

namespace evident::audit {

// The segments that have entries under one term, in order. It holds no iterator between two calls:
// a search may go over thousands of terms. Not thread safe. The store must outlive it.
class TermCursor {
 public:
  // `open_row` is the term's row of the segment in memory, `open_segment`; empty: none. `cost` is
  // counted up, and must outlive it.
  TermCursor(const kv::Database& store, std::string key, uint64_t open_segment,
             std::string open_row, IndexProgress& cost);

  // The first segment at or after `segment` with entries, never one before an earlier answer;
  // nullopt when there is none.
  absl::StatusOr<std::optional<uint64_t>> Seek(uint64_t segment);

  // Of the segment that Seek has found.
  absl::StatusOr<std::vector<uint32_t>> Places() const;

 private:
  const kv::Database* store_;
  std::string key_;
  uint64_t open_segment_;
  std::string open_row_;
  IndexProgress* cost_;
  std::optional<uint64_t> at_;
  std::string row_;  // of the segment at_, unless it is the open one
  bool sought_ = false;
};

// Any of several terms. Not thread safe.
class GroupCursor {
 public:
  void Add(TermCursor term) { terms_.push_back(std::move(term)); }
  absl::StatusOr<std::optional<uint64_t>> Seek(uint64_t segment);
  absl::StatusOr<std::vector<uint32_t>> Places() const;

 private:
  std::vector<TermCursor> terms_;
  std::vector<size_t> here_;  // those of terms_ that have entries in the segment
};

// The first segment at or after `segment` in which every group has entries.
absl::StatusOr<std::optional<uint64_t>> NextCommonSegment(std::vector<GroupCursor>& groups,
                                                          uint64_t segment);

// The entries there that are in every group.
absl::StatusOr<std::vector<uint32_t>> CommonPlaces(const std::vector<GroupCursor>& groups);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_INDEX_TERM_CURSOR_H_
