#include "server/handlers/list_releases.h"

#include <string>
#include <vector>

#include "base/status.h"
#include "server/handlers/node_view.h"
#include "server/page_token.h"

namespace evident::server {

absl::StatusOr<v1::ListReleasesResponse> ListReleases(const graph::ReleaseManager& releases,
                                                      Call& call,
                                                      const v1::ListReleasesRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const std::string scope = call.method() + "\n" + releases.database_id();
  PagePosition position;
  if (!request.page_token().empty()) {
    EVIDENT_ASSIGN_OR_RETURN(position, ReadPageToken(scope, request.page_token()));
  }
  // One more than the page holds, to know whether there is another.
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<storage::v1::ReleaseRecord> records,
                           releases.List(ReleaseNumber(static_cast<uint32_t>(position.next)),
                                         static_cast<size_t>(page_size) + 1));
  v1::ListReleasesResponse response;
  for (const storage::v1::ReleaseRecord& record : records) {
    if (response.releases_size() == page_size) {
      const uint32_t last = response.releases(page_size - 1).number();
      response.set_next_page_token(MakePageToken(scope, {last, 0}));
      break;
    }
    *response.add_releases() = ViewRelease(record);
  }
  return response;
}

}  // namespace evident::server
