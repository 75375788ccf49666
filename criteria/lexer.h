// Tokens of the one-line form. For the parser of this room.
#ifndef EVIDENT_CRITERIA_LEXER_H_
#define EVIDENT_CRITERIA_LEXER_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace evident::criteria {

enum class TokenKind { kWord, kSign, kUnit, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // of a unit: what stands between the brackets
  size_t column = 1;      // of its first byte, from 1
};

// Words are runs of letters, digits, '_', '-', '/' and '.', but ".." ends one. Signs are ( ) = != <
// <= > >= .. <.. ..< <..< Units stand in brackets. The last token is kEnd. INVALID_ARGUMENT
// (CRITERION_SYNTAX) for any other byte.
absl::StatusOr<std::vector<Token>> Tokenize(std::string_view text);

// INVALID_ARGUMENT (CRITERION_SYNTAX) at a column.
absl::Status SyntaxError(size_t column, std::string_view why);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_LEXER_H_
