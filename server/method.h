// A unary method: its name, what its entry is, and the handler behind it.
#ifndef EVIDENT_SERVER_METHOD_H_
#define EVIDENT_SERVER_METHOD_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/leaf.h"
#include "google/protobuf/message.h"
#include "server/call.h"

namespace evident::server {

// What a handler answers.
struct Reply {
  // The whole response; or, when `is_answer`, the bytes of the answer alone, which go out as field
  // 1 with the receipt as field 2.
  std::string bytes;
  bool is_answer = false;
};

using UnaryHandler = std::function<absl::StatusOr<Reply>(Call&, std::string_view request)>;

struct Method {
  audit::LeafKind kind = audit::LeafKind::kRead;  // of the entry of a call that succeeds
  UnaryHandler handle;
  bool when_read_only = false;  // answered, unrecorded, while the log takes no entries
};

using MethodTable = std::map<std::string, Method, std::less<>>;

// INVALID_ARGUMENT: (REQUEST_MALFORMED) bytes that are not this message; (UNKNOWN_FIELD) with the
// first kViolationsShownMax field numbers that the message, or one inside it, does not have, and
// the count of the others: a request holds room for millions.
absl::Status ParseRequest(std::string_view bytes, google::protobuf::Message& request);

// A handler of messages as a handler of bytes.
template <typename Request, typename Handler>
UnaryHandler OfMessages(Handler handler) {
  return
      [handler = std::move(handler)](Call& call, std::string_view bytes) -> absl::StatusOr<Reply> {
        Request request;
        absl::Status parsed = ParseRequest(bytes, request);
        if (!parsed.ok()) return parsed;
        auto response = handler(call, request);
        if (!response.ok()) return std::move(response).status();
        return Reply{response->SerializeAsString()};
      };
}

// The same for a handler that gives the bytes of an answer.
template <typename Request, typename Handler>
UnaryHandler OfAnswers(Handler handler) {
  return
      [handler = std::move(handler)](Call& call, std::string_view bytes) -> absl::StatusOr<Reply> {
        Request request;
        absl::Status parsed = ParseRequest(bytes, request);
        if (!parsed.ok()) return parsed;
        absl::StatusOr<std::string> answer = handler(call, request);
        if (!answer.ok()) return std::move(answer).status();
        return Reply{*std::move(answer), true};
      };
}

// A response of an answer and its receipt: field 1 once, then field 2.
std::string AnswerResponse(std::string_view answer, std::string_view receipt);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_METHOD_H_
