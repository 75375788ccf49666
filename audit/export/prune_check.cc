#include "audit/export/prune_check.h"

#include <string>

#include "audit/log/store.h"

namespace evident::audit {
PruneCheck::PruneCheck(const kv::Database& store, FsckFindings& findings) : findings_(findings) {
  const auto pruned = ReadPruned(store);
  findings_.Failed(pruned.status());
  if (!pruned.ok() || !pruned->has_value()) return;
  if (IsSaid(store, **pruned).value_or(false)) {
    removed_ = (*pruned)->end;
  } else {
    findings_.Problem("the row of removed bodies: entry " + std::to_string((*pruned)->entry.value) +
                      " does not say that those before entry " + std::to_string((*pruned)->end) +
                      " were removed");
  }
}

void PruneCheck::CheckPruning(uint64_t index, const PruningDetail& pruning, bool intent_open) {
  const uint64_t end = pruning.end.value;
  if (end <= said_ || end > index) {
    findings_.EntryProblem(index, "it says that bodies were removed to before entry " +
                                      std::to_string(end) + ", which lies before an earlier " +
                                      "removal's end, or behind it");
  }
  if (!intent_open) {
    findings_.EntryProblem(index, "it cites entry " + std::to_string(pruning.intent.value) +
                                      ", which is no open intent");
  }
  said_ = end;
}

void PruneCheck::Finish() {
  if (said_ == removed_) return;
  findings_.Problem("the row of removed bodies: it tells of " + std::to_string(removed_) +
                    " entries, the last entry that says so of " + std::to_string(said_));
}

}  // namespace evident::audit
