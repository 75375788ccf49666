// Earlier decisions, opened for who may read them.
#ifndef EVIDENT_SERVER_HANDLERS_OPENED_DECISION_H_
#define EVIDENT_SERVER_HANDLERS_OPENED_DECISION_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "audit/proof/leaf.h"
#include "evident/storage/v1/audit.pb.h"
#include "evident/v1/audit.pb.h"
#include "server/call.h"

namespace evident::server {

struct OpenedDecision {
  std::string name;
  EntryIndex index;
  audit::Leaf leaf;
  storage::v1::SealedBody sealed;

  const v1::EntryBody& body() const { return sealed.body(); }
};

// Whether the body is of a call by this call's caller.
bool IsCallersOwn(const Call& call, const v1::EntryBody& body);

// The decision of this name, which is of the request's `field`: any for an auditor, which the
// call's own entry says, and for others their own. FindEntry's errors. INVALID_ARGUMENT
// (NOT_A_DECISION); FAILED_PRECONDITION (DECISION_ERASED, DECISION_PRUNED); PERMISSION_DENIED
// (NOT_OWN_DECISION).
absl::StatusOr<OpenedDecision> OpenDecision(const audit::Log& log, Call& call,
                                            const std::string& name, std::string_view field);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_OPENED_DECISION_H_
