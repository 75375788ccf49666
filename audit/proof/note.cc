#include "audit/proof/note.h"

#include <algorithm>

#include "audit/proof/note_text.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"

namespace evident::audit {
namespace {

constexpr std::string_view kSignaturePrefix = "\xe2\x80\x94 ";  // U+2014 and a space

// White space and control characters of Unicode that UTF-8 text can hold.
bool IsSpaceOrControl(char32_t c) {
  return c <= 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
         c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

// The code point at `at`, which is moved past it. The text is valid UTF-8.
char32_t NextCodePoint(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t c = length == 1 ? first : first & (0xff >> (length + 1));
  for (size_t i = 1; i < length; ++i) c = c << 6 | (byte(at + i) & 0x3f);
  at += length;
  return c;
}

absl::StatusOr<NoteSignature> ParseSignature(std::string_view line) {
  if (line.substr(0, kSignaturePrefix.size()) != kSignaturePrefix) {
    return NoteMalformed("has a signature line without its dash");
  }
  line.remove_prefix(kSignaturePrefix.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsValidNoteName(line.substr(0, space))) {
    return NoteMalformed("has a signature line without a name");
  }
  const absl::StatusOr<std::string> bytes = Base64Decode(line.substr(space + 1));
  if (!bytes.ok() || bytes->size() < 5) return NoteMalformed("has a signature that is not base64");
  ByteReader reader(*bytes);
  NoteSignature signature;
  signature.name = std::string(line.substr(0, space));
  signature.key_id = reader.U32();
  signature.signature = std::string(reader.rest());
  return signature;
}

}  // namespace

absl::Status NoteMalformed(std::string_view why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "NOTE_MALFORMED",
                   "a signed note " + std::string(why));
}

absl::Status CheckNoteText(std::string_view text) {
  if (text.empty() || text.back() != '\n')
    return NoteMalformed("has a text without a final newline");
  if (!IsValidUtf8(text)) return NoteMalformed("is not valid UTF-8");
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') {
      return NoteMalformed("has a control character");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Note> ParseNote(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, "NOTE_TOO_LARGE",
        "a signed note has more than " + std::to_string(kNoteBytesMax) + " bytes (kNoteBytesMax)");
  }
  EVIDENT_RETURN_IF_ERROR(CheckNoteText(bytes));
  const size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return NoteMalformed("has no blank line before signatures");
  Note note;
  note.text = std::string(bytes.substr(0, split + 1));
  std::string_view rest = bytes.substr(split + 2);
  if (rest.empty()) return NoteMalformed("has no signatures");
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    EVIDENT_ASSIGN_OR_RETURN(NoteSignature signature, ParseSignature(rest.substr(0, end)));
    note.signatures.push_back(std::move(signature));
    rest.remove_prefix(end + 1);
    if (note.signatures.size() > kNoteSignaturesMax) {
      return MakeError(absl::StatusCode::kResourceExhausted, "NOTE_TOO_LARGE",
                       "a signed note has more than " + std::to_string(kNoteSignaturesMax) +
                           " signatures (kNoteSignaturesMax)");
    }
  }
  return note;
}

uint32_t NoteKeyId(std::string_view name, NoteKeyType type, std::string_view public_key) {
  const char kind = static_cast<char>(type);
  const Digest digest = Sha256({name, "\n", std::string_view(&kind, 1), public_key});
  return ByteReader(digest.view()).U32();
}

bool IsValidNoteName(std::string_view name) {
  if (name.empty() || !IsValidUtf8(name)) return false;
  for (size_t at = 0; at < name.size();) {
    const char32_t c = NextCodePoint(name, at);
    if (c == '+' || IsSpaceOrControl(c)) return false;
  }
  return true;
}

absl::StatusOr<OpenedNote> OpenNote(std::string_view bytes, std::span<const NoteVerifier> keys) {
  EVIDENT_ASSIGN_OR_RETURN(Note note, ParseNote(bytes));
  OpenedNote opened;
  for (NoteSignature& line : note.signatures) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const NoteVerifier& candidate) {
      return candidate.name() == line.name && candidate.key_id() == line.key_id;
    });
    if (key == keys.end()) {
      ++opened.unknown;
      continue;
    }
    if (!key->Verifies(note.text, line.signature)) {
      return MakeError(absl::StatusCode::kDataLoss, "SIGNATURE_INVALID",
                       "the signature of " + line.name + " does not verify");
    }
    const bool repeated =
        std::any_of(opened.verified.begin(), opened.verified.end(), [&](const NoteSignature& seen) {
          return seen.name == line.name && seen.key_id == line.key_id;
        });
    if (!repeated) opened.verified.push_back(std::move(line));
  }
  if (opened.verified.empty()) {
    return MakeError(absl::StatusCode::kDataLoss, "SIGNATURE_MISSING",
                     "a signed note has no signature by a known key");
  }
  opened.text = std::move(note.text);
  return opened;
}

}  // namespace evident::audit
