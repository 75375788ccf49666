// An answer in files, to be verified later.
#ifndef EVIDENT_CLIENT_CLI_SAVED_ANSWER_H_
#define EVIDENT_CLIENT_CLI_SAVED_ANSWER_H_

#include <string>

#include "absl/status/status.h"
#include "client/client.h"

namespace evident::cli {

inline constexpr unsigned kPrivateFile = 0600;  // an answer tells about a patient

// Writes `prefix`.request, .answer and .receipt for the user's eyes alone. WriteFileAtomically's
// errors.
absl::Status SaveAnswer(const std::string& prefix, const std::string& request,
                        const client::DecisionReply& reply);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_SAVED_ANSWER_H_
