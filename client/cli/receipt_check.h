// Verifying what a server hands over with the log's verifier keys.
#ifndef EVIDENT_CLIENT_CLI_RECEIPT_CHECK_H_
#define EVIDENT_CLIENT_CLI_RECEIPT_CHECK_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "audit/proof/log_keys.h"
#include "audit/proof/receipt.h"
#include "client/cli/session.h"

namespace evident::cli {

// A log's verifier keys from a file: one a line, oldest first. ReadFile's errors; INVALID_ARGUMENT
// (VERIFIER_KEY_MALFORMED).
absl::StatusOr<audit::LogKeys> ReadVerifierKeys(const std::string& path);

// The session's verifier keys; nullopt when the context names none.
absl::StatusOr<std::optional<audit::LogKeys>> KnownKeys(const Session& session);

// The same, INVALID_ARGUMENT (VERIFIER_KEY_UNKNOWN) when there is none.
absl::StatusOr<audit::LogKeys> NeededKeys(const Session& session);

// "receipt verified: decisions/... is entry 7 of evident/1, checkpoint of 9 entries"
std::string InWords(const audit::VerifiedReceipt& receipt);

// What to say of a receipt that came with these bytes: that it is verified, or that nobody can
// tell, as the session knows no verifier key. Where it does not hold, or the keys cannot be read,
// the session fails, and nothing is to be shown: nullopt.
std::optional<std::string> CheckReceipt(const std::string& receipt_bytes,
                                        const std::string& answer_bytes,
                                        const std::string& request_bytes, const std::string& entry,
                                        Session& session);

// The same of a reply.
template <typename Answer>
std::optional<std::string> CheckReceipt(const client::ReceiptedReply<Answer>& reply,
                                        const std::string& request_bytes, Session& session) {
  return CheckReceipt(reply.receipt_bytes, reply.answer_bytes, request_bytes, reply.receipt.entry(),
                      session);
}

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_RECEIPT_CHECK_H_
