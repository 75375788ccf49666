// Turns a draft into what the committer needs: commitments made, body sealed. Runs on the caller's
// thread.
#ifndef EVIDENT_AUDIT_LOG_SEALER_H_
#define EVIDENT_AUDIT_LOG_SEALER_H_

#include <string>

#include "absl/status/statusor.h"
#include "audit/log/entry_draft.h"
#include "audit/log/key_ring.h"
#include "base/clock.h"
#include "base/random.h"

namespace evident::audit {

struct SealedEntry {
  Leaf leaf;             // all but the commit time
  std::string envelope;  // the sealed body
  std::string request_salt;
  std::string answer_salt;
};

// A request above kRecordedRequestBytesMax is kept as its length and SHA-256. KeyRing::KeyFor's and
// SealBody's errors.
absl::StatusOr<SealedEntry> SealEntry(EntryDraft draft, KeyRing& keys, const Clock& clock,
                                      Random& random);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_SEALER_H_
