// Addresses to listen on, looked at before gRPC does: it says only that it failed, not why.
#ifndef EVIDENT_SERVER_LISTEN_ADDRESS_H_
#define EVIDENT_SERVER_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/status.h"

namespace evident::server {

// That "host:port" can be bound now. UNAVAILABLE (ADDRESS_IN_USE) when another process has it;
// INVALID_ARGUMENT (ADDRESS_INVALID) when it does not resolve or is not this machine's;
// PERMISSION_DENIED (ADDRESS_FORBIDDEN).
absl::Status CheckAddressFree(const std::string& address);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_LISTEN_ADDRESS_H_
