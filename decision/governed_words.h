// What the words before a phrase do to it, as far as they reach: denials, doubts, questions.
#ifndef EVIDENT_DECISION_GOVERNED_WORDS_H_
#define EVIDENT_DECISION_GOVERNED_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "decision/text_tokens.h"

namespace evident::decision {

enum class UnitKind : uint8_t {
  kPhrase,        // states facts
  kValue,         // a label, with its value where it has one
  kConcept,       // a condition, finding or outcome
  kIntervention,  // something done for a patient
  kDeniable,      // states nothing, but "no" before it does
};

// A run of words that a release knows, the longest at its place.
struct Unit {
  size_t first = 0;  // token
  size_t count = 0;
  UnitKind kind = UnitKind::kPhrase;
  bool takes_no = false;          // "no" before it states something
  bool takes_not = false;         // "not" does, and "no" does not
  bool says_no = false;           // a phrase that states only that things are not so
  bool says_yes = false;          // ... that they are so, whatever its words
  bool ends_in_drug = false;      // a phrase whose last words are a drug or a class
  bool begins_with_drug = false;  // a phrase whose first words are one
  bool is_drug = false;           // or a class of drugs
};

// Whether the unit, null for none, may state facts.
inline bool MayState(const Unit* unit) {
  return unit != nullptr && (unit->kind == UnitKind::kPhrase || unit->kind == UnitKind::kValue);
}

// Whether the unit has a verb: "drops are barred" in something is a rule, and tells of nobody.
bool IsRule(const std::vector<TextToken>& tokens, const Unit& unit);

// The unit that begins at each of `size` tokens; null where none does. `units` outlives the result.
std::vector<const Unit*> UnitsByToken(const std::vector<Unit>& units, size_t size);

// Of each token.
struct Governed {
  std::vector<bool> held_back;  // what begins there is not stated
  std::vector<bool> item;       // begins an item of a list that a denial governs clearly
  std::vector<bool> answered;   // begins what is answered with "no"
  std::vector<bool> asked;      // stands in a question
};

// A denial or doubt reaches to the end of its sentence: over commas, since a list may go on there,
// but not to a label with its value behind a comma, nor past "but" or a comma with "with", "has" or
// the like. The list of a denial is clear when it holds known phrases and commas alone, parted at
// last by "or" or "nor" (denied_words.h). In a question, and behind a doubt, what is said of
// somebody ("a patient with ...", "someone who has ...") or behind "after", "given" and "despite"
// is stated, up to the first word that is not known.
Governed GovernedWords(std::string_view text, const std::vector<TextToken>& tokens,
                       const std::vector<const Unit*>& unit_at);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_GOVERNED_WORDS_H_
