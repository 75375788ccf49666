#include "server/handlers/request_mark.h"

#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"

namespace evident::server {

int64_t OldestAnswerNs(const Call& call) {
  return call.clock().NowNs() - int64_t{kRequestIdHours} * 3'600 * 1'000'000'000;
}

absl::StatusOr<std::optional<RequestMark>> MarkOf(const Call& call, std::string_view request_id,
                                                  std::string_view request) {
  if (request_id.empty()) return std::optional<RequestMark>();
  if (request_id.size() > kRequestIdBytesMax) {
    const std::string why = "must be at most " + std::to_string(kRequestIdBytesMax) + " bytes";
    return MakeError(absl::StatusCode::kInvalidArgument, "REQUEST_INVALID",
                     "the request is not valid: request_id " + why, {{"request_id", why}});
  }
  const std::string_view zero("\0", 1);
  return std::optional<RequestMark>(
      {Sha256({call.caller().identity, zero, request_id}), Sha256({call.method(), zero, request})});
}

absl::StatusOr<std::optional<std::string>> AnsweredBefore(const graph::DraftStore& store,
                                                          Call& call) {
  if (!call.mark()) return std::optional<std::string>();
  EVIDENT_ASSIGN_OR_RETURN(auto answer, store.Answer(call.mark()->id, OldestAnswerNs(call)));
  if (!answer) return std::optional<std::string>();
  if (answer->request() != call.mark()->request.view()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED",
                     "this request_id stands for another request, announced by " + answer->intent(),
                     {{"request_id", "must be a new one for another request"}});
  }
  call.notes().effect = "answered again: it was done as " + answer->intent();
  return std::optional(std::move(*answer->mutable_response()));
}

absl::StatusOr<std::vector<graph::AttachedRow>> RowsOfAnswer(const graph::DraftStore& store,
                                                             const Call& call, std::string response,
                                                             const std::string& intent) {
  if (!call.mark()) return std::vector<graph::AttachedRow>();
  EVIDENT_ASSIGN_OR_RETURN(const auto answered,
                           store.Answer(call.mark()->id, OldestAnswerNs(call)));
  if (answered) {
    return MakeError(absl::StatusCode::kAborted, "REQUEST_ID_IN_USE",
                     "another call with this request_id was under way, and is done by now as " +
                         answered->intent());
  }
  storage::v1::AnsweredRequest answer;
  answer.set_time_ns(call.clock().NowNs());
  answer.set_request(std::string(call.mark()->request.view()));
  answer.set_response(std::move(response));
  answer.set_intent(intent);
  return graph::DraftStore::AnswerRows(call.mark()->id, answer);
}

void ForgetOldAnswers(graph::DraftStore& store, const Call& call) {
  if (!call.mark()) return;
  const absl::Status status = store.ForgetAnswers(OldestAnswerNs(call));
  if (status.ok()) return;
  Log(LogLevel::kWarning, "answers that are too old were not let go of",
      {{"error", std::string(status.message())}});
}

}  // namespace evident::server
