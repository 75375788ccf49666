// Removing the bodies of the oldest entries; their leaves, the tree and all proofs stay. Whether a
// policy allows it is for the caller to know.
//
// An entry of kind pruning says which bodies go. It, their removal and the row that tells of it are
// one synced write: no body is ever missing that no entry speaks of. Then the space is given back,
// which a crash may cut off, and FinishPruning does again.
#ifndef EVIDENT_AUDIT_LOG_PRUNING_H_
#define EVIDENT_AUDIT_LOG_PRUNING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/entry_draft.h"
#include "audit/log/log.h"

namespace evident::audit {

// Which bodies would go: those of the entries from `begin` to before `end`.
struct PruneSurvey {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t decisions = 0;
  uint64_t bytes = 0;    // of sealed bodies
  std::set<KeyId> held;  // keys under a legal hold that none of them is sealed with
};

// Looks at every body below `end` that is still there. OUT_OF_RANGE (ENTRY_UNKNOWN): `end` lies
// past the log. FAILED_PRECONDITION: INTENT_OPEN, naming the oldest intent below `end` that has no
// outcome; LEGAL_HOLD, naming the oldest entry whose body is sealed under a key on hold, and the
// one that placed the hold. `go_on` is asked now and then, and its errors end it. The log's errors.
absl::StatusOr<PruneSurvey> SurveyBodies(const Log& log, uint64_t end,
                                         const std::function<absl::Status()>& go_on);

// Removes what was surveyed. `intent` is the entry that announced it and has no outcome yet;
// `entry` is what the log is to say, but for kind and detail. ABORTED (HOLDS_CHANGED): a hold was
// placed since the survey. Log::Append's errors. After each of these nothing is removed.
// UNAVAILABLE (PRUNING_UNFINISHED): the bodies are removed, but the space that they took is not
// known to be given back until the process starts again.
absl::StatusOr<Committed> PruneBodies(Log& log, const PruneSurvey& survey, EntryIndex intent,
                                      EntryDraft entry);

// The entry of kind pruning that cites this intent; nullopt: nothing was removed for it. Reads the
// leaves behind the intent. The log's errors.
absl::StatusOr<std::optional<EntryIndex>> FindPruning(const Log& log, EntryIndex intent);

// The same, and gives back the space of what was removed.
absl::StatusOr<std::optional<EntryIndex>> FinishPruning(Log& log, EntryIndex intent);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_PRUNING_H_
