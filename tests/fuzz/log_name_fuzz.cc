// Names of logs and entries, and keys as text: one spelling for each.
#include "audit/proof/entry_name.h"
#include "audit/proof/note.h"
#include "base/limits.h"
#include "base/status.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

void RunLogName(std::string_view input) {
  const absl::StatusOr<audit::LogId> log = audit::ParseOrigin(input);
  if (log.ok()) {
    Require(log->Origin() == input, "an origin is written back");
    Require(audit::IsValidLogName(log->name) && log->name.size() <= kLogNameBytesMax,
            "an origin has a log's name");
  } else {
    RequireRefusal(log.status(), {kInvalid}, {"LOG_NAME_INVALID"});
  }
  const absl::StatusOr<audit::EntryName> entry = audit::ParseEntryName(input);
  if (entry.ok()) {
    Require(entry->ToString() == input, "an entry's name is written back");
  } else {
    RequireRefusal(entry.status(), {kInvalid}, {"ENTRY_NAME_INVALID"});
  }
  const absl::StatusOr<audit::NoteVerifier> verifier = audit::NoteVerifier::Parse(input);
  if (verifier.ok()) {
    Require(verifier->ToText() == input, "a verifier key is written back");
    verifier->Verifies("text\n", std::string(64, 's'));
  } else {
    RequireRefusal(verifier.status(), {kInvalid}, {"VERIFIER_KEY_MALFORMED"});
  }
  const absl::StatusOr<audit::NoteSigner> signer = audit::NoteSigner::Parse(input);
  if (signer.ok()) {
    Require(signer->ToText() == input, "a signer key is written back");
  } else {
    RequireRefusal(signer.status(), {kInvalid}, {"SIGNER_KEY_MALFORMED"});
    const bool shown =
        input.size() > 20 && signer.status().message().find(absl::string_view(
                                 input.data() + input.size() - 20, 20)) != absl::string_view::npos;
    Require(!shown, "a refused signer key is not shown");
  }
}

Seeds LogNameSeeds() {
  const auto signer =
      Must(audit::NoteSigner::FromSeed("log.example/1", std::string(32, 'x')), "a signer");
  return {"log.example/1",           "a-b.c-1/4294967295",
          "entries/log.example.1-0", "decisions/a-b.c-1.4294967295-18446744073709551615",
          signer.ToText(),           signer.verifier().ToText()};
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(log_name, RunLogName, LogNameSeeds);
