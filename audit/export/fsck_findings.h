// What a check has found so far. For the files of this room.
#ifndef EVIDENT_AUDIT_EXPORT_FSCK_FINDINGS_H_
#define EVIDENT_AUDIT_EXPORT_FSCK_FINDINGS_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "audit/export/fsck.h"
#include "base/limits.h"

namespace evident::audit {

// Not thread safe.
class FsckFindings {
 public:
  explicit FsckFindings(FsckReport& report) : report_(report) {}

  void Problem(const std::string& what) {
    if (report_.problems.size() < kFsckProblemsMax) report_.problems.push_back(what);
  }

  // `what` follows "entry 42: ".
  void EntryProblem(uint64_t index, const std::string& what) { Named("entry ", index, what); }
  void BodyProblem(uint64_t index, const std::string& what) { Named("body ", index, what); }

  // One of the entries from `first` to `last`; `what` follows "entries 40 to 42: ".
  void StretchProblem(uint64_t first, uint64_t last, const std::string& what) {
    report_.first_bad_entry = std::min(report_.first_bad_entry.value_or(first), first);
    Problem("entries " + std::to_string(first) + " to " + std::to_string(last) + ": " + what);
  }

  // A read that failed; nothing when it did not.
  void Failed(const absl::Status& status) {
    if (!status.ok()) Problem(std::string(status.message()));
  }

 private:
  void Named(const char* kind, uint64_t index, const std::string& what) {
    report_.first_bad_entry = std::min(report_.first_bad_entry.value_or(index), index);
    Problem(kind + std::to_string(index) + ": " + what);
  }

  FsckReport& report_;
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_EXPORT_FSCK_FINDINGS_H_
