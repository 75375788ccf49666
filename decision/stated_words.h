// Whether the words of a text state what a phrase of a pack says, or deny, doubt, ask about, narrow
// or except it. Whatever is not clear is not stated. English, and of no subject.
#ifndef EVIDENT_DECISION_STATED_WORDS_H_
#define EVIDENT_DECISION_STATED_WORDS_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "decision/governed_words.h"
#include "decision/text_tokens.h"

namespace evident::decision {

class StatedWords {
 public:
  // `text` and `tokens` outlive this. `units` in order, none within another.
  StatedWords(std::string_view text, const std::vector<TextToken>& tokens, std::vector<Unit> units);

  // Whether a phrase or value in tokens [first, first + count) is stated.
  bool IsStated(size_t first, size_t count, UnitKind kind) const;

  // Whether the phrase that begins at `first` is an item of a list that a denial governs clearly:
  // "no a, b or c", of known phrases alone.
  bool IsDeniedItem(size_t first, size_t count) const;

 private:
  const Unit* UnitAt(size_t at) const;  // null where none begins
  std::string_view Word(size_t at) const;
  std::string_view GapBefore(size_t at) const;
  bool IsConditionAt(size_t at) const;  // past articles and a few adjectives
  bool IsSomebodyAt(size_t at) const;   // past articles and adjectives
  bool IsOccasionAt(size_t at) const;
  bool IsPlace(size_t at) const;
  bool IsTimeAt(size_t at) const;
  bool IsPlaceInside(size_t at) const;
  bool NamesStudy(size_t at) const;
  bool IsEvent(size_t first) const;
  size_t PastDate(size_t at, bool event) const;
  size_t PastSchedule(size_t at) const;
  bool EndsInDrug(size_t first) const;
  bool AddsDrug(size_t at) const;
  bool IsAffirmedAt(size_t at) const;
  bool EndsAffirmed(size_t at) const;
  bool IsProposed(size_t first) const;
  bool IsRuleOfDrug(size_t first) const;
  bool TellsAt(size_t at) const;
  bool IsInDefinition(size_t first) const;
  bool IsHypothetical(size_t at) const;
  bool BeginsDenial(size_t at, UnitKind kind) const;
  bool Denies(size_t first, size_t count) const;
  bool IsChoice(size_t first, size_t count) const;
  bool IsClosed(size_t first, size_t count, UnitKind kind) const;
  bool FollowsOn(const Unit& unit, bool denies) const;
  bool IsOfSomebody(size_t first) const;
  bool ClosesBy(size_t first, size_t behind, UnitKind kind, bool denies) const;
  bool ClosesBySource(size_t at, UnitKind kind) const;
  bool JoinsOn(size_t next) const;
  bool IsCastBehind(size_t first, size_t behind) const;
  bool CastsDoubt(size_t from) const;

  const std::string_view text_;
  const std::vector<TextToken>& tokens_;
  const std::vector<Unit> units_;
  const std::vector<const Unit*> unit_at_;  // of each token: the one that begins there
  const Governed governed_;
};

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_STATED_WORDS_H_
