// KnowledgeService/ListReleases.
#ifndef EVIDENT_SERVER_HANDLERS_LIST_RELEASES_H_
#define EVIDENT_SERVER_HANDLERS_LIST_RELEASES_H_

#include "absl/status/statusor.h"
#include "evident/v1/knowledge_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"

namespace evident::server {

// Newest first; releases that are published while a listing is under way are not on its later
// pages. INVALID_ARGUMENT: page size or token.
absl::StatusOr<v1::ListReleasesResponse> ListReleases(const graph::ReleaseManager& releases,
                                                      Call& call,
                                                      const v1::ListReleasesRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_LIST_RELEASES_H_
