#include "decision/stated_words.h"

#include <utility>

#include "decision/cues.h"

namespace evident::decision {
namespace {

constexpr size_t kRemarkWordsMax = 3;  // of a sentence of its own that takes back what was said

bool IsToday(std::string_view word) {
  return OneOf(word, {"now", "today", "currently", "please", "too"});
}

bool Affirms(std::string_view word) {
  return OneOf(word, {"present", "found", "confirmed", "documented", "seen", "noted", "diagnosed",
                      "proven", "detected"});
}

// "(-)", "[?]", "-,": a note's marks for "no" and "unknown".
bool IsMarkedAbsent(std::string_view gap) {
  const size_t at = gap.find_first_not_of(' ');
  if (at == std::string_view::npos) return false;
  const bool bracket = gap[at] == '(' || gap[at] == '[';
  const std::string_view mark = gap.substr(bracket ? at + 1 : at);
  if (bracket) return !mark.empty() && (mark[0] == '-' || mark[0] == '?');
  return mark[0] == '-' && (mark.size() == 1 || mark[1] == ',' || mark[1] == ';');
}

bool EndsSentence(std::string_view gap) {
  return gap.find_first_of(".;?!\n") != std::string_view::npos;
}

}  // namespace

StatedWords::StatedWords(std::string_view text, const std::vector<TextToken>& tokens,
                         std::vector<Unit> units)
    : text_(text),
      tokens_(tokens),
      units_(std::move(units)),
      unit_at_(UnitsByToken(units_, tokens.size())),
      governed_(GovernedWords(text, tokens, unit_at_)) {}

bool StatedWords::IsStated(size_t first, size_t count, UnitKind kind) const {
  if (governed_.held_back[first] || IsChoice(first, count)) return false;
  if (first > 0 && tokens_[first].before == Gap::kJoined) {
    const std::string_view before = Word(first - 1);
    const bool past = kind == UnitKind::kPhrase && OneOf(before, {"was", "were"});
    if (past || IsContinuation(before)) return false;
  }
  return IsClosed(first, count, kind);
}

bool StatedWords::IsDeniedItem(size_t first, size_t count) const {
  const Unit* const unit = UnitAt(first);
  if (!governed_.item[first] || unit == nullptr || unit->count != count) return false;
  const size_t behind = first + count;
  return behind >= tokens_.size() || IsOr(Word(behind)) ||
         (!IsException(tokens_, behind) && !IsContrast(Word(behind)) &&
          tokens_[behind].before != Gap::kJoined && !IsCastBehind(first, behind));
}

const Unit* StatedWords::UnitAt(size_t at) const {
  return at < tokens_.size() ? unit_at_[at] : nullptr;
}

std::string_view StatedWords::Word(size_t at) const {
  return at < tokens_.size() ? std::string_view(tokens_[at].folded) : std::string_view();
}

std::string_view StatedWords::GapBefore(size_t at) const {
  const size_t from = at == 0 ? 0 : tokens_[at - 1].end;
  return text_.substr(from, tokens_[at].begin - from);
}

bool StatedWords::IsConditionAt(size_t at) const {
  while (IsArticle(Word(at)) && tokens_[at].before == Gap::kJoined) ++at;
  const Unit* const unit = UnitAt(at);
  return unit != nullptr && unit->kind == UnitKind::kConcept;
}

bool StatedWords::IsSomebodyAt(size_t at) const {
  const bool ends = at + 1 >= tokens_.size() || tokens_[at + 1].before != Gap::kJoined;
  if (ends && OneOf(Word(at), {"her", "him", "them"})) return true;
  while (IsArticle(Word(at)) && tokens_[at].before == Gap::kJoined) ++at;
  const Unit* const unit = UnitAt(at);
  if (unit != nullptr && unit->kind == UnitKind::kValue) at += unit->count;
  return IsOnePerson(Word(at)) && tokens_[at].before == Gap::kJoined;
}

bool StatedWords::Denies(size_t first, size_t count) const {
  for (size_t i = first; i < first + count; ++i) {
    if (IsNegation(text_, tokens_, i)) return true;
  }
  return false;
}

// "a or b", "a/b", "a, b or c": neither is stated.
bool StatedWords::IsChoice(size_t first, size_t count) const {
  const auto parts = [&](size_t at) { return GapBefore(at).find('/') != std::string_view::npos; };
  if (first > 0 && (IsOr(Word(first - 1)) || parts(first))) return true;
  size_t at = first + count;
  const bool denies = Denies(first, count);
  if (at < tokens_.size() && parts(at)) return true;
  while (at < tokens_.size() && tokens_[at].before != Gap::kStop) {
    if (IsOr(Word(at))) return !denies;
    const Unit* const unit = UnitAt(at);
    if (tokens_[at].before != Gap::kComma || unit == nullptr) return false;
    if (Denies(at, unit->count)) return false;
    at += unit->count;
  }
  return false;
}

// Whether nothing behind the phrase narrows it, goes on with it or takes it back.
bool StatedWords::IsClosed(size_t first, size_t count, UnitKind kind) const {
  const bool denies = kind == UnitKind::kPhrase && Denies(first, count);
  size_t behind = first + count;
  while (behind < tokens_.size() && tokens_[behind].before == Gap::kJoined) {
    const bool so_far =
        OneOf(Word(behind), {"so", "to"}) && OneOf(Word(behind + 1), {"far", "date"});
    if (!so_far && !IsToday(Word(behind))) break;
    behind += so_far ? 2 : 1;
  }
  const size_t next_byte = behind < tokens_.size() ? tokens_[behind].begin : text_.size();
  const std::string_view gap =
      text_.substr(tokens_[behind - 1].end, next_byte - tokens_[behind - 1].end);
  const bool apart = behind < tokens_.size() && tokens_[behind].before != Gap::kJoined;
  if ((apart || behind >= tokens_.size()) && IsMarkedAbsent(gap)) return false;
  if (behind >= tokens_.size()) return true;
  const Unit* const unit = UnitAt(behind);
  if (unit == nullptr) {
    if (IsException(tokens_, behind) || IsContinuation(Word(behind))) return false;
    if (denies && IsContrast(Word(behind)) && !TellsAt(behind + 1)) return false;
    if (denies && gap.find_first_of("([") != std::string_view::npos) return false;
  }
  const bool new_item = apart && BeginsDenial(behind, kind);
  // What is asked next is no remark on what was told.
  const bool asks_next = governed_.asked[behind] && !governed_.asked[first];
  if (!new_item && !asks_next && IsCastBehind(first, behind)) return false;
  if (!apart) return unit != nullptr ? FollowsOn(*unit, denies) : ClosesBy(behind, kind, denies);
  // "... on a, b and c": the list goes on.
  const bool goes_on = kind == UnitKind::kPhrase && !asks_next && unit != nullptr &&
                       unit->kind == UnitKind::kIntervention;
  return !(goes_on && tokens_[behind].before == Gap::kComma);
}

// "but <phrase>": something else that is the case, and no exception.
bool StatedWords::TellsAt(size_t at) const {
  while (at < tokens_.size() && (IsArticle(Word(at)) || OneOf(Word(at), {"with", "has", "is"}))) {
    ++at;
  }
  return MayState(UnitAt(at));
}

// ", never ...", ", neither ...": more is told, by a denial of its own. Not ", never confirmed",
// which takes back what stands before it.
bool StatedWords::BeginsDenial(size_t at, UnitKind kind) const {
  const bool begins = kind == UnitKind::kValue
                          ? OneOf(Word(at), {"never", "neither", "without", "no"})
                          : Word(at) == "no";
  if (tokens_[at].before != Gap::kComma || !begins) return false;
  size_t words = 1;
  for (size_t i = at + 1; i < tokens_.size() && tokens_[i].before == Gap::kJoined; ++i, ++words) {
    if (Affirms(Word(i)) || IsDoubt(Word(i))) return false;
    if (OneOf(Word(i), {"more", "one", "such", "evidence", "sign", "signs", "so", "that"})) {
      return false;
    }
  }
  return words > 1;
}

// Whether a unit right behind a phrase stands for itself.
bool StatedWords::FollowsOn(const Unit& unit, bool denies) const {
  return unit.kind != UnitKind::kIntervention && !(denies && IsPreposition(Word(unit.first)));
}

// Whether a word that follows in the same clause begins something else.
bool StatedWords::ClosesBy(size_t behind, UnitKind kind, bool denies) const {
  const std::string_view word = Word(behind);
  if (IsContrast(word)) return true;
  if (OneOf(word, {"what", "which", "how", "despite"})) return !denies;
  if (kind == UnitKind::kValue && IsOnePerson(word)) return true;  // "a grade 2 patient"
  if (IsAnd(word) || (denies && IsOr(word))) return JoinsOn(behind + 1);
  if (OneOf(word, {"who", "whose", "which", "that", "while"})) return !denies;
  if (OneOf(word, {"with", "without"})) {
    size_t at = behind + 1;
    while (IsArticle(Word(at))) ++at;
    const Unit* const next = UnitAt(at);
    if (next == nullptr) return !denies;
    return denies ? MayState(next) : next->kind != UnitKind::kIntervention;
  }
  if (OneOf(word, {"in", "of", "from", "for"}) && IsSomebodyAt(behind + 1)) return !denies;
  if (OneOf(word, {"in", "of", "from"})) return !denies && IsConditionAt(behind + 1);
  size_t at = behind;
  while (IsVerbOfBeing(Word(at))) ++at;
  return Affirms(Word(at)) && (at + 1 >= tokens_.size() || tokens_[at + 1].before != Gap::kJoined);
}

// "... and then on" goes on with what was said, and "... and <drug>" adds to it.
bool StatedWords::JoinsOn(size_t next) const {
  if (IsOr(Word(next)) || next >= tokens_.size()) return false;
  const Unit* const unit = UnitAt(next);
  if (unit != nullptr) return unit->kind != UnitKind::kIntervention;
  return !IsContinuation(Word(next)) && !IsPreposition(Word(next)) && !IsException(tokens_, next);
}

// "...: no", "... (resolved)", "...? No.", "..., history unclear", "..., b: none".
bool StatedWords::IsCastBehind(size_t first, size_t behind) const {
  if (CastsDoubt(behind)) return true;
  // A list that is taken back at its end.
  size_t at = behind;
  if (Denies(first, behind - first)) return false;
  while (at < tokens_.size() && tokens_[at].before != Gap::kStop) {
    const Unit* const unit = UnitAt(at);
    if (unit != nullptr) {
      if (Denies(at, unit->count)) return false;
      at += unit->count;
    } else if (IsAnd(Word(at)) || IsOr(Word(at))) {
      ++at;
    } else {
      return false;
    }
    if (at >= tokens_.size() || tokens_[at].before != Gap::kStop) continue;
    const bool asks = governed_.asked[at] && !governed_.asked[first];
    if (!asks && CastsDoubt(at)) return true;
  }
  return false;
}

// Whether the words from `from` to the next unit or stop are a remark that denies or doubts.
bool StatedWords::CastsDoubt(size_t from) const {
  const bool own_sentence = EndsSentence(GapBefore(from));
  bool casts = false;
  size_t at = from;
  for (; at < tokens_.size() && (at == from || tokens_[at].before == Gap::kJoined); ++at) {
    if (UnitAt(at) != nullptr || (at > from && IsContrast(Word(at)))) {
      return false;
    }
    const bool and_more = IsAnd(Word(at));
    if (and_more) return casts;
    casts = casts || IsNegation(text_, tokens_, at) || IsDoubt(Word(at)) || Word(at) == "only";
  }
  if (!own_sentence) return casts;
  const bool asks = at < tokens_.size() ? GapBefore(at).find('?') != std::string_view::npos
                                        : text_.find('?', tokens_[at - 1].end) != std::string::npos;
  return casts && !asks && at - from <= kRemarkWordsMax;
}

}  // namespace evident::decision
