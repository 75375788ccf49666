#include "criteria/lexer.h"

#include <string>

#include "base/status.h"

namespace evident::criteria {
namespace {

// Longest first, so that the first that fits is the right one.
constexpr std::string_view kSigns[] = {
    "<..<", "<..", "..<", "..", "!=", "<=", ">=", "<", ">", "=", "(", ")"};

constexpr std::string_view kKeywords[] = {"and",   "or",   "not",   "in",  "is_a", "within",
                                          "known", "true", "false", "all", "any"};

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '/' || c == '.';
}

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

size_t WordEnd(std::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && IsWordByte(text[end]) && text.substr(end, 2) != "..") ++end;
  return end;
}

// The bracket that closes the one at `begin`; npos when none does.
size_t BracketEnd(std::string_view text, size_t begin) {
  size_t open = 0;
  for (size_t at = begin; at < text.size(); ++at) {
    if (text[at] == '[') ++open;
    if (text[at] == ']' && --open == 0) return at;
  }
  return std::string_view::npos;
}

// What stands inside the brackets or quotes that open at token.column.
absl::Status ReadEnclosed(std::string_view text, Token& token) {
  const size_t begin = token.column - 1;
  const bool unit = text[begin] == '[';
  const size_t end = unit ? BracketEnd(text, begin) : text.find('\'', begin + 1);
  if (end == std::string_view::npos) {
    return SyntaxError(token.column,
                       unit ? "a unit's bracket is not closed" : "a quotation is not closed");
  }
  token.kind = unit ? TokenKind::kUnit : TokenKind::kQuoted;
  token.text = text.substr(begin + 1, end - begin - 1);
  if (unit && !IsUnit(token.text)) {
    return SyntaxError(token.column, "expected a UCUM unit between the brackets");
  }
  if (!unit && !IsWord(token.text)) {
    return SyntaxError(token.column, "expected one word between the quotes");
  }
  return absl::OkStatus();
}

absl::StatusOr<Token> ReadToken(std::string_view text, size_t at) {
  Token token{TokenKind::kWord, {}, at + 1};
  if (text[at] == '[' || text[at] == '\'') {
    EVIDENT_RETURN_IF_ERROR(ReadEnclosed(text, token));
    return token;
  }
  token.text = text.substr(at, WordEnd(text, at) - at);
  if (!token.text.empty()) return token;
  token.kind = TokenKind::kSign;
  for (const std::string_view sign : kSigns) {
    if (text.substr(at, sign.size()) != sign) continue;
    token.text = sign;
    return token;
  }
  return SyntaxError(at + 1, "expected a name, a value, a comparison or a parenthesis");
}

}  // namespace

std::string ColumnName(size_t column) { return "column " + std::to_string(column); }

absl::Status SyntaxError(size_t column, std::string_view why) {
  const std::string where = ColumnName(column);
  return MakeError(absl::StatusCode::kInvalidArgument, "CRITERION_SYNTAX",
                   "criterion, " + where + ": " + std::string(why), {{where, std::string(why)}});
}

bool IsWord(std::string_view text) { return !text.empty() && WordEnd(text, 0) == text.size(); }

bool IsUnit(std::string_view text) {
  size_t open = 0;
  for (const char c : text) {
    if (c < '!' || c > '~' || (c == ']' && open == 0)) return false;
    open += c == '[' ? 1 : 0;
    open -= c == ']' ? 1 : 0;
  }
  return !text.empty() && open == 0;
}

bool IsKeyword(std::string_view word) {
  for (const std::string_view keyword : kKeywords) {
    if (word == keyword) return true;
  }
  return false;
}

absl::StatusOr<std::vector<Token>> Tokenize(std::string_view text) {
  std::vector<Token> tokens;
  size_t at = 0;
  while (at < text.size()) {
    if (IsSpace(text[at])) {
      ++at;
      continue;
    }
    EVIDENT_ASSIGN_OR_RETURN(const Token token, ReadToken(text, at));
    const bool enclosed = token.kind == TokenKind::kUnit || token.kind == TokenKind::kQuoted;
    at += token.text.size() + (enclosed ? 2 : 0);
    tokens.push_back(token);
  }
  tokens.push_back({TokenKind::kEnd, {}, text.size() + 1});
  return tokens;
}

}  // namespace evident::criteria
