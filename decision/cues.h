// Words of the language, of no subject, that keep a phrase from being taken as stated: negations,
// doubts, exceptions, ranges. English; what a pack's phrases say themselves goes before.
#ifndef EVIDENT_DECISION_CUES_H_
#define EVIDENT_DECISION_CUES_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "decision/text_tokens.h"

namespace evident::decision {

// "no", "without", "denies", ...; also the "t" of "hasn't".
bool IsNegation(std::string_view text, const std::vector<TextToken>& tokens, size_t at);

// Whether one of `count` tokens from `first` is a negation.
bool HoldsNegation(std::string_view text, const std::vector<TextToken>& tokens, size_t first,
                   size_t count);

// "possible", "if", "risk", "may", "stopped", "family", "when", ...: what such a word governs is
// feared, supposed, asked about, past or somebody else's.
bool IsDoubt(std::string_view folded);

// The same at token `at`, but not the "may" of "in May", nor a relative of whom nothing is told.
bool IsDoubtAt(const std::vector<TextToken>& tokens, size_t at);

// Whether the question mark in the gap before a word is a note's mark of doubt for it, and ends no
// question: "?fever", ", ? fever". `begins`: no word stands before.
bool MarksDoubt(std::string_view gap, bool begins);

// "except", "besides", "unless", ..., and "other than", "apart from", "aside from".
bool IsException(const std::vector<TextToken>& tokens, size_t at);

// "then", "later", "followed", ...: the story goes on.
bool IsContinuation(std::string_view folded);

// "on", "under", "during", "while", ...: what goes on while something is the case.
bool IsOccasion(std::string_view folded);

// "with", "has", "is", "wants", ...: what stands behind a comma begins a statement of its own.
bool BeginsClause(std::string_view folded);

// The place behind "now", "so far", "at present", "per the notes", "on CT" and the like at `at`.
size_t PastToday(const std::vector<TextToken>& tokens, size_t at);

bool IsContrast(std::string_view folded);  // "but", "however", ...

bool IsAnd(std::string_view folded);

bool IsOr(std::string_view folded);  // also "nor", "versus"

bool IsArticle(std::string_view folded);  // also "any", "her", ...

bool IsPreposition(std::string_view folded);

bool IsSomebody(std::string_view folded);  // "patient", "patients", "someone", ...

bool IsOnePerson(std::string_view folded);  // the same, but no plural: people in general

bool IsPeople(std::string_view folded);  // the plural

bool IsRelative(std::string_view folded);  // "mother", "neighbour", ...: somebody else

// Whether the relative at `at` is one of whom something is told: not "mother of two", "family
// meeting", "with her family" or "dear colleague".
bool TellsOfRelative(const std::vector<TextToken>& tokens, size_t at);

// "next bed", "one of our nurses": what is told there is told of somebody else. Not "one of our
// patients".
bool NamesSomebodyElse(const std::vector<TextToken>& tokens, size_t at);

bool IsVerbOfBeing(std::string_view folded);  // "is", "has", "been", ...

// Words that may stand between a label and its value: "is", "of", "=", ...
bool IsConnector(std::string_view folded);

// 0 to 12 for "zero" to "twelve"; nullopt for other words.
std::optional<int64_t> NumberInWords(std::string_view folded);

// Whether `word` is one of `words`.
bool OneOf(std::string_view word, std::initializer_list<std::string_view> words);

// Whether the number or date that is token `at` and ends at byte `end` is part of a range or list:
// "0-1", "1 or 2", "2 and above", "3+", "2026-01-31 or later".
bool IsInRange(std::string_view text, const std::vector<TextToken>& tokens, size_t at, size_t end);

// "2", "two".
bool IsNumberWord(std::string_view folded);

// Whether the number at token `first` is the second of a range, or open: "1-2 ...", "1 or 2 ...",
// "2+ ...".
bool IsEndOfRange(std::string_view text, const std::vector<TextToken>& tokens, size_t first);

// Whether what begins at token `first` is named as a bound: "at least ...", "worse than ...".
bool IsBounded(const std::vector<TextToken>& tokens, size_t first);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_CUES_H_
