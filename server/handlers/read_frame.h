// What paged reads of one release have in common.
#ifndef EVIDENT_SERVER_HANDLERS_READ_FRAME_H_
#define EVIDENT_SERVER_HANDLERS_READ_FRAME_H_

#include <initializer_list>
#include <string>

#include "absl/status/statusor.h"
#include "evident/v1/decision_service.pb.h"
#include "google/protobuf/message.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/handlers/release_selection.h"
#include "server/page_token.h"

namespace evident::server {

// What the tokens of a paged read are bound to: its method, the database, and its filter, which is
// all of `request` but the fields `places`. Each of them must be a field of it.
std::string PageScope(const graph::ReleaseManager& releases, const Call& call,
                      const google::protobuf::Message& request,
                      std::initializer_list<const char*> places);

// A page of one release: the first page pins what the request names, the others what the first did.
struct ReleasePage {
  PinnedRelease release;
  int size = 0;
  uint64_t next = 0;  // where it begins
  std::string scope;  // what its tokens are bound to

  // The token of the page that begins at `position`.
  std::string TokenFor(uint64_t position) const;
};

// Of a request with the fields release, page_size and page_token; everything else of it is its
// filter, to which tokens are bound. PageSize's, ReadPageToken's and PinRelease's errors.
absl::StatusOr<ReleasePage> OpenPage(const graph::ReleaseManager& releases, Call& call,
                                     const google::protobuf::Message& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_READ_FRAME_H_
