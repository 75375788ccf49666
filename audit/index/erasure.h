// Erasing subjects: the key that their bodies are sealed with is destroyed, what the index knows of
// them goes, and the log says so. Leaves and proofs stay.
//
// In this order, each durable before the next: the ring notes what is to go; an entry of the log
// says that it is gone, from when on nobody opens a body of the subject; the index forgets the
// subject; the key is destroyed. Between two of them a crash may come: FinishErasures goes on from
// the note, or, where no entry says so, takes it back.
#ifndef EVIDENT_AUDIT_INDEX_ERASURE_H_
#define EVIDENT_AUDIT_INDEX_ERASURE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/index/index.h"
#include "audit/log/entry_draft.h"
#include "audit/log/log.h"

namespace evident::audit {

struct Erased {
  KeyId key_id{};
  Committed entry;  // that says so
};

// `scope` names tenant and subject, `intent` the entry that announced it; `entry` is what the log
// is to say, but for kind and detail. NOT_FOUND (SUBJECT_UNKNOWN): nothing is sealed for the
// subject. FAILED_PRECONDITION (LEGAL_HOLD). Log::Append's errors. After each of these nothing is
// erased. UNAVAILABLE (ERASURE_UNFINISHED): the log says that the subject is erased, but its key is
// not destroyed, or not known to be, until the process starts again.
absl::StatusOr<Erased> EraseSubject(Log& log, Index& index, const SealScope& scope,
                                    const std::string& intent, EntryDraft entry);

// Settles every erasure that was begun. To be called before calls are served: one that is under way
// would be taken back. The errors of the index and of the ring.
absl::Status FinishErasures(Log& log, Index& index);

// The same of the one that this intent announced, if it was begun and nobody is at it.
absl::Status FinishErasure(Log& log, Index& index, const std::string& intent);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_INDEX_ERASURE_H_
