// Checks an audit log offline, from its stored bytes alone: it never trusts the tree that it
// checks, and needs no body key.
#ifndef EVIDENT_AUDIT_EXPORT_FSCK_H_
#define EVIDENT_AUDIT_EXPORT_FSCK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/log/key_ring.h"
#include "audit/proof/log_keys.h"
#include "base/limits.h"

namespace evident::audit {

struct FsckReport {
  uint64_t entries = 0;
  uint64_t tiles = 0;
  uint64_t checkpoints = 0;
  uint64_t open_intents = 0;
  bool guard_checked = false;  // else nothing tells whether the log's end was cut off
  uint64_t bodies_opened = 0;  // with keys only
  uint64_t bodies_erased = 0;  // with keys only: an entry says that their key was destroyed
  uint64_t bodies_pruned = 0;  // removed by age, as an entry says
  uint64_t indexed = 0;        // with an index only: entries of its full segments
  // The lowest entry that something is wrong with, or the first of the stretch that it is in; none
  // when all is well, or when a problem is of no entry.
  std::optional<uint64_t> first_bad_entry;
  // In the order found, which is that of the entries within the log; at most kFsckProblemsMax.
  // Empty: all is well.
  std::vector<std::string> problems;
};

using FsckProgress = std::function<void(uint64_t done, uint64_t all)>;

// What is checked beside the log itself; nothing of it must be there.
struct FsckOptions {
  KeyRing* keys = nullptr;                          // bodies are opened
  std::string index_path = {};                      // of the index of the log; empty: not looked at
  uint64_t segment_entries = kIndexSegmentEntries;  // of that index; fewer in tests
  // Told now and then how many entries are done, and of how many the newest checkpoint speaks;
  // last when all are.
  FsckProgress progress = nullptr;
};

// Opens the log's database read-only and checks
// - the origin, the keys that its entries name and how each was handed over to (of `log_keys` one
//   will do, since it leads to the others);
// - indexes without gaps, leaves that decode, times that do not go back, outcomes that cite an open
//   intent;
// - each body against its leaf's hash; missing are those that an entry of kind pruning says were
//   removed, and no others;
// - tiles against the leaves, every stored checkpoint's signature and root, the newest one's size;
// - open intents, erasures and request marks against the leaves;
// - the guard (unless `guard_path` is empty): both slots' checksums, size and root.
// What can be told of an entry by itself is looked at on several processors. A changed leaf that no
// full tile covers is told by its stretch: from one stored checkpoint to the next, which is one
// synced write.
//
// With keys, each body is opened too, and its request held against the leaf's commitment; one whose
// key is gone must have been erased by an entry; and the keys' rows must fit together. With an
// index, which takes keys, its rows must be those that the log gives.
//
// What is wrong is in the report; errors are those of opening: kv's, FAILED_PRECONDITION
// (INDEX_STALE) for another log's index, INVALID_ARGUMENT (KEYS_NEEDED) for an index without keys.
// The server must not be running. Memory does not grow with the log, but for its checkpoints, its
// open intents and, with an index, a bit an entry.
absl::StatusOr<FsckReport> CheckLog(const std::string& log_path, const std::string& guard_path,
                                    const LogKeys& log_keys, const FsckOptions& options = {});

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_EXPORT_FSCK_H_
