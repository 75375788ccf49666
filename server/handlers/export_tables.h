// AuditService/ExportTables.
#ifndef EVIDENT_SERVER_HANDLERS_EXPORT_TABLES_H_
#define EVIDENT_SERVER_HANDLERS_EXPORT_TABLES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "evident/v1/audit_service.pb.h"
#include "server/call.h"
#include "server/policy.h"
#include "server/server_stream.h"

namespace evident::server {

// What analyses read from. Outlives the methods.
struct TableSources {
  const audit::Log& log;
  const PolicyStore& policy;  // lists the facts whose values may be read
};

// Rows, at most kTableRowsEach a message, up to the newest checkpoint of when the call came, which
// the last message carries. Bodies are opened to make them, and no text of theirs goes out.
// OUT_OF_RANGE (ENTRY_UNKNOWN): it begins past that. The log's errors.
absl::StatusOr<std::unique_ptr<MessageSource>> ExportTables(const TableSources& sources, Call& call,
                                                            const v1::ExportTablesRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_EXPORT_TABLES_H_
