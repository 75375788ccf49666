#include "decision/text_tokens.h"

#include <algorithm>

#include "base/unicode.h"
#include "decision/shorthand.h"

namespace evident::decision {
namespace {

enum class CharKind { kWord, kOperator, kSeparator };

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

CharKind KindOfAscii(char c) {
  if (IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CharKind::kWord;
  if (c == '<' || c == '>' || c == '=') return CharKind::kOperator;
  return CharKind::kSeparator;
}

// Asks the folding itself, so that words here are the words that names were folded into.
CharKind KindOf(std::string_view character) {
  if (character.size() == 1) return KindOfAscii(character[0]);
  const std::string folded = Fold("a" + std::string(character) + "a");
  if (folded == "a a") return CharKind::kSeparator;
  return folded.find(' ') == std::string::npos ? CharKind::kWord : CharKind::kOperator;
}

size_t CharacterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

bool IsSpaced(std::string_view gap, size_t at, size_t bytes) {
  const size_t after = at + bytes;
  return (at > 0 && gap[at - 1] == ' ') || (after < gap.size() && gap[after] == ' ');
}

bool IsSpacedOnBothSides(std::string_view gap, size_t at) {
  return at > 0 && gap[at - 1] == ' ' && at + 1 < gap.size() && gap[at + 1] == ' ';
}

// `around`: the characters before and after the gap are digits.
Gap Classify(std::string_view gap, bool around) {
  if (gap == "." && around) return Gap::kJoined;
  Gap strongest = Gap::kJoined;
  int lines = 0;
  for (size_t i = 0; i < gap.size(); i += CharacterBytes(gap[i])) {
    const size_t bytes = std::min(CharacterBytes(gap[i]), gap.size() - i);
    const std::string_view c = gap.substr(i, bytes);
    if (c == "\n") ++lines;
    const bool stops = std::string_view(".;:?!()[]|").find(c) != std::string_view::npos ||
                       c == "\u2022" || lines > 1;
    if (stops) return Gap::kStop;
    const bool dash = c == "-" || c == "\u2013" || c == "\u2014";
    const bool slash = c == "/" && IsSpacedOnBothSides(gap, i);
    if (c == "," || slash || (dash && IsSpaced(gap, i, bytes))) strongest = Gap::kComma;
  }
  return strongest;
}

}  // namespace

std::vector<TextToken> Tokenize(std::string_view text) {
  std::vector<TextToken> tokens;
  if (!IsValidUtf8(text)) return tokens;
  CharKind current = CharKind::kSeparator;
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = CharacterBytes(text[at]);
    const bool arrow = text[at] == '>' && at > 0 && text[at - 1] == '-';
    const CharKind kind = arrow ? CharKind::kSeparator : KindOf(text.substr(at, bytes));
    if (kind != CharKind::kSeparator) {
      if (kind != current) {
        TextToken token;
        token.begin = at;
        if (!tokens.empty()) {
          const size_t from = tokens.back().end;
          const std::string_view gap = text.substr(from, at - from);
          token.before = Classify(gap, IsDigit(text[from - 1]) && IsDigit(text[at]));
        }
        tokens.push_back(std::move(token));
      }
      tokens.back().end = at + bytes;
    }
    current = kind;
    at += bytes;
  }
  for (TextToken& token : tokens) {
    token.folded = Fold(text.substr(token.begin, token.end - token.begin));
  }
  JoinShorthand(text, &TextToken::folded, tokens);
  return tokens;
}

std::string_view GapBefore(std::string_view text, const std::vector<TextToken>& tokens, size_t at) {
  const size_t from = at == 0 ? 0 : tokens[at - 1].end;
  return text.substr(from, tokens[at].begin - from);
}

bool EndsSentenceBefore(std::string_view text, const std::vector<TextToken>& tokens, size_t at) {
  return GapBefore(text, tokens, at).find_first_of(".?!\n") != std::string_view::npos;
}

std::string JoinFolded(const std::vector<TextToken>& tokens, size_t first, size_t count) {
  std::string joined;
  for (size_t i = first; i < first + count; ++i) {
    if (i > first) joined += ' ';
    joined += tokens[i].folded;
  }
  return joined;
}

}  // namespace evident::decision
