#include "base/unicode.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/status.h"

namespace evident {
namespace {

// Turns the operator before it into its opposite, as in \u2260 and \u226E when decomposed.
constexpr UChar32 kNegatingStroke = 0x0338;

bool IsOperator(UChar32 c) {
  return c == '<' || c == '>' || c == '=' || c == 0x2264 || c == 0x2265;
}

// Decomposed, case folded, without marks.
icu::UnicodeString Decomposed(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const folder = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const icu::Normalizer2* const decomposer = icu::Normalizer2::getNFKDInstance(error);
  const icu::UnicodeString folded = folder->normalize(text, error);
  return decomposer->normalize(folded, error);
}

// How many bytes of the beginning fit into `bytes_max` without cutting a character in two.
size_t WholeCharacters(std::string_view text, size_t bytes_max) {
  size_t end = std::min(text.size(), bytes_max);
  // A character has at most three bytes behind its first.
  for (int i = 0; i < 3 && end > 0 && end < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80) break;
    --end;
  }
  return end;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  int32_t i = 0;
  const auto length = static_cast<int32_t>(text.size());
  while (i < length) {
    UChar32 c;
    U8_NEXT(text.data(), i, length, c);
    if (c < 0) return false;
  }
  return true;
}

std::string Beginning(std::string_view text, size_t bytes_max) {
  text = text.substr(0, WholeCharacters(text, bytes_max));
  if (IsValidUtf8(text)) return std::string(text);
  std::string printable = Printable(text);
  printable.resize(WholeCharacters(printable, bytes_max));
  return printable;
}

absl::StatusOr<std::string> ToNfc(std::string_view text) {
  if (!IsValidUtf8(text)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "UTF8_INVALID", "text is not valid UTF-8");
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(error);
  const icu::UnicodeString normal =
      nfc->normalize(icu::UnicodeString::fromUTF8(
                         icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))),
                     error);
  if (U_FAILURE(error)) {
    return MakeError(absl::StatusCode::kInternal, "UNICODE_FAILED",
                     std::string("normalising text: ") + u_errorName(error));
  }
  std::string out;
  normal.toUTF8String(out);
  return out;
}

bool IsNfc(std::string_view text) {
  const absl::StatusOr<std::string> normal = ToNfc(text);
  return normal.ok() && *normal == text;
}

std::string Fold(std::string_view text) {
  if (!IsValidUtf8(text)) return "";
  const icu::UnicodeString plain = Decomposed(icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))));
  icu::UnicodeString out;
  bool gap = false;
  const auto put = [&](UChar32 c) {
    if (gap && !out.isEmpty()) out.append(static_cast<UChar32>(' '));
    gap = false;
    out.append(c);
  };
  bool after_operator = false;
  for (int32_t i = 0; i < plain.length(); i = plain.moveIndex32(i, 1)) {
    const UChar32 c = plain.char32At(i);
    if (c == kNegatingStroke && after_operator) {
      put(c);
      continue;
    }
    if (u_getCombiningClass(c) != 0) continue;
    const bool is_operator = IsOperator(c);
    if (!is_operator && !u_isalnum(c)) {
      gap = true;
      after_operator = false;
      continue;
    }
    // "<=" stays one token; "ecog<=1" becomes three.
    if (is_operator != after_operator) gap = true;
    put(c);
    after_operator = is_operator;
  }
  std::string utf8;
  out.toUTF8String(utf8);
  return utf8;
}

std::vector<std::string> FoldedWords(std::string_view text) {
  const std::string folded = Fold(text);
  std::vector<std::string> words;
  size_t begin = 0;
  while (begin < folded.size()) {
    const size_t end = std::min(folded.find(' ', begin), folded.size());
    words.push_back(folded.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string Printable(std::string_view text) {
  std::string out;
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < length;) {
    const int32_t begin = at;
    UChar32 character = 0;
    U8_NEXT(text.data(), at, length, character);
    const std::string_view bytes = text.substr(begin, at - begin);
    if (character >= 0 && u_iscntrl(character) == 0) {
      out += bytes;
      continue;
    }
    for (const char& byte : bytes) out += "\\x" + HexEncode({&byte, 1});
  }
  return out;
}

}  // namespace evident
