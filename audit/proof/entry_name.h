// Names of logs and entries. An entry's name is its position, so that no index from ids to
// positions is needed.
#ifndef EVIDENT_AUDIT_PROOF_ENTRY_NAME_H_
#define EVIDENT_AUDIT_PROOF_ENTRY_NAME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "audit/proof/leaf.h"
#include "base/ids.h"

namespace evident::audit {

// 1 to kLogNameBytesMax of [a-z0-9.-].
bool IsValidLogName(std::string_view name);

// A log in one incarnation: a restore that loses entries begins the next one.
struct LogId {
  std::string name;
  uint32_t incarnation = 1;  // from 1
  bool operator==(const LogId&) const = default;

  std::string Origin() const;  // "name/incarnation": a checkpoint's first line and its key's name

  // The entry that names the log's first key: in a later incarnation the first one says what it
  // goes on from.
  EntryIndex FirstKeyEntry() const { return EntryIndex(incarnation == 1 ? 0 : 1); }
};

// INVALID_ARGUMENT (LOG_NAME_INVALID) unless the one spelling: decimal without leading zeros.
absl::StatusOr<LogId> ParseOrigin(std::string_view origin);

struct EntryName {
  LogId log;
  EntryIndex index;
  bool decision = false;  // named "decisions/...": only entries of that kind are
  bool operator==(const EntryName&) const = default;

  std::string ToString() const;  // "entries/<log>.<incarnation>-<index>" or "decisions/..."
};

// The one name of the entry that a receipt carries: "decisions/..." for a decision, else
// "entries/...".
EntryName NameEntry(const LogId& log, EntryIndex index, LeafKind kind);

// Splits at the last '-', then at the last '.'. INVALID_ARGUMENT (ENTRY_NAME_INVALID).
absl::StatusOr<EntryName> ParseEntryName(std::string_view name);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_ENTRY_NAME_H_
