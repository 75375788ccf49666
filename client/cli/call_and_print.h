// A command that is one call: connect, call, print.
#ifndef EVIDENT_CLIENT_CLI_CALL_AND_PRINT_H_
#define EVIDENT_CLIENT_CLI_CALL_AND_PRINT_H_

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

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_CALL_AND_PRINT_H_
