// KnowledgeService: walks and watches, which answer with streams.
#ifndef EVIDENT_SERVER_HANDLERS_KNOWLEDGE_STREAMS_H_
#define EVIDENT_SERVER_HANDLERS_KNOWLEDGE_STREAMS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "evident/v1/knowledge_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/server_stream.h"

namespace evident::server {

// INVALID_ARGUMENT (REQUEST_INVALID) with every violation; NOT_FOUND (NODE_NOT_FOUND) naming the
// nearest known ones; PinRelease's errors. The stream ends with Walk's errors (walk.h).
absl::StatusOr<std::unique_ptr<MessageSource>> Traverse(const graph::ReleaseManager& releases,
                                                        Call& call,
                                                        const v1::TraverseRequest& request);

// The stream never ends by itself: UNAVAILABLE (SERVER_STOPPING) when the server stops.
// INVALID_ARGUMENT (REQUEST_INVALID): a number above the head's.
absl::StatusOr<std::unique_ptr<MessageSource>> WatchReleases(
    const graph::ReleaseManager& releases, Call& call, const v1::WatchReleasesRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_KNOWLEDGE_STREAMS_H_
