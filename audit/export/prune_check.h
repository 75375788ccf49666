// The removed bodies of a log under check: what is missing is what an entry of the tree says was
// removed. Needs no key: the leaf of a pruning says it in clear. For the files of this room.
#ifndef EVIDENT_AUDIT_EXPORT_PRUNE_CHECK_H_
#define EVIDENT_AUDIT_EXPORT_PRUNE_CHECK_H_

#include <cstdint>

#include "audit/export/fsck_findings.h"
#include "audit/proof/leaf.h"
#include "kv/database.h"

namespace evident::audit {

// Not thread safe. What it is given must outlive it.
class PruneCheck {
 public:
  // Reads how far bodies were removed, which counts only where an entry says so.
  PruneCheck(const kv::Database& store, FsckFindings& findings);

  // Whether the body of this entry is to be missing.
  bool IsRemoved(uint64_t index) const { return index < removed_; }

  // A pruning's leaf, in order: it goes further than the one before, not past itself, and cites an
  // intent that has no outcome yet.
  void CheckPruning(uint64_t index, const PruningDetail& pruning, bool intent_open);

  // After the last leaf: that the stored row is what the last pruning says.
  void Finish();

 private:
  FsckFindings& findings_;
  uint64_t removed_ = 0;  // bodies of the entries below it
  uint64_t said_ = 0;     // the same, by the leaves that were seen
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_EXPORT_PRUNE_CHECK_H_
