// AuditService/PruneBodies: retention. Announced by an intent and concluded by an outcome.
#ifndef EVIDENT_SERVER_HANDLERS_PRUNE_BODIES_H_
#define EVIDENT_SERVER_HANDLERS_PRUNE_BODIES_H_

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "evident/v1/audit_service.pb.h"
#include "server/call.h"
#include "server/config.h"
#include "server/method.h"

namespace evident::server {

// What removing bodies works with. Outlives the methods.
struct PruneSources {
  audit::Log& log;
  const RetentionConfig& policy;
};

// A reply that removes the bodies once that has been announced; one that changes nothing where it
// is only validated, or nothing is left to remove. INVALID_ARGUMENT (REQUEST_INVALID) with every
// violation. FAILED_PRECONDITION: PRUNING_NOT_CONFIGURED, RETENTION, ARCHIVE_REQUIRED, and those of
// SurveyBodies and PruneBodies (audit/log/pruning.h), whose other errors come as well.
absl::StatusOr<Reply> PruneBodies(const PruneSources& sources, Call& call,
                                  const v1::PruneBodiesRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_PRUNE_BODIES_H_
