// What an entry of the log says that analyses may have.
#ifndef EVIDENT_SERVER_HANDLERS_ENTRY_ROW_H_
#define EVIDENT_SERVER_HANDLERS_ENTRY_ROW_H_

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "base/ids.h"
#include "evident/v1/analytics.pb.h"
#include "server/policy.h"

namespace evident::server {

// The body is opened for it, and no text of it goes out; values of the facts that the policy lists
// do. The log's errors.
absl::StatusOr<v1::EntryRow> RowOf(const audit::Log& log, EntryIndex index, const Policy& policy);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_ENTRY_ROW_H_
