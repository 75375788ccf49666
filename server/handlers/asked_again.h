// Questions that bear an id of their caller's, so that they can be asked again when the answer did
// not arrive (docs/operating.md).
#ifndef EVIDENT_SERVER_HANDLERS_ASKED_AGAIN_H_
#define EVIDENT_SERVER_HANDLERS_ASKED_AGAIN_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "evident/v1/decision_service.pb.h"
#include "server/handlers/decide_question.h"
#include "server/method.h"

namespace evident::server {

// What was answered under the frame's request id in the last kRequestIdHours, with that entry's
// receipt; nullopt for a frame without an id, or with a new one, which then is the call's mark, and
// the call's alone until it has been answered. `request` is the message as received. MarkOf's
// errors; INVALID_ARGUMENT (REQUEST_ID_REUSED): the id stands for another request; ABORTED
// (REQUEST_ID_IN_USE): the first call is under way; ReplayOf's; FAILED_PRECONDITION
// (ANSWER_NOT_REBUILT): this engine gives another answer than the one that was given.
absl::StatusOr<std::optional<Reply>> AnswerAgain(const DecisionSources& sources, Call& call,
                                                 const v1::QuestionFrame& frame,
                                                 std::string_view request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_ASKED_AGAIN_H_
