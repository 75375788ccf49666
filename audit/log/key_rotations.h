// Which keys signed a log, and by what the one vouched for the next. docs/formats/audit-store.md.
#ifndef EVIDENT_AUDIT_LOG_KEY_ROTATIONS_H_
#define EVIDENT_AUDIT_LOG_KEY_ROTATIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/log_keys.h"
#include "audit/proof/note.h"
#include "base/ids.h"
#include "kv/database.h"

namespace evident::audit {

// One key took over from another.
struct KeyRotation {
  EntryIndex entry;  // names `key`
  NoteVerifier previous;
  NoteVerifier key;
  std::string handover;  // checkpoint of entry + 1 entries, signed by `previous`
};

// Oldest first; none where the log's first key still signs. DATA_LOSS (LOG_CORRUPT): a row that is
// damaged, that does not follow from the one before it, whose hand-over does not hold, or whose
// entry names another key.
absl::StatusOr<std::vector<KeyRotation>> ReadRotations(const kv::Database& store);

// Whether this is the key of a rotation's row.
bool IsRotationRow(std::string_view key);

// Puts the row of a rotation.
void PutRotation(const KeyRotation& rotation, kv::WriteBatch& writes);

// That the leaf at `entry` names exactly this key. DATA_LOSS (LOG_CORRUPT).
absl::Status CheckNamesKey(const kv::Database& store, EntryIndex entry, const NoteVerifier& key);

// The log's keys, of which `last` signs when there was no rotation.
absl::StatusOr<LogKeys> KeysOf(const std::vector<KeyRotation>& rotations, const NoteVerifier& last);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_KEY_ROTATIONS_H_
