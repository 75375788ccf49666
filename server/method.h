// A unary method: what its entry is, and the handler behind it.
#ifndef EVIDENT_SERVER_METHOD_H_
#define EVIDENT_SERVER_METHOD_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/leaf.h"
#include "google/protobuf/message.h"
#include "server/call.h"

namespace evident::server {

// A change that was found to be possible; nothing has happened yet.
class PreparedChange {
 public:
  virtual ~PreparedChange() = default;

  // What it is about to change, in one line for the intent's entry.
  virtual std::string Effect() const = 0;

  // Carries it out, once; `intent` is the name of the entry that announced it. May set the call's
  // notes: `effect` says what came of it. An error says that nothing changed, unless it
  // IsUncertain (effect.h).
  virtual absl::StatusOr<std::string> Apply(Call& call, const std::string& intent) = 0;
};

// What a handler answers.
struct Reply {
  // The whole response; or, when `is_answer`, the bytes of the answer alone, which go out as field
  // 1 with the receipt as field 2.
  std::string bytes;
  bool is_answer = false;
  // When set, the reply is what this change answers once it has been announced and carried out.
  std::unique_ptr<PreparedChange> change = nullptr;
  // When set, what goes out as field 2: the receipt of the earlier entry that gave this answer. The
  // call's own entry is then a read, and its receipt travels in the trailing metadata.
  std::string earlier_receipt = {};
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

// A handler of messages, whatever it gives, as one of bytes: ParseRequest's errors come first.
template <typename Request, typename Handler>
auto OfRequests(Handler handler) {
  return [handler = std::move(handler)](Call& call, std::string_view bytes)
             -> std::invoke_result_t<const Handler&, Call&, const Request&> {
    Request request;
    absl::Status parsed = ParseRequest(bytes, request);
    if (!parsed.ok()) return parsed;
    return handler(call, request);
  };
}

// A handler that gives the response, as a message.
template <typename Request, typename Handler>
UnaryHandler OfMessages(Handler handler) {
  return OfRequests<Request>(
      [handler = std::move(handler)](Call& call, const Request& request) -> absl::StatusOr<Reply> {
        auto response = handler(call, request);
        if (!response.ok()) return std::move(response).status();
        return Reply{response->SerializeAsString()};
      });
}

// A handler that gives the bytes of an answer.
template <typename Request, typename Handler>
UnaryHandler OfAnswers(Handler handler) {
  return OfRequests<Request>(
      [handler = std::move(handler)](Call& call, const Request& request) -> absl::StatusOr<Reply> {
        absl::StatusOr<std::string> answer = handler(call, request);
        if (!answer.ok()) return std::move(answer).status();
        return Reply{*std::move(answer), true};
      });
}

// A response of an answer and its receipt: field 1 once, then field 2.
std::string AnswerResponse(std::string_view answer, std::string_view receipt);

// Field 2 alone, of a response whose answer was refused.
std::string ReceiptField(std::string_view receipt);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_METHOD_H_
