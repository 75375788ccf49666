// Changes that carry an id of their caller's, so that they can be tried again (docs/operating.md).
#ifndef EVIDENT_SERVER_HANDLERS_REQUEST_MARK_H_
#define EVIDENT_SERVER_HANDLERS_REQUEST_MARK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/release/draft_store.h"
#include "server/call.h"

namespace evident::server {

// The id and the bytes of the request that bears it; nullopt for an empty id. Ids of different
// callers are different ids. INVALID_ARGUMENT (REQUEST_INVALID): longer than kRequestIdBytesMax.
absl::StatusOr<std::optional<RequestMark>> MarkOf(const Call& call, std::string_view request_id,
                                                  std::string_view request);

// What was answered before this is not remembered any more, nanoseconds since 1970 UTC.
int64_t OldestAnswerNs(const Call& call);

// What was answered under the call's mark in the last kRequestIdHours, noted as the call's effect;
// nullopt when it bears none or nothing was. INVALID_ARGUMENT (REQUEST_ID_REUSED): it stands for
// another request. The store's errors.
absl::StatusOr<std::optional<std::string>> AnsweredBefore(const graph::DraftStore& store,
                                                          Call& call);

// The rows that keep this answer to the call; none when it bears no mark. To be asked where nobody
// else can write them: ABORTED (REQUEST_ID_IN_USE) when another call was answered under the mark
// meanwhile.
absl::StatusOr<std::vector<graph::AttachedRow>> RowsOfAnswer(const graph::DraftStore& store,
                                                             const Call& call, std::string response,
                                                             const std::string& intent);

// Lets go of answers that are too old, when the call bears a mark; a failure is logged.
void ForgetOldAnswers(graph::DraftStore& store, const Call& call);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_REQUEST_MARK_H_
