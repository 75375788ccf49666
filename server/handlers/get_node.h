// KnowledgeService/GetNode.
#ifndef EVIDENT_SERVER_HANDLERS_GET_NODE_H_
#define EVIDENT_SERVER_HANDLERS_GET_NODE_H_

#include "absl/status/statusor.h"
#include "evident/v1/knowledge_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"

namespace evident::server {

// NOT_FOUND: no such release, or no such node in it (the nearest names are given).
// INVALID_ARGUMENT: a name of another form, or a release in it that is not the selector's.
absl::StatusOr<v1::GetNodeResponse> GetNode(const graph::ReleaseManager& releases, Call& call,
                                            const v1::GetNodeRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_GET_NODE_H_
