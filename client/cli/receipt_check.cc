#include "client/cli/receipt_check.h"

#include "base/file.h"
#include "base/status.h"
#include "base/unicode.h"

namespace evident::cli {
namespace {

constexpr size_t kKeyFileBytesMax = 4096;

}  // namespace

absl::StatusOr<audit::LogKeys> ReadVerifierKeys(const std::string& path) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kKeyFileBytesMax));
  absl::StatusOr<audit::LogKeys> keys = audit::LogKeys::Parse(text);
  if (!keys.ok()) return Annotate(keys.status(), path);
  return keys;
}

absl::StatusOr<std::optional<audit::LogKeys>> KnownKeys(const Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const Context context, session.ResolveContext());
  if (context.verifier_key_file.empty()) return std::nullopt;
  EVIDENT_ASSIGN_OR_RETURN(audit::LogKeys keys, ReadVerifierKeys(context.verifier_key_file));
  return std::optional<audit::LogKeys>(std::move(keys));
}

absl::StatusOr<audit::LogKeys> NeededKeys(const Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(std::optional<audit::LogKeys> keys, KnownKeys(session));
  if (!keys) {
    return MakeError(absl::StatusCode::kInvalidArgument, "VERIFIER_KEY_UNKNOWN",
                     "the log's verifier key is not known: give --verifier-key, or verifier_key in "
                     "the context");
  }
  return *std::move(keys);
}

std::string InWords(const audit::VerifiedReceipt& receipt) {
  return "receipt verified: " + receipt.entry.ToString() + " is entry " +
         std::to_string(receipt.entry.index.value) + " of " + receipt.origin +
         ", signed checkpoint of " + std::to_string(receipt.checkpoint_size) + " entries";
}

std::optional<std::string> CheckReceipt(const std::string& receipt_bytes,
                                        const std::string& answer_bytes,
                                        const std::string& request_bytes, const std::string& entry,
                                        Session& session) {
  const auto keys = KnownKeys(session);
  if (!keys.ok()) {
    session.Fail(keys.status());
    return std::nullopt;
  }
  if (!*keys) {
    return "receipt not verified: the log's verifier key is not known (--verifier-key); entry " +
           Printable(entry);
  }
  const auto verified = audit::VerifyReceipt(receipt_bytes, answer_bytes, request_bytes, **keys);
  if (!verified.ok()) {
    session.FailVerification(
        Annotate(verified.status(), "the answer is not shown, since its receipt does not hold"));
    return std::nullopt;
  }
  return InWords(*verified);
}

}  // namespace evident::cli
