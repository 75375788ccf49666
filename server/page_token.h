// Tokens of paginated lists. They are opaque to callers, hold on after a restart, and are refused
// by another server, another method and another filter.
#ifndef EVIDENT_SERVER_PAGE_TOKEN_H_
#define EVIDENT_SERVER_PAGE_TOKEN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace evident::server {

// Where a listing goes on.
struct PagePosition {
  uint64_t next = 0;   // what the next page begins with
  uint64_t bound = 0;  // where the listing ends, fixed on its first page
  bool operator==(const PagePosition&) const = default;
};

// `scope` is what the token is bound to: store, method and filter.
std::string MakePageToken(std::string_view scope, const PagePosition& position);

// INVALID_ARGUMENT (PAGE_TOKEN_INVALID) for anything that MakePageToken did not make for `scope`.
absl::StatusOr<PagePosition> ReadPageToken(std::string_view scope, std::string_view token);

// `requested` of a request: 0 is kPageSizeDefault. INVALID_ARGUMENT (PAGE_SIZE_INVALID) below 0 or
// above kPageSizeMax.
absl::StatusOr<int> PageSize(int32_t requested);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_PAGE_TOKEN_H_
