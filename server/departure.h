// What goes back to the caller of a call.
#ifndef EVIDENT_SERVER_DEPARTURE_H_
#define EVIDENT_SERVER_DEPARTURE_H_

#include <string>

#include "absl/functional/any_invocable.h"
#include "server/admission.h"
#include "server/wire_errors.h"

namespace evident::server {

struct Departure {
  WireStatus status;
  std::string response;           // when the status is OK
  std::string receipt;            // trailing metadata "evident-receipt-bin"; empty: none
  Admission::Ticket ticket = {};  // kept until it has been delivered
};
using DepartureDone = absl::AnyInvocable<void(Departure)>;

}  // namespace evident::server

#endif  // EVIDENT_SERVER_DEPARTURE_H_
