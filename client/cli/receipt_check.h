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

// What to say of a receipt that came with these bytes: that it is verified, or that nobody can
// tell, as the session knows no verifier key. VerifyReceipt's errors where it does not hold: then
// nothing is to be shown.
absl::StatusOr<std::string> CheckReceipt(const Session& session, const v1::Receipt& receipt,
                                         const std::string& receipt_bytes,
                                         const std::string& answer_bytes,
                                         const std::string& request_bytes);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_RECEIPT_CHECK_H_
