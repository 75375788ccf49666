// Words of the language, of no subject, that keep a phrase from being taken as stated: negations,
// doubts, ranges. English; what a pack's phrases say themselves goes before.
#ifndef EVIDENT_DECISION_CUES_H_
#define EVIDENT_DECISION_CUES_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "decision/text_tokens.h"

namespace evident::decision {

// "no", "without", "denies", ...; also the "t" of "hasn't".
bool IsNegation(std::string_view text, const std::vector<TextToken>& tokens, size_t at);

// Articles, prepositions, pronouns, question words: nothing is lost when they are not understood.
bool IsFunctionWord(std::string_view folded);

// Words that may stand between a label and its value: "is", "of", "=", ...
bool IsConnector(std::string_view folded);

// For each token whether a negation before it reaches it: to the end of the clause, over "and" and
// "or", over commas where the list goes on to an "or".
std::vector<bool> NegatedTokens(std::string_view text, const std::vector<TextToken>& tokens);

// Whether doubt is cast on tokens [first, first + count): by a word shortly before ("suspected"),
// or by a word right behind them, which may also deny ("absent", ": no"). `own` says which tokens
// begin phrases that have a meaning of their own.
bool IsDoubted(std::string_view text, const std::vector<TextToken>& tokens, size_t first,
               size_t count, const std::vector<bool>& own);

// Whether words right behind tokens [first, first + count) narrow what they say: "to" or "against"
// something; "with", "for" or "of" something where they deny, since what is denied of a part is not
// denied of the whole. `states` says which tokens begin words that state facts: those follow
// "with", "for" and "of" on their own account.
bool IsNarrowed(std::string_view text, const std::vector<TextToken>& tokens, size_t first,
                size_t count, const std::vector<bool>& states);

// Whether the number or date that is token `at` and ends at byte `end` is part of a range or list:
// "0-1", "1 or 2", "2 and above", "3+", "2026-01-31 or later".
bool IsInRange(std::string_view text, const std::vector<TextToken>& tokens, size_t at, size_t end);

// Whether what begins at token `first` is named as a bound: "at least ...", "worse than ...".
bool IsBounded(const std::vector<TextToken>& tokens, size_t first);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_CUES_H_
