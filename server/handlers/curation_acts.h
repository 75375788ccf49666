// CurationService: acts on single nodes, each a release of its own.
#ifndef EVIDENT_SERVER_HANDLERS_CURATION_ACTS_H_
#define EVIDENT_SERVER_HANDLERS_CURATION_ACTS_H_

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/method.h"

namespace evident::server {

// All: INVALID_ARGUMENT (REQUEST_INVALID) with every violation; PreparePublish's errors, and those
// of the act (graph/release/*_act*.h).
absl::StatusOr<Reply> ResolveCitation(graph::ReleaseManager& releases, Call& call,
                                      const v1::ResolveCitationRequest& request);
absl::StatusOr<Reply> WithdrawStatement(graph::ReleaseManager& releases, Call& call,
                                        const v1::WithdrawStatementRequest& request);
absl::StatusOr<Reply> SetReferenceStanding(graph::ReleaseManager& releases, Call& call,
                                           const v1::SetReferenceStandingRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_CURATION_ACTS_H_
