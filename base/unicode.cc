#include "base/unicode.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
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

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<signed char>(c) >= 0; });
}

// Takes decomposed, case folded characters one by one; keeps letters, digits and operators, with
// one space between words.
class Folder {
 public:
  void Take(UChar32 c) {
    if (c == kNegatingStroke && after_operator_) return Put(c);
    if (c > 0x7F && u_getCombiningClass(c) != 0) return;
    const bool is_operator = IsOperator(c);
    if (!is_operator && !u_isalnum(c)) {
      gap_ = true;
      after_operator_ = false;
      return;
    }
    // "<=" stays one token; "ecog<=1" becomes three.
    if (is_operator != after_operator_) gap_ = true;
    Put(c);
    after_operator_ = is_operator;
  }

  std::string Result() { return std::move(out_); }

 private:
  void Put(UChar32 c) {
    if (gap_ && !out_.empty()) out_ += ' ';
    gap_ = false;
    char bytes[U8_MAX_LENGTH];
    int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, c);
    out_.append(bytes, static_cast<size_t>(length));
  }

  std::string out_;
  bool gap_ = false;
  bool after_operator_ = false;
};

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
  if (IsAscii(text)) return std::string(text);
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
  if (IsAscii(text)) return true;
  const absl::StatusOr<std::string> normal = ToNfc(text);
  return normal.ok() && *normal == text;
}

std::string Fold(std::string_view text) {
  Folder folder;
  if (IsAscii(text)) {
    for (const char c : text) folder.Take(absl::ascii_tolower(static_cast<unsigned char>(c)));
    return folder.Result();
  }
  if (!IsValidUtf8(text)) return "";
  const icu::UnicodeString plain = Decomposed(icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))));
  for (int32_t i = 0; i < plain.length(); i = plain.moveIndex32(i, 1)) {
    folder.Take(plain.char32At(i));
  }
  return folder.Result();
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
