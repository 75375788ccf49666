// Which stretch of the log a request is about.
#ifndef EVIDENT_SERVER_HANDLERS_LOG_RANGE_H_
#define EVIDENT_SERVER_HANDLERS_LOG_RANGE_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "base/status.h"
#include "server/call.h"
#include "server/page_token.h"

namespace evident::server {

// A size of the log with its checkpoint.
struct CoveredSize {
  uint64_t size = 0;
  std::string checkpoint;  // signed note; empty when none was kept for the size
};

// What a signed note of this log covers. OpenCheckpoint's errors.
absl::StatusOr<CoveredSize> CoveredBy(const audit::Log& log, std::string note);
inline absl::StatusOr<CoveredSize> CoveredByNewest(const audit::Log& log) {
  return CoveredBy(log, log.LatestCheckpoint());
}

// That a stream from `begin` on begins within the first `size` entries, or right behind them.
// OUT_OF_RANGE (ENTRY_UNKNOWN).
absl::Status CheckBegin(uint64_t begin, uint64_t size);

// What a page token of a listing of entries is bound to: all of the request but the page.
template <typename Request>
std::string LogScope(const audit::Log& log, const Call& call, Request request) {
  request.clear_page_size();
  request.clear_page_token();
  return call.method() + "\n" + log.id().Origin() + "\n" + request.SerializeAsString();
}

// Whether a request that has bounds of time has them the wrong way round.
template <typename Request>
bool EndsBeforeItBegins(const Request& request) {
  return request.has_begin_time_ns() && request.has_end_time_ns() &&
         request.end_time_ns() < request.begin_time_ns();
}

// `position` within the request's bounds of time. Log::FindTime's errors.
template <typename Request>
absl::StatusOr<PagePosition> WithinTimes(const audit::Log& log, const Request& request,
                                         PagePosition position) {
  if (request.has_begin_time_ns()) {
    EVIDENT_ASSIGN_OR_RETURN(const uint64_t first, log.FindTime(request.begin_time_ns()));
    position.next = std::max(position.next, first);
  }
  if (request.has_end_time_ns()) {
    EVIDENT_ASSIGN_OR_RETURN(const uint64_t end, log.FindTime(request.end_time_ns()));
    position.bound = std::min(position.bound, end);
  }
  return position;
}

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_LOG_RANGE_H_
