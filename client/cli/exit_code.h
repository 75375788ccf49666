// Exit codes of the command line (docs/operating.md).
#ifndef EVIDENT_CLIENT_CLI_EXIT_CODE_H_
#define EVIDENT_CLIENT_CLI_EXIT_CODE_H_

#include "absl/status/status.h"

namespace evident::cli {

enum ExitCode : int {
  kExitDone = 0,
  kExitFailed = 1,        // anything that is none of the others
  kExitUsage = 2,         // the command's own words are wrong
  kExitBadInput = 3,      // the server or a check found the input wrong, or what it names missing
  kExitNotPermitted = 4,  // not authenticated, or not allowed
  kExitUnavailable = 5,   // may work when tried again
  kExitNotVerified = 6,   // a receipt, proof, log or case does not hold
};

// What a failed call exits with.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_EXIT_CODE_H_
