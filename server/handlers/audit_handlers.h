// AuditService: reading and proving the log. Each call is an entry itself; the pages and proofs it
// answers with end before that.
#ifndef EVIDENT_SERVER_HANDLERS_AUDIT_HANDLERS_H_
#define EVIDENT_SERVER_HANDLERS_AUDIT_HANDLERS_H_

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "evident/v1/audit_service.pb.h"
#include "server/call.h"
#include "server/handlers/affected_decisions.h"

namespace evident::server {

// An auditor gets the body opened, which the call's own entry says; a decider does for decisions of
// its own; an analyst gets it sealed. NOT_FOUND (ENTRY_NOT_FOUND); PERMISSION_DENIED
// (NOT_OWN_DECISION).
absl::StatusOr<v1::GetEntryResponse> GetEntry(const audit::Log& log, Call& call,
                                              const v1::GetEntryRequest& request);

// INVALID_ARGUMENT: page size, token, or bounds the wrong way round; SearchGroups' and
// Index::Find's errors for a filter. PERMISSION_DENIED (FILTER_NOT_ALLOWED) also for a privacy
// officer who names no subject.
absl::StatusOr<v1::ListEntriesResponse> ListEntries(const AuditSources& sources, Call& call,
                                                    const v1::ListEntriesRequest& request);

absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint(const audit::Log& log, Call& call,
                                                        const v1::GetCheckpointRequest& request);

absl::StatusOr<v1::GetInclusionProofResponse> GetInclusionProof(
    const audit::Log& log, Call& call, const v1::GetInclusionProofRequest& request);

absl::StatusOr<v1::GetConsistencyProofResponse> GetConsistencyProof(
    const audit::Log& log, Call& call, const v1::GetConsistencyProofRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_AUDIT_HANDLERS_H_
