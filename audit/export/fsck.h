// Checks an audit log offline, from its stored bytes alone: it never trusts the tree that it
// checks, and needs no body key.
#ifndef EVIDENT_AUDIT_EXPORT_FSCK_H_
#define EVIDENT_AUDIT_EXPORT_FSCK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/proof/note.h"

namespace evident::audit {

struct FsckReport {
  uint64_t entries = 0;
  uint64_t tiles = 0;
  uint64_t checkpoints = 0;
  uint64_t open_intents = 0;
  std::vector<std::string>
      problems;  // in the order found, at most kFsckProblemsMax; empty: all is well
};

// Opens the log's database read-only and checks: indexes without gaps, leaves that decode, times
// that do not go back, each body against its leaf's hash, tiles against the leaves, every stored
// checkpoint's signature and root, the newest one's size, open intents against the leaves, and the
// guard (unless `guard_path` is empty) against size and root. What is wrong is in the report;
// errors are those of opening: kv's. The server must not be running.
absl::StatusOr<FsckReport> CheckLog(const std::string& log_path, const std::string& guard_path,
                                    const NoteVerifier& key);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_EXPORT_FSCK_H_
