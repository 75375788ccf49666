// What a denial governs clearly: the items of "no a, b or c", and what is answered with "no".
// English, and of no subject.
#ifndef EVIDENT_DECISION_DENIED_WORDS_H_
#define EVIDENT_DECISION_DENIED_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "decision/governed_words.h"
#include "decision/text_tokens.h"

namespace evident::decision {

enum class AnswerKind : uint8_t { kNone, kYes, kNo };

// "a: no", "a? None.", "a (absent)", "a was ruled out".
struct Answer {
  AnswerKind kind = AnswerKind::kNone;
  size_t end = 0;  // one past its tokens
};

// The answer that stands at token `at`, behind known words. It stands alone in its clause.
Answer AnswerAt(std::string_view text, const std::vector<TextToken>& tokens,
                const std::vector<const Unit*>& unit_at, size_t at);

// The place behind the denial whose head ends before `at`: past "evidence of", "history of".
size_t PastEvidence(const std::vector<TextToken>& tokens, size_t at);

// The units that are items of the list at `first`, which the denial at `head` governs: none when
// that is not clear. A list of several is parted by commas and, at last, by "or" or "nor"; behind
// "denies" also by "and". Items that are not known are words without a meaning here.
std::vector<size_t> DeniedItems(std::string_view text, const std::vector<TextToken>& tokens,
                                const std::vector<const Unit*>& unit_at, size_t head, size_t first);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_DENIED_WORDS_H_
