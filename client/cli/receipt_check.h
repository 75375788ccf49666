// Verifying what a server hands over with the log's verifier key.
#ifndef EVIDENT_CLIENT_CLI_RECEIPT_CHECK_H_
#define EVIDENT_CLIENT_CLI_RECEIPT_CHECK_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "audit/proof/note.h"
#include "audit/proof/receipt.h"
#include "client/cli/session.h"

namespace evident::cli {

// A verifier key from a file: one line. ReadFile's errors; INVALID_ARGUMENT
// (VERIFIER_KEY_MALFORMED).
absl::StatusOr<audit::NoteVerifier> ReadVerifierKey(const std::string& path);

// The session's verifier key; nullopt when the context names none.
absl::StatusOr<std::optional<audit::NoteVerifier>> KnownVerifier(const Session& session);

// The same, INVALID_ARGUMENT (VERIFIER_KEY_UNKNOWN) when there is none.
absl::StatusOr<audit::NoteVerifier> NeededVerifier(const Session& session);

// "receipt verified: decisions/... is entry 7 of evident/1, checkpoint of 9 entries"
std::string InWords(const audit::VerifiedReceipt& receipt);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_RECEIPT_CHECK_H_
