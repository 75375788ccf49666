// Which release a request means.
#ifndef EVIDENT_SERVER_HANDLERS_RELEASE_SELECTION_H_
#define EVIDENT_SERVER_HANDLERS_RELEASE_SELECTION_H_

#include <memory>

#include "absl/status/statusor.h"
#include "evident/v1/decision_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/handlers/node_view.h"

namespace evident::server {

using PinnedRelease = std::shared_ptr<const graph::GraphReader>;

// INVALID_ARGUMENT (RELEASE_NAME_INVALID) for a name of another form, at `field`. A token is waited
// for until the call's deadline: DEADLINE_EXCEEDED (RELEASE_NOT_YET), RESOURCE_EXHAUSTED
// (READS_WAITING) beyond kWaitingReadsMax, FAILED_PRECONDITION (ANOTHER_DATABASE, FORKED_HISTORY).
absl::StatusOr<graph::ReleaseSelector> ReadSelector(const graph::ReleaseManager& releases,
                                                    const v1::ReleaseSelector& selector,
                                                    std::string_view field, const Call& call);

// Pins the release, and notes it in the call's entry. ReadSelector's and Pin's errors.
absl::StatusOr<PinnedRelease> PinRelease(const graph::ReleaseManager& releases,
                                         const v1::ReleaseSelector& selector,
                                         std::string_view field, Call& call);

// The same for a selector that was read.
absl::StatusOr<PinnedRelease> PinRelease(const graph::ReleaseManager& releases,
                                         const graph::ReleaseSelector& selector, Call& call);

// The same for a release by its number.
absl::StatusOr<PinnedRelease> PinRelease(const graph::ReleaseManager& releases,
                                         ReleaseNumber number, Call& call);

// The same for a node: the release in its name, or else the selector's. INVALID_ARGUMENT
// (RELEASE_AMBIGUOUS) when the selector names another.
absl::StatusOr<PinnedRelease> PinFor(const NodeName& name, const graph::ReleaseManager& releases,
                                     const v1::ReleaseSelector& selector, std::string_view field,
                                     Call& call);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_RELEASE_SELECTION_H_
