// Turns a draft into what the committer needs: commitments made, body sealed. Runs on the caller's
// thread.
#ifndef EVIDENT_AUDIT_LOG_SEALER_H_
#define EVIDENT_AUDIT_LOG_SEALER_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "audit/log/entry_draft.h"
#include "audit/log/follower.h"
#include "audit/log/key_ring.h"
#include "base/random.h"

namespace evident::audit {

struct SealedEntry {
  Leaf leaf;             // all but the commit time
  std::string envelope;  // the sealed body
  std::string request_salt;
  std::string answer_salt;
  std::optional<KeyId> made_key;  // the key that sealed the body, where it was made for it
  std::string request_mark;       // of the body; empty: none
  std::string digest;             // what a follower remembers of it
};

// A request above kRecordedRequestBytesMax is kept as its length and SHA-256. In the body's and the
// caller's texts, which may be whatever a peer sent, bytes that are no UTF-8 become "\xHH": they
// could be written, but never read again. INVALID_ARGUMENT (LEAF_INVALID) for a draft that makes no
// leaf; SealBody's errors. `follower` may be null.
absl::StatusOr<SealedEntry> SealEntry(EntryDraft draft, const BodyKey& key, Random& random,
                                      Follower* follower = nullptr);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_SEALER_H_
