#include "server/handlers/get_node.h"

#include "base/status.h"
#include "server/handlers/node_view.h"
#include "server/handlers/release_selection.h"

namespace evident::server {

absl::StatusOr<v1::GetNodeResponse> GetNode(const graph::ReleaseManager& releases, Call& call,
                                            const v1::GetNodeRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const NodeName name, ParseNodeName(request.name()));
  EVIDENT_ASSIGN_OR_RETURN(const PinnedRelease pinned,
                           PinFor(name, releases, request.release(), "release", call));
  EVIDENT_ASSIGN_OR_RETURN(v1::GetNodeResponse response, ViewNode(*pinned, name.name));
  if (name.statement && !response.node().has_statement()) {
    return MakeError(absl::StatusCode::kNotFound, "NODE_NOT_FOUND",
                     "'" + name.name + "' is not a statement");
  }
  return response;
}

}  // namespace evident::server
