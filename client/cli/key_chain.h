// From the verifier keys of a log that are known to those that came before and after them.
#ifndef EVIDENT_CLIENT_CLI_KEY_CHAIN_H_
#define EVIDENT_CLIENT_CLI_KEY_CHAIN_H_

#include "absl/status/statusor.h"
#include "audit/proof/log_keys.h"
#include "client/client.h"

namespace evident::cli {

// All keys of the server's log, oldest first, each proven from `known`: a later one by the
// hand-over that the key before it signed, an earlier one by the entry that names it, in the log
// that the newest key signs. Nothing that the server says is taken on trust. DATA_LOSS
// (KEY_CHAIN_BROKEN) naming the entry where the proof fails, or when `known` is none of the log's
// keys; the client's errors.
absl::StatusOr<audit::LogKeys> FollowRotations(client::Client& client, const audit::LogKeys& known);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_KEY_CHAIN_H_
