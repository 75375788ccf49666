#include "client/rpc_status.h"

#include <grpcpp/support/status.h>

#include <string>
#include <vector>

#include "base/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace evident::client {

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  std::string reason;
  std::vector<Violation> violations;
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& detail : details.details()) {
      google::rpc::ErrorInfo info;
      google::rpc::BadRequest bad_request;
      if (detail.UnpackTo(&info) && info.domain() == "evident") {
        reason = info.reason();
      } else if (detail.UnpackTo(&bad_request)) {
        for (const auto& violation : bad_request.field_violations()) {
          violations.push_back({violation.field(), violation.description()});
        }
      }
    }
  }
  return MakeError(static_cast<absl::StatusCode>(status.error_code()), reason,
                   status.error_message(), violations);
}

}  // namespace evident::client
