// gRPC statuses as absl::Status, with the reason and every violation that the server sent.
#ifndef EVIDENT_CLIENT_RPC_STATUS_H_
#define EVIDENT_CLIENT_RPC_STATUS_H_

#include "absl/status/status.h"

namespace grpc {
class Status;
}

namespace evident::client {

// The code and message, and from the details google.rpc.ErrorInfo (domain "evident") and
// BadRequest. Details that do not parse are left out: the code and message stand by themselves.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace evident::client

#endif  // EVIDENT_CLIENT_RPC_STATUS_H_
