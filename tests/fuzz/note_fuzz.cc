// Signed notes and checkpoints: one spelling, and no note verifies that the key did not sign.
#include "audit/proof/checkpoint.h"
#include "audit/proof/note.h"
#include "base/encoding.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

const audit::NoteSigner& Signer() {
  static const auto* const signer = new audit::NoteSigner(
      Must(audit::NoteSigner::FromSeed("log.example/1", std::string(32, 'x')), "a signer"));
  return *signer;
}

std::string Write(const audit::Note& note) {
  std::string bytes = note.text + "\n";
  for (const audit::NoteSignature& line : note.signatures) {
    std::string signature;
    AppendU32(signature, line.key_id);
    signature += line.signature;
    bytes += "\xe2\x80\x94 " + line.name + " " + Base64Encode(signature) + "\n";
  }
  return bytes;
}

std::string SignedCheckpoint(uint64_t size) {
  audit::Checkpoint checkpoint{"log.example/1", size, {}};
  checkpoint.root.bytes.fill(static_cast<uint8_t>(size));
  return Must(audit::SignCheckpoint(checkpoint, Signer()), "a checkpoint is signed");
}

void RunCheckpoint(std::string_view input) {
  const absl::StatusOr<audit::Checkpoint> checkpoint = audit::ParseCheckpoint(input);
  if (checkpoint.ok()) {
    Require(checkpoint->ToText() == input, "a checkpoint is written back");
  } else {
    RequireRefusal(checkpoint.status(), {absl::StatusCode::kInvalidArgument},
                   {"CHECKPOINT_MALFORMED"});
  }
}

void RunNote(std::string_view input) {
  RunCheckpoint(input);
  const absl::StatusOr<audit::Note> note = audit::ParseNote(input);
  if (note.ok()) {
    Require(Write(*note) == input, "a note is written back");
    RunCheckpoint(note->text);
  } else {
    RequireRefusal(note.status(),
                   {absl::StatusCode::kInvalidArgument, absl::StatusCode::kResourceExhausted},
                   {"NOTE_MALFORMED", "NOTE_TOO_LARGE"});
  }
  const absl::StatusOr<audit::Checkpoint> opened =
      audit::OpenCheckpoint(input, Signer().verifier());
  if (!opened.ok()) {
    RequireRefusal(opened.status(),
                   {absl::StatusCode::kInvalidArgument, absl::StatusCode::kResourceExhausted,
                    absl::StatusCode::kDataLoss},
                   {"NOTE_MALFORMED", "NOTE_TOO_LARGE", "SIGNATURE_INVALID", "SIGNATURE_MISSING",
                    "CHECKPOINT_MALFORMED", "ORIGIN_MISMATCH"});
    return;
  }
  // Nothing here can sign: the text must be one of the seeds', whoever else signed it too.
  Require(opened->ToText() == note->text, "what is opened is what stands there");
  Require(note->text == SignedCheckpoint(opened->size).substr(0, note->text.size()),
          "only what was signed opens");
}

Seeds NoteSeeds() {
  Seeds seeds = {SignedCheckpoint(1), SignedCheckpoint(1'000'000), "log.example/1\n0\n\n"};
  seeds.push_back(Must(Signer().Sign("any text\n\nof two paragraphs\n"), "a note"));
  const auto other = Must(audit::NoteSigner::FromSeed("witness", std::string(32, 'y')), "a signer");
  const std::string text = seeds[0].substr(0, seeds[0].rfind("\n\n") + 1);
  const std::string second = Must(other.Sign(text), "a note");
  seeds.push_back(seeds[0] + second.substr(text.size() + 1));
  seeds.push_back(text);
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(note, RunNote, NoteSeeds);
