// Tokens of the one-line form. For the parser of this room.
#ifndef EVIDENT_CRITERIA_LEXER_H_
#define EVIDENT_CRITERIA_LEXER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace evident::criteria {

enum class TokenKind { kWord, kSign, kUnit, kQuoted, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // of a unit or a quoted word: what stands inside
  size_t column = 1;      // of its first byte, from 1
};

// Words are runs of letters, digits, '_', '-', '/' and '.', but ".." ends one. Signs are ( ) = != <
// <= > >= .. <.. ..< <..< Units stand in brackets, which may be nested: [mm[Hg]]. A quoted word
// stands between single quotes. The last token is kEnd. INVALID_ARGUMENT (CRITERION_SYNTAX) for any
// other byte.
absl::StatusOr<std::vector<Token>> Tokenize(std::string_view text);

// Whether the text is one word.
bool IsWord(std::string_view text);

// Whether it can stand in brackets: printable ASCII without spaces, as UCUM codes are, its own
// brackets closed.
bool IsUnit(std::string_view text);

// Whether the word has a meaning of its own, so that no bare name can be written so.
bool IsKeyword(std::string_view word);

// "column 12".
std::string ColumnName(size_t column);

// INVALID_ARGUMENT (CRITERION_SYNTAX) at a column.
absl::Status SyntaxError(size_t column, std::string_view why);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_LEXER_H_
