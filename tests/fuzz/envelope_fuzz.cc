// Sealed bodies: any body comes back as it was, and no bytes but those of its key's holder open.
#include <optional>

#include "audit/proof/aes_gcm.h"
#include "audit/proof/body_envelope.h"
#include "base/limits.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

const std::string kKey(audit::kBodyKeyBytes, 'k');
const audit::EnvelopeHeader kHeader{{1, 2, 3}, std::string(audit::kEntrySaltBytes, 's')};
constexpr std::string_view kNonce("\0\0\0\0\0\0\0\0\0\0\0", audit::kAesNonceBytes);

std::string Seal(std::string_view body) {
  return Must(audit::SealBody(kKey, kHeader, body), "a body is sealed");
}

// An envelope whose sealed part is `frame` as it is, as the holder of the key could make it.
std::string WithFrame(std::string_view frame) {
  std::string envelope = Seal("").substr(0, audit::kEnvelopeClearBytes);
  const std::string key = Must(audit::DeriveEntryKey(kKey, kHeader.entry_salt), "a key");
  const std::optional<std::string> sealed = audit::AesGcmSeal(key, kNonce, envelope, frame);
  Require(sealed.has_value(), "a frame is sealed");
  return envelope + *sealed;
}

void RunEnvelope(std::string_view input) {
  const std::string sealed = Seal(input);
  Require(Must(audit::OpenBody(kKey, sealed), "what is sealed opens") == input,
          "a body comes back as it was");

  const absl::StatusOr<std::string> opened = audit::OpenBody(kKey, input);
  if (opened.ok()) {
    Require(Seal(*opened) == input, "only what was sealed opens");
  } else {
    RequireRefusal(opened.status(),
                   {absl::StatusCode::kDataLoss, absl::StatusCode::kPermissionDenied},
                   {"ENVELOPE_TRUNCATED", "ENVELOPE_FOREIGN", "ENVELOPE_KEY_WRONG"});
  }

  const absl::StatusOr<std::string> body = audit::OpenBody(kKey, WithFrame(input));
  if (body.ok()) {
    Require(body->size() <= kBodyBytesMax, "bodies are capped");
  } else {
    RequireRefusal(body.status(),
                   {absl::StatusCode::kDataLoss, absl::StatusCode::kResourceExhausted},
                   {"ENVELOPE_BODY_CORRUPT", "BODY_TOO_LARGE"});
  }
}

// Envelopes, and the zstd frames inside them.
Seeds EnvelopeSeeds() {
  const std::string key = Must(audit::DeriveEntryKey(kKey, kHeader.entry_salt), "a key");
  Seeds seeds;
  for (const std::string& body : {std::string(), std::string("body"), std::string(2'000, 'x')}) {
    seeds.push_back(Seal(body));
    const std::string_view envelope = seeds.back();
    const auto frame =
        audit::AesGcmOpen(key, kNonce, envelope.substr(0, audit::kEnvelopeClearBytes),
                          envelope.substr(audit::kEnvelopeClearBytes));
    Require(frame.has_value(), "a seed opens");
    seeds.push_back(*frame);
  }
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(envelope, RunEnvelope, EnvelopeSeeds);
