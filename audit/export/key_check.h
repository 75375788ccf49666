// The body keys of a log under check: every body that has its key opens, every key that is gone was
// destroyed by an entry that says so. For the files of this room.
#ifndef EVIDENT_AUDIT_EXPORT_KEY_CHECK_H_
#define EVIDENT_AUDIT_EXPORT_KEY_CHECK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/export/fsck_findings.h"
#include "audit/log/key_ring.h"
#include "audit/proof/leaf.h"
#include "kv/database.h"

namespace evident::audit {

// What one body was found to be.
struct BodyFindings {
  std::string problem;                  // empty: none
  bool newest_key = false;              // sealed under the key that is kept as the newest
  bool opened = false;                  // with keys only
  bool erased = false;                  // with keys only
  std::vector<std::string> index_keys;  // of what was opened: the rows of the index that it is in
};

// Not thread safe, but for Examine. What it is given must outlive it; without `keys` erasures alone
// are checked.
class KeyCheck {
 public:
  KeyCheck(const kv::Database& store, KeyRing* keys, FsckReport& report, FsckFindings& findings);

  // An erasure's leaf: the stored row of its key must name it, or a later one.
  void CheckErasure(uint64_t index, const ErasureDetail& erasure);

  // A stored body that is the one its leaf names.
  BodyFindings Examine(uint64_t index, const Leaf& leaf, std::string_view envelope) const;

  // What was found of the next body.
  void Take(uint64_t index, const BodyFindings& findings);

  // After the last leaf: that each stored erasure has its leaf, that a body was sealed under the
  // newest key, and the rows of the keys.
  void Finish();

 private:
  absl::StatusOr<bool> IsErased(const KeyId& id) const;
  BodyFindings ExamineClosed(const KeyId& id, const absl::Status& missing) const;
  BodyFindings ExamineOpened(uint64_t index, const Leaf& leaf, std::string_view bytes) const;
  absl::Status CheckMark(uint64_t index, const std::string& mark) const;
  void CheckStoredErasure(std::string_view key, std::string_view value);

  const kv::Database& store_;
  KeyRing* const keys_;
  bool newest_seen_ = false;  // a body is sealed under the key that is kept as the newest
  FsckReport& report_;
  FsckFindings& findings_;
  std::string newest_;  // id of the key that is kept as the newest; empty for none
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_EXPORT_KEY_CHECK_H_
