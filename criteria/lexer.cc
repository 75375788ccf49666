#include "criteria/lexer.h"

#include <string>

#include "base/status.h"

namespace evident::criteria {
namespace {

// Longest first, so that the first that fits is the right one.
constexpr std::string_view kSigns[] = {
    "<..<", "<..", "..<", "..", "!=", "<=", ">=", "<", ">", "=", "(", ")"};

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '/' || c == '.';
}

size_t WordEnd(std::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && IsWordByte(text[end]) && text.substr(end, 2) != "..") ++end;
  return end;
}

}  // namespace

absl::Status SyntaxError(size_t column, std::string_view why) {
  const std::string where = "column " + std::to_string(column);
  return MakeError(absl::StatusCode::kInvalidArgument, "CRITERION_SYNTAX",
                   "criterion, " + where + ": " + std::string(why), {{where, std::string(why)}});
}

absl::StatusOr<std::vector<Token>> Tokenize(std::string_view text) {
  std::vector<Token> tokens;
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r') {
      ++at;
      continue;
    }
    Token token{TokenKind::kWord, {}, at + 1};
    if (text[at] == '[') {
      const size_t end = text.find(']', at);
      if (end == std::string_view::npos)
        return SyntaxError(at + 1, "a unit's bracket is not closed");
      token.kind = TokenKind::kUnit;
      token.text = text.substr(at + 1, end - at - 1);
      at = end + 1;
    } else if (const size_t end = WordEnd(text, at); end > at) {
      token.text = text.substr(at, end - at);
      at = end;
    } else {
      token.kind = TokenKind::kSign;
      for (const std::string_view sign : kSigns) {
        if (text.substr(at, sign.size()) == sign) {
          token.text = sign;
          break;
        }
      }
      if (token.text.empty()) {
        return SyntaxError(at + 1, "expected a name, a value, a comparison or a parenthesis");
      }
      at += token.text.size();
    }
    tokens.push_back(token);
  }
  tokens.push_back({TokenKind::kEnd, {}, text.size() + 1});
  return tokens;
}

}  // namespace evident::criteria
