// Errors of one of several questions, which travel in the response.
#ifndef EVIDENT_SERVER_ITEM_ERROR_H_
#define EVIDENT_SERVER_ITEM_ERROR_H_

#include "absl/status/status.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::server {

// The first kViolationsShownMax violations, in UTF-8. `status` is not OK.
v1::ItemError ViewError(const absl::Status& status);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_ITEM_ERROR_H_
