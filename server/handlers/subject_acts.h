// AuditService: what privacy officers do about a subject. Each is announced by an intent and
// concluded by an outcome.
#ifndef EVIDENT_SERVER_HANDLERS_SUBJECT_ACTS_H_
#define EVIDENT_SERVER_HANDLERS_SUBJECT_ACTS_H_

#include "absl/status/statusor.h"
#include "audit/index/index.h"
#include "audit/log/log.h"
#include "evident/v1/audit_service.pb.h"
#include "server/call.h"
#include "server/method.h"

namespace evident::server {

// What acts on subjects work with. Outlives the methods.
struct SubjectSources {
  audit::Log& log;
  audit::Index& index;
};

// Each: INVALID_ARGUMENT (REQUEST_INVALID) with every violation.
//
// NOT_FOUND (SUBJECT_UNKNOWN): nothing is sealed for the subject; FAILED_PRECONDITION (LEGAL_HOLD);
// UNAVAILABLE (ERASURE_UNFINISHED).
absl::StatusOr<Reply> EraseSubject(const SubjectSources& sources, Call& call,
                                   const v1::EraseSubjectRequest& request);

// ALREADY_EXISTS (LEGAL_HOLD), naming the entry that placed the one there is.
absl::StatusOr<Reply> PlaceLegalHold(const SubjectSources& sources, Call& call,
                                     const v1::PlaceLegalHoldRequest& request);

// NOT_FOUND (NO_LEGAL_HOLD).
absl::StatusOr<Reply> LiftLegalHold(const SubjectSources& sources, Call& call,
                                    const v1::LiftLegalHoldRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_SUBJECT_ACTS_H_
