// AuditService/ExportEntries.
#ifndef EVIDENT_SERVER_HANDLERS_EXPORT_ENTRIES_H_
#define EVIDENT_SERVER_HANDLERS_EXPORT_ENTRIES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "evident/v1/audit_service.pb.h"
#include "server/call.h"
#include "server/server_stream.h"

namespace evident::server {

// Leaves, kExportLeavesEach a message, or entries, and behind about kExportStretchEntries of them
// the checkpoint that covers them, up to the newest one of when the call came. An auditor gets
// entries with their bodies opened, which the stream's opening entry says; an analyst gets them
// sealed. OUT_OF_RANGE (ENTRY_UNKNOWN): it begins past that. The log's errors.
absl::StatusOr<std::unique_ptr<MessageSource>> ExportEntries(
    const audit::Log& log, Call& call, const v1::ExportEntriesRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_EXPORT_ENTRIES_H_
