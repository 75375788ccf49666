// Where a revision stands in clinical review, as callers see it.
#ifndef EVIDENT_SERVER_HANDLERS_REVIEW_STATUS_H_
#define EVIDENT_SERVER_HANDLERS_REVIEW_STATUS_H_

#include <string>

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "graph/model/graph_reader.h"

namespace evident::server {

// `today` (YYYY-MM-DD) decides what is overdue. ReviewOf's errors.
absl::StatusOr<v1::ReviewStatus> ViewReview(const graph::GraphReader& reader, const NodeId& id,
                                            const std::string& today);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_REVIEW_STATUS_H_
