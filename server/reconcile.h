// The audit log and the knowledge held against each other: what the log says was published must be
// there on start, and intents that a crash, or a log that took no entries, left open are settled.
#ifndef EVIDENT_SERVER_RECONCILE_H_
#define EVIDENT_SERVER_RECONCILE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "base/ids.h"
#include "graph/release/release_manager.h"

namespace evident::server {

// That the knowledge holds the release which the newest successful publish in the log announced:
// DATA_LOSS (KNOWLEDGE_BEHIND_LOG) naming that entry and both releases. To be asked before
// ReconcileIntents, which trusts the knowledge. Reads the leaves that follow the intent of the
// knowledge's newest release, from the end; damaged ones are logged and passed over.
absl::Status CheckKnowledgeHolds(const audit::Log& log, const graph::ReleaseManager& releases);

// For each of `open`, intents without an outcome that no import of this process works on: looks
// whether the release that it announced is there, records the outcome, OK or ABORTED
// (INTENT_INTERRUPTED), and takes it off `open`. Stops at the first error.
absl::Status ReconcileIntents(audit::Log& log, const graph::ReleaseManager& releases,
                              const Clock& clock, std::vector<EntryIndex>& open);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_RECONCILE_H_
