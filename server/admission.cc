#include "server/admission.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::server {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr size_t kCallIdBytes = 16;

}  // namespace

Admission::Ticket Admission::Enter() {
  Ticket ticket;
  ticket.admission_ = this;
  if (in_flight_.fetch_add(1) >= in_flight_max_) {
    ticket.overload_ = MakeError(
        absl::StatusCode::kResourceExhausted, "IN_FLIGHT_CALLS",
        "the server has " + std::to_string(in_flight_max_) + " calls under way, which is its cap");
  }
  return ticket;
}

std::unique_ptr<Call> Admission::NewCall(const Arrival& arrival) const {
  const int64_t now = clock_.NowNs();
  const bool unset = arrival.deadline_ns == std::numeric_limits<int64_t>::max();
  const int64_t latest = now + (unset ? kDeadlineDefaultMs : kDeadlineMaxMs) * kNsPerMs;
  auto call =
      std::make_unique<Call>(random_.Bytes(kCallIdBytes), arrival.method, now,
                             std::min(arrival.deadline_ns, latest), arrival.cancelled, clock_);
  call->set_trace_id(arrival.trace_id);
  return call;
}

absl::Status Admission::Authenticate(const Arrival& arrival, Call& call) const {
  EVIDENT_ASSIGN_OR_RETURN(std::string identity, IdentityOf(arrival.credentials));
  Grant grant = policy_.Current()->For(identity);
  call.set_caller({std::move(identity), grant.roles, std::move(grant.tenant), arrival.peer});
  return absl::OkStatus();
}

absl::Status Admission::Authorise(const Call& call) {
  const RoleSet allowed = RolesFor(call.method());
  if (call.caller().roles.Meets(allowed)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kPermissionDenied, "ROLE_MISSING",
                   call.caller().identity + " has none of the roles that may call " +
                       call.method() + ": " + absl::StrJoin(allowed.Names(), ", "));
}

absl::Status Admission::CheckSize(size_t request_bytes) {
  if (request_bytes <= kRequestBytesMax) return absl::OkStatus();
  return MakeError(absl::StatusCode::kResourceExhausted, "REQUEST_BYTES",
                   "the request has " + std::to_string(request_bytes) + " bytes; the cap is " +
                       std::to_string(kRequestBytesMax));
}

}  // namespace evident::server
