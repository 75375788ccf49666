#include "server/handlers/get_node.h"

#include "base/status.h"
#include "server/handlers/node_view.h"
#include "server/handlers/release_selection.h"

namespace evident::server {

absl::StatusOr<v1::GetNodeResponse> GetNode(const graph::ReleaseManager& releases, Call& call,
                                            const v1::GetNodeRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const NodeName name, ParseNodeName(request.name()));
  EVIDENT_ASSIGN_OR_RETURN(graph::ReleaseSelector selector,
                           ReadSelector(releases, request.release(), "release", call));
  if (name.release) {
    const ReleaseNumber named(*name.release);
    if (selector.as_known_on_ns || (selector.number && *selector.number != named)) {
      return MakeError(absl::StatusCode::kInvalidArgument, "RELEASE_AMBIGUOUS",
                       "the node's name holds another release than the selector",
                       {{"release", "must not be given beside a release in the name"}});
    }
    selector.number = named;
  }
  EVIDENT_ASSIGN_OR_RETURN(const PinnedRelease pinned, PinRelease(releases, selector, call));
  EVIDENT_ASSIGN_OR_RETURN(v1::GetNodeResponse response, ViewNode(*pinned, name.name));
  if (name.statement && !response.node().has_statement()) {
    return MakeError(absl::StatusCode::kNotFound, "NODE_NOT_FOUND",
                     "'" + name.name + "' is not a statement");
  }
  return response;
}

}  // namespace evident::server
