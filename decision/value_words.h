// Values as a question words them, behind the label of their fact.
#ifndef EVIDENT_DECISION_VALUE_WORDS_H_
#define EVIDENT_DECISION_VALUE_WORDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evident/v1/knowledge.pb.h"

namespace evident::decision {

struct QuestionToken {
  size_t begin = 0;  // bytes in the text
  size_t end = 0;
  std::string word;         // folded; a number as it stands; a run of comparison signs is one token
  bool clause_end = false;  // punctuation between it and the next one ends a clause
};

// `text` is valid UTF-8.
std::vector<QuestionToken> SplitQuestion(const std::string& text);

inline constexpr std::string_view kArrow = "->";  // as a word

struct ValueInWords {
  v1::Value value;
  size_t end = 0;  // one past its last token
};

// The value that tokens from `at` on state, past "is", "of", "=", before dates also "was", "on" and
// the like: an integer, a decimal with its unit, a date as 2026-01-31, an allowed value by name or
// slug, of which the longest counts. Nothing for a range, a choice of several values, or what
// stands in another sentence than the token before `at`.
std::optional<ValueInWords> ReadValue(const std::string& text,
                                      const std::vector<QuestionToken>& tokens, size_t at,
                                      const v1::FactDefinition& fact);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_VALUE_WORDS_H_
