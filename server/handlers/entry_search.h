// What an entry filter looks for, checked against who asks.
#ifndef EVIDENT_SERVER_HANDLERS_ENTRY_SEARCH_H_
#define EVIDENT_SERVER_HANDLERS_ENTRY_SEARCH_H_

#include <vector>

#include "absl/status/statusor.h"
#include "audit/index/index_terms.h"
#include "evident/v1/audit_service.pb.h"
#include "server/call.h"
#include "server/handlers/act_fields.h"

namespace evident::server {

// One group for each field that is given; none where the filter says nothing. INVALID_ARGUMENT
// (REQUEST_INVALID) with every violation. PERMISSION_DENIED (FILTER_NOT_ALLOWED): an auditor may
// ask for everything; a privacy officer must name a subject, and may name more; an analyst may ask
// for what leaves say.
absl::StatusOr<std::vector<std::vector<audit::IndexTerm>>> SearchGroups(
    const Call& call, const v1::EntryFilter& filter);

// Refuses roles that are none, and roles beside `field` where they have nothing to say.
void CheckStatementRoles(const google::protobuf::RepeatedField<int>& roles, ActFields& fields);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_ENTRY_SEARCH_H_
