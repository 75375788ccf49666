// CurationService: clinical review of revisions.
#ifndef EVIDENT_SERVER_HANDLERS_REVIEW_HANDLERS_H_
#define EVIDENT_SERVER_HANDLERS_REVIEW_HANDLERS_H_

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/method.h"

namespace evident::server {

// INVALID_ARGUMENT (REQUEST_INVALID) with every violation. PERMISSION_DENIED (ROLE_MISSING):
// submitting takes the role curator, voting the role reviewer. AddReview's errors (review_acts.h);
// PreparePublish's.
absl::StatusOr<Reply> ReviewStatements(graph::ReleaseManager& releases, Call& call,
                                       const v1::ReviewStatementsRequest& request);

// INVALID_ARGUMENT: page size, token, release, state. A page looks at no more than
// kReviewsScannedMax nodes.
absl::StatusOr<v1::ListReviewsResponse> ListReviews(const graph::ReleaseManager& releases,
                                                    Call& call,
                                                    const v1::ListReviewsRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_REVIEW_HANDLERS_H_
