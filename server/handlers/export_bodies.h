// AuditService/ExportBodies.
#ifndef EVIDENT_SERVER_HANDLERS_EXPORT_BODIES_H_
#define EVIDENT_SERVER_HANDLERS_EXPORT_BODIES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "evident/v1/audit_service.pb.h"
#include "server/call.h"
#include "server/server_stream.h"

namespace evident::server {

// Leaves with sealed bodies, kArchiveBytesEach a message, up to the newest checkpoint of when the
// call came, which the last message carries. Nothing is opened. OUT_OF_RANGE (ENTRY_UNKNOWN): it
// begins past that. The log's errors.
absl::StatusOr<std::unique_ptr<MessageSource>> ExportBodies(const audit::Log& log, Call& call,
                                                            const v1::ExportBodiesRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_EXPORT_BODIES_H_
