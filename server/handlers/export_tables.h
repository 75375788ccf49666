// AuditService/ExportTables.
#ifndef EVIDENT_SERVER_HANDLERS_EXPORT_TABLES_H_
#define EVIDENT_SERVER_HANDLERS_EXPORT_TABLES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "evident/v1/audit_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/policy.h"
#include "server/server_stream.h"
#include "server/watchdog.h"

namespace evident::server {

// What analyses read from. Outlives the methods.
struct TableSources {
  const audit::Log& log;
  const PolicyStore& policy;              // lists the facts whose values may be read
  const graph::ReleaseManager& releases;  // what decisions were made from
  Watchdog& timer;                        // of heartbeats
};

// Rows, at most kTableRowsEach a message, up to the newest checkpoint of when the call came, which
// the last message carries; with what releases say, where it is asked for, before the first
// decision that was made from each. Bodies are opened to make them, and no text of theirs goes out.
//
// Following, it goes on as the log grows, with a checkpoint each time that it has come to the end,
// and a heartbeat where nothing comes; it leaves no entries while it waits. It ends with
// UNAVAILABLE (SERVER_STOPPING) when the server stops.
//
// OUT_OF_RANGE (ENTRY_UNKNOWN): it begins past the log. INVALID_ARGUMENT (REQUEST_INVALID) with
// every violation. The log's errors; ReleaseParts'.
absl::StatusOr<std::unique_ptr<MessageSource>> ExportTables(const TableSources& sources, Call& call,
                                                            const v1::ExportTablesRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_EXPORT_TABLES_H_
