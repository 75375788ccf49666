// AuditService/FindAffectedDecisions: from a statement, a concept, a piece of evidence or a
// reference to the decisions that rested on it.
#ifndef EVIDENT_SERVER_HANDLERS_AFFECTED_DECISIONS_H_
#define EVIDENT_SERVER_HANDLERS_AFFECTED_DECISIONS_H_

#include "absl/status/statusor.h"
#include "audit/index/index.h"
#include "audit/log/log.h"
#include "evident/v1/audit_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"

namespace evident::server {

// What reads of the log work with. Outlives the methods.
struct AuditSources {
  const audit::Log& log;
  audit::Index& index;
  const graph::ReleaseManager& releases;
};

// INVALID_ARGUMENT (REQUEST_INVALID), page size or token; NOT_FOUND (NODE_NOT_FOUND): no release
// ever had such a node, of these kinds; RESOURCE_EXHAUSTED (AFFECTED_TOO_MANY). The errors of
// Index::Find and RestingStatements::Find. What is read of bodies stands in the call's own entry.
absl::StatusOr<v1::FindAffectedDecisionsResponse> FindAffectedDecisions(
    const AuditSources& sources, Call& call, const v1::FindAffectedDecisionsRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_AFFECTED_DECISIONS_H_
