// What commands that call a server have in common: connect, call, print; and the pages of a list.
#ifndef EVIDENT_CLIENT_CLI_CALL_AND_PRINT_H_
#define EVIDENT_CLIENT_CLI_CALL_AND_PRINT_H_

#include "absl/status/statusor.h"
#include "base/status.h"
#include "client/cli/session.h"

namespace evident::cli {

// Prints the response as JSON or by `print`, and tells the session how it ended.
template <typename Call, typename Print>
void CallAndPrint(Session& session, Call call, Print print) {
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const auto response = call(**client);
  if (!response.ok()) return session.Fail(response.status());
  session.json() ? session.PrintJson(*response) : print(*response);
  session.Done();
}

// All pages into one response; `merge` takes a page in.
template <typename Response, typename Request, typename Call, typename Merge>
absl::StatusOr<Response> AllPages(Request request, Call call, Merge merge) {
  Response all;
  do {
    EVIDENT_ASSIGN_OR_RETURN(Response page, call(request));
    request.set_page_token(page.next_page_token());
    merge(page, all);
  } while (!request.page_token().empty());
  return all;
}

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_CALL_AND_PRINT_H_
