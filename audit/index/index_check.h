// Holds the rows of an index against what the log gives, entry by entry.
#ifndef EVIDENT_AUDIT_INDEX_INDEX_CHECK_H_
#define EVIDENT_AUDIT_INDEX_INDEX_CHECK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kv/database.h"

namespace evident::audit {

struct IndexCounts {
  uint64_t entries = 0;  // in full segments
  uint64_t rows = 0;
  uint64_t closed = 0;  // entries whose bodies cannot be opened any more: their rows are not held
                        // against anything
};

// Not thread safe.
class IndexCheck {
 public:
  // Of the full segments that `store` had when the check began.
  IndexCheck(const kv::Database& store, uint64_t segments, uint64_t segment_entries);

  // Of an index that is not running, which must be that of the log `origin`. kv's errors;
  // FAILED_PRECONDITION (INDEX_STALE).
  static absl::StatusOr<std::unique_ptr<IndexCheck>> Open(const std::string& path,
                                                          const std::string& origin,
                                                          uint64_t segment_entries);

  // Whether it has come to the end of the full segments, and takes no more entries.
  bool done() const { return next_ >= segments_ * segment_entries_; }

  // The next entry, and the keys of the rows that it must stand in (TermKey). `closed`: its body
  // cannot be opened any more, and they are those of its leaf. DATA_LOSS: INDEX_DIFFERS, naming the
  // first difference, INDEX_CORRUPT; kv's errors.
  absl::Status Add(const std::vector<std::string>& keys, bool closed);

  // After the last entry: that no row names anything else. The same errors.
  absl::StatusOr<IndexCounts> Finish();

 private:
  absl::Status CompareSegment(uint64_t segment);

  std::unique_ptr<kv::Database> owned_;
  const kv::Database& store_;
  const uint64_t segments_;
  const uint64_t segment_entries_;
  uint64_t next_ = 0;
  std::vector<bool> closed_;                           // by entry
  std::map<std::string, std::vector<uint32_t>> rows_;  // places, of the segment under way
  uint64_t pairs_ = 0;  // of entries and terms, without those of closed entries
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_INDEX_INDEX_CHECK_H_
