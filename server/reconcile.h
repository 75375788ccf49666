// What a crash between an intent and its outcome leaves open, settled on start.
#ifndef EVIDENT_SERVER_RECONCILE_H_
#define EVIDENT_SERVER_RECONCILE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "graph/release/release_manager.h"

namespace evident::server {

// For each intent without an outcome: looks whether the release that it announced is there, and
// records the outcome, OK or ABORTED (INTENT_INTERRUPTED). Before calls are taken. How many there
// were.
absl::StatusOr<size_t> ReconcileIntents(audit::Log& log, const graph::ReleaseManager& releases,
                                        const Clock& clock);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_RECONCILE_H_
