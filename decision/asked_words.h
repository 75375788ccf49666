// Which words stand in a question rather than in a statement. English, and of no subject.
#ifndef EVIDENT_DECISION_ASKED_WORDS_H_
#define EVIDENT_DECISION_ASKED_WORDS_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "decision/text_tokens.h"

namespace evident::decision {

// Whether the clause that begins at `begin` and ends before `end` begins as a question does.
// `has_mark`: it ends in "?".
bool BeginsQuestion(const std::vector<TextToken>& tokens, size_t begin, size_t end, bool has_mark);

// For each token whether its clause asks: it ends in "?", or it begins as a question does ("is
// there", "could", "any", ...), or a clause before or behind it in the same sentence does and it is
// parted from that by a colon, a bracket or, where the question has no head of its own, a
// semicolon.
std::vector<bool> AskedTokens(std::string_view text, const std::vector<TextToken>& tokens);

// Whether the sentence of tokens [begin, end) ends in a word that asks for a yes: "..., right?"
bool EndsInTag(const std::vector<TextToken>& tokens, size_t begin, size_t end);

// Whether the word at `at` asks for what is known at large ("evidence for ...?", "survival after
// ...?") in a sentence that names nobody. `tokens` of `text`.
bool AsksForEvidence(std::string_view text, const std::vector<TextToken>& tokens, size_t at);

// Whether the sentence from `at` tells how often something is so: "... is more common than ...",
// "... occurred in 5%".
bool TellsFrequency(std::string_view text, const std::vector<TextToken>& tokens, size_t at);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_ASKED_WORDS_H_
