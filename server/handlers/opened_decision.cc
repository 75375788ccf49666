#include "server/handlers/opened_decision.h"

#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "server/handlers/entry_view.h"

namespace evident::server {

bool IsCallersOwn(const Call& call, const v1::EntryBody& body) {
  return body.caller().identity() == call.caller().identity &&
         body.caller().tenant() == call.caller().tenant;
}

absl::StatusOr<OpenedDecision> OpenDecision(const audit::Log& log, Call& call,
                                            const std::string& name, std::string_view field) {
  const std::string shown = Beginning(name, kNameBytesMax);
  EVIDENT_ASSIGN_OR_RETURN(const FoundEntry found, FindEntry(log, name));
  if (found.leaf.kind != audit::LeafKind::kDecision) {
    return MakeError(absl::StatusCode::kInvalidArgument, "NOT_A_DECISION",
                     shown + " is no decision", {{std::string(field), "must name a decision"}});
  }
  EVIDENT_ASSIGN_OR_RETURN(OpenedBody opened, OpenUnlessGone(log, found.index));
  if (opened.state == v1::BODY_STATE_PRUNED) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DECISION_PRUNED",
                     shown + ": " + opened.gone + "; its leaf and proofs are left");
  }
  if (!opened.opened()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DECISION_ERASED",
                     shown + " was erased; its leaf and proofs are left");
  }
  const bool auditor = call.caller().roles.Has(Role::kAuditor);
  if (!auditor && !IsCallersOwn(call, opened.sealed.body())) {
    return MakeError(absl::StatusCode::kPermissionDenied, "NOT_OWN_DECISION",
                     "deciders may read decisions of their own; " + shown + " is none");
  }
  if (auditor) call.notes().effect = "opened the body of " + shown;
  return OpenedDecision{name, found.index, found.leaf, std::move(opened.sealed)};
}

}  // namespace evident::server
