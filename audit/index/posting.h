// One row of the index: which entries of a segment bear a term.
#ifndef EVIDENT_AUDIT_INDEX_POSTING_H_
#define EVIDENT_AUDIT_INDEX_POSTING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace evident::audit {

// A list that grows: entries by their place in the segment, ascending, each kept as how far it is
// from the one before, in as few groups of seven bits as that takes, lowest first.
class Posting {
 public:
  // Not below what was added before; the same again changes nothing.
  void Add(uint32_t place);

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  uint32_t next_ = 0;  // one past the last place
};

// DATA_LOSS (INDEX_CORRUPT) for bytes that Posting does not make, and for a place past the segment.
absl::StatusOr<std::vector<uint32_t>> DecodePosting(std::string_view bytes);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_INDEX_POSTING_H_
