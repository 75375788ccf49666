// A change of single nodes that one call makes, as a release of its own.
#ifndef EVIDENT_SERVER_HANDLERS_PUBLISH_CHANGE_H_
#define EVIDENT_SERVER_HANDLERS_PUBLISH_CHANGE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "google/protobuf/message.h"
#include "graph/model/change_set.h"
#include "graph/release/actor.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/handlers/node_view.h"
#include "server/method.h"

namespace evident::server {

// The head that a change is worked out against. ABORTED (HEAD_MOVED) when the frame expects
// another.
absl::StatusOr<std::shared_ptr<const graph::GraphReader>> HeadFor(
    const graph::ReleaseManager& releases, const v1::ChangeFrame& frame);

// Who calls, on the UTC day on which they do.
graph::Actor ActorOf(const Call& call);

// The release that holds a change; of a validation only, the head before it.
struct ChangedHead {
  const graph::GraphReader& reader;
  bool published;
  v1::ConsistencyToken token;
};

// What the change answers from there.
using ChangeResponse = std::function<absl::StatusOr<std::string>(const ChangedHead& changed)>;

// Sets the fields that every response of a change has.
template <typename Response>
void FillRelease(const ChangedHead& changed, Response& response) {
  *response.mutable_release() = ViewRelease(changed.reader.release());
  if (changed.published) *response.mutable_token() = changed.token;
}

struct PublishableChange {
  graph::ChangeSet changes;
  std::string effect;  // in one line: the intent's, and the label of the release
  ChangeResponse respond;
};

// Checks that the changes could be published onto `head`; then a reply that does it once it has
// been announced, or one that answers at once when the frame asks for validation only. Publish's
// errors: HEAD_MOVED also when the head moves between the two.
absl::StatusOr<Reply> PreparePublish(graph::ReleaseManager& releases, Call& call,
                                     const std::shared_ptr<const graph::GraphReader>& head,
                                     const v1::ChangeFrame& frame, PublishableChange change);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_PUBLISH_CHANGE_H_
