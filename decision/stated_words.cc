#include "decision/stated_words.h"

#include <utility>

#include "decision/cues.h"

namespace evident::decision {
namespace {

constexpr size_t kWordsOfSomebodyMax = 6;  // "a frail 70-year-old woman"
constexpr size_t kAdjectivesMax = 2;       // before a condition
constexpr size_t kRemarkWordsMax = 3;      // of a sentence of its own that takes back what was said

bool Affirms(std::string_view word) {
  return OneOf(word,
               {"present",     "found",       "confirmed",  "documented", "seen",     "noted",
                "diagnosed",   "proven",      "detected",   "developed",  "occurred", "appeared",
                "arose",       "emerged",     "persists",   "persisting", "ongoing",  "known",
                "observed",    "established", "identified", "evident",    "visible",  "verified",
                "progressing", "growing",     "increasing", "worsening",  "unchanged"});
}

// "disease" and the like: behind a phrase that describes it they add nothing.
bool IsThing(std::string_view word) {
  return OneOf(word, {"disease", "condition", "situation", "setting", "state"});
}

// "Can a patient with a receive ...?": the question goes on.
bool IsVerbOfQuestion(std::string_view word) {
  return OneOf(word, {"get", "receive", "have", "be", "undergo", "benefit", "need", "still", "take",
                      "continue", "stop", "start", "qualify"});
}

// Behind a comma such a word tells more, and takes back nothing.
bool LooksAhead(std::string_view word) {
  return IsRelative(word) ||
         OneOf(word, {"asks", "asking", "wonders", "wondering", "consider", "considering", "fears",
                      "afraid", "worried", "anxious", "discuss", "declines", "refuses", "refused",
                      "so", "hence", "therefore", "thus"});
}

// What is planned behind a comma takes nothing back, unless it says so of what stands before.
bool IsOfPlan(std::string_view word) {
  return OneOf(word, {"planned", "planning", "scheduled", "considered", "considering", "discussed",
                      "discussing", "requested", "offered"});
}

// "without cough": something else is not so. Not "without proof".
bool IsWithoutOther(std::string_view word, std::string_view next) {
  return word == "without" && !OneOf(next, {"evidence", "proof", "confirmation", "certainty",
                                            "documentation", "sign", "signs", "any", "being"});
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
    const bool had_been = (before == "been" && first > 1 && Word(first - 2) == "had") ||
                          (before == "had" && Word(first) == "been");
    const bool tells_past =
        OneOf(Word(first), {"previously", "already", "earlier", "pretreated", "exposed", "never",
                            "admitted", "operated", "hospitalized"});
    const bool past =
        kind == UnitKind::kPhrase && !tells_past && (OneOf(before, {"was", "were"}) || had_been);
    if (past || IsContinuation(before) || IsInDefinition(first) || IsProposed(first)) return false;
  }
  return IsClosed(first, count, kind);
}

// "<something> is a ...": what it is, of nobody. "She is a ...", "there is a ..." tell of somebody.
bool StatedWords::IsInDefinition(size_t first) const {
  if (first < 3 || !OneOf(Word(first - 1), {"a", "an"})) return false;
  if (!OneOf(Word(first - 2), {"is", "are"})) return false;
  return tokens_[first - 2].before == Gap::kJoined && !IsOnePerson(Word(first - 3)) &&
         !OneOf(Word(first - 3), {"she", "he", "it", "this", "that", "there", "who", "and"});
}

// "start her on <drug>", "add <drug>": what somebody proposes is not so yet.
bool StatedWords::IsProposed(size_t first) const {
  size_t at = first;
  while (at > 0 && tokens_[at].before == Gap::kJoined &&
         (at == first || IsArticle(Word(at)) || IsOnePerson(Word(at)) ||
          OneOf(Word(at), {"on", "with"}))) {
    --at;
  }
  // "we put her on <drug>" tells what was done.
  const bool done = Word(at) == "put" && at > 0 && OneOf(Word(at - 1), {"we", "i", "they"});
  return !governed_.asked[first] && !done &&
         OneOf(Word(at), {"start", "starting", "begin", "commence", "initiate", "add", "adding",
                          "give", "giving", "offer", "offering", "prescribe", "propose",
                          "recommend", "suggest", "try", "switch", "put", "restart"});
}

// "Would a patient with a ...?"
bool StatedWords::IsHypothetical(size_t at) const {
  while (at > 0 && tokens_[at].before != Gap::kStop) --at;
  return Word(at) == "would";
}

bool StatedWords::IsDeniedItem(size_t first, size_t count) const {
  const Unit* const unit = UnitAt(first);
  if (!governed_.item[first] || unit == nullptr || unit->count != count) return false;
  if (governed_.answered[first]) return true;
  const size_t behind = PastToday(tokens_, first + count);
  if (behind >= tokens_.size() || IsOr(Word(behind))) return true;
  if (IsException(tokens_, behind)) return false;
  if (IsContrast(Word(behind))) return TellsAt(behind + 1);
  if (tokens_[behind].before == Gap::kJoined && IsAnd(Word(behind))) return JoinsOn(behind + 1);
  if (tokens_[behind].before == Gap::kJoined) {
    return IsOccasionAt(behind) || IsAffirmedAt(behind);
  }
  return BeginsDenial(behind, UnitKind::kPhrase) || !IsCastBehind(first, behind);
}

const Unit* StatedWords::UnitAt(size_t at) const {
  return at < tokens_.size() ? unit_at_[at] : nullptr;
}

std::string_view StatedWords::Word(size_t at) const { return WordAt(tokens_, at); }

std::string_view StatedWords::GapBefore(size_t at) const {
  return decision::GapBefore(text_, tokens_, at);
}

bool StatedWords::IsConditionAt(size_t at) const {
  while (IsArticle(Word(at)) && tokens_[at].before == Gap::kJoined) ++at;
  // "squamous cervical cancer"
  for (size_t words = 0; words <= kAdjectivesMax && at < tokens_.size(); ++words, ++at) {
    const Unit* const unit = UnitAt(at);
    if (unit != nullptr) return unit->kind == UnitKind::kConcept;
    if (IsPreposition(Word(at)) || IsDoubt(Word(at)) || IsVerbOfBeing(Word(at)) ||
        IsAnd(Word(at)) || IsOr(Word(at)) || IsContrast(Word(at)) ||
        IsNegation(text_, tokens_, at) || IsContinuation(Word(at)) ||
        (at + 1 < tokens_.size() && tokens_[at + 1].before != Gap::kJoined)) {
      return false;
    }
  }
  return false;
}

bool StatedWords::IsSomebodyAt(size_t at) const {
  const bool ends = at + 1 >= tokens_.size() || tokens_[at + 1].before != Gap::kJoined ||
                    OneOf(Word(at + 1), {"because", "due", "since", "given", "now"});
  if (ends && OneOf(Word(at), {"her", "him", "them"})) return true;
  const auto joined = [&](size_t i) {
    return i < tokens_.size() && tokens_[i].before == Gap::kJoined;
  };
  while (joined(at) && (IsArticle(Word(at)) || OneOf(Word(at), {"this", "my", "our"}))) ++at;
  const Unit* const unit = UnitAt(at);
  if (unit != nullptr && unit->kind == UnitKind::kValue) at += unit->count;
  // "a frail 70-year-old woman"
  for (size_t words = 0; joined(at) && words < kWordsOfSomebodyMax; ++at, ++words) {
    if (IsOnePerson(Word(at))) return true;
    if (UnitAt(at) != nullptr || IsPreposition(Word(at)) || IsDoubt(Word(at)) || IsAnd(Word(at)) ||
        IsOr(Word(at)) || IsNegation(text_, tokens_, at) ||
        OneOf(Word(at), {"other", "another", "different"})) {
      return false;
    }
  }
  return false;
}

bool StatedWords::Denies(size_t first, size_t count) const {
  return HoldsNegation(text_, tokens_, first, count);
}

// "a or b", "a/b", "a, b or c": neither is stated.
bool StatedWords::IsChoice(size_t first, size_t count) const {
  const auto parts = [&](size_t at) {
    return tokens_[at].before == Gap::kJoined && GapBefore(at).find('/') != std::string_view::npos;
  };
  if (first > 0 && (IsOr(Word(first - 1)) || parts(first))) return true;
  const bool denies = Denies(first, count);
  size_t at = denies ? first + count : PastSchedule(first + count);  // "60 mg/d"
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
  const Unit* const self = UnitAt(first);
  const bool denies =
      kind == UnitKind::kPhrase && Denies(first, count) && !(self != nullptr && self->says_yes);
  size_t behind = first + count;
  behind = PastToday(tokens_, behind);
  if (!denies) behind = PastSchedule(PastDate(behind, IsEvent(first)));
  const bool of_thing = kind == UnitKind::kPhrase && !denies && behind < tokens_.size() &&
                        tokens_[behind].before == Gap::kJoined && IsThing(Word(behind));
  if (of_thing) behind = PastToday(tokens_, behind + 1);
  const size_t next_byte = behind < tokens_.size() ? tokens_[behind].begin : text_.size();
  const std::string_view gap =
      text_.substr(tokens_[behind - 1].end, next_byte - tokens_[behind - 1].end);
  const bool apart = behind < tokens_.size() && tokens_[behind].before != Gap::kJoined;
  if ((apart || behind >= tokens_.size()) && IsMarkedAbsent(gap)) return false;
  if (behind >= tokens_.size()) return true;
  // "yes / no": a form that nobody has filled in.
  if (OneOf(Word(behind), {"yes", "y"}) && OneOf(Word(behind + 1), {"no", "n", "or"})) return false;
  const Unit* const unit = UnitAt(behind);
  if (unit == nullptr) {
    // "Grade 2. Only drops then?"
    const bool sets_anew = Word(behind) == "only" && EndsSentence(gap);
    if (IsException(tokens_, behind) && !sets_anew) return false;
    const bool asks_on = EndsSentence(gap) && governed_.asked[behind];  // "Grade 2. Next course?"
    if (IsContinuation(Word(behind)) && !asks_on) return false;
    const bool excepts = denies && IsContrast(Word(behind)) && !OneOf(Word(first), {"not", "t"});
    if (excepts && !TellsAt(behind + 1)) return false;
    // "cannot take drops (renal failure)" says why.
    const bool able = OneOf(Word(first), {"can", "cannot", "could", "does", "did", "unable"});
    if (denies && !able && gap.find_first_of("([") != std::string_view::npos) return false;
  }
  if (!apart && governed_.asked[first] && IsVerbOfQuestion(Word(behind))) {
    return !IsHypothetical(first);
  }
  const bool new_item = apart && BeginsDenial(behind, kind);
  // What is asked next is no remark on what was told.
  const bool asks_next = governed_.asked[behind] && !governed_.asked[first];
  if (!new_item && !asks_next && IsCastBehind(first, behind)) return false;
  // "on drops + oil"
  const bool adds = unit != nullptr && unit->is_drug && EndsInDrug(first) && !denies &&
                    gap.find_first_of("+&") != std::string_view::npos;
  if (!apart && unit != nullptr) return adds || FollowsOn(*unit, denies);
  if (!apart && EndsInDrug(first) && !denies && AddsDrug(behind)) return true;
  if (!apart) return ClosesBy(first, behind, kind, denies);
  // "... on a, b and c": the list goes on.
  const bool goes_on = kind == UnitKind::kPhrase && !asks_next && unit != nullptr &&
                       unit->kind == UnitKind::kIntervention &&
                       !(EndsInDrug(first) && unit->is_drug) &&
                       !IsOfPlan(Word(behind + unit->count));
  return !(goes_on && tokens_[behind].before == Gap::kComma);
}

// Whether the phrase tells what happened, rather than how things are.
bool StatedWords::IsEvent(size_t first) const {
  const Unit* const unit = UnitAt(first);
  if (unit == nullptr || unit->kind != UnitKind::kPhrase) return false;
  const auto happened = [&](size_t at) {
    return OneOf(Word(at),
                 {"progressed", "stopped",    "discontinued", "received", "developed",   "failed",
                  "completed",  "finished",   "had",          "was",      "relapsed",    "recurred",
                  "occurred",   "perforated", "started",      "given",    "progression", "came",
                  "bled",       "withdrawn",  "exposed"});
  };
  size_t before = first;  // "had a <phrase>"
  while (before > 0 && tokens_[before].before == Gap::kJoined && IsArticle(Word(before - 1))) {
    --before;
  }
  const bool had = before > 0 && tokens_[before].before == Gap::kJoined && happened(before - 1);
  return had || happened(first) || happened(first + unit->count - 1);
}

// "but <phrase>": something else that is the case, and no exception.
bool StatedWords::TellsAt(size_t at) const {
  if (OneOf(Word(at), {"with", "has", "is"})) return true;
  while (at < tokens_.size() && (IsArticle(Word(at)) || OneOf(Word(at), {"with", "has", "is"}))) {
    ++at;
  }
  if (MayState(UnitAt(at))) return true;
  // "but the nurse has told that <phrase>"
  const bool subject =
      IsArticle(Word(at - 1)) && UnitAt(at) == nullptr && IsVerbOfBeing(Word(at + 1));
  while (subject && at < tokens_.size() && tokens_[at].before == Gap::kJoined) {
    if (IsDoubtAt(tokens_, at)) return false;
    if (MayState(UnitAt(at++))) return true;
  }
  return false;
}

// ", never ...", ", neither ...": more is told, by a denial of its own. Not ", never confirmed",
// which takes back what stands before it.
bool StatedWords::BeginsDenial(size_t at, UnitKind kind) const {
  const bool corrects = Word(at) == "not" && IsNumberWord(Word(at + 1));  // "grade 2, not 1"
  const bool begins = kind == UnitKind::kValue
                          ? OneOf(Word(at), {"never", "neither", "without", "no"}) || corrects
                          : OneOf(Word(at), {"no", "denies"});
  if (tokens_[at].before != Gap::kComma || !begins) return false;
  size_t words = 1;
  for (size_t i = at + 1; i < tokens_.size() && tokens_[i].before == Gap::kJoined; ++i, ++words) {
    if (Affirms(Word(i)) || (IsDoubt(Word(i)) && !IsRelative(Word(i)))) return false;
    if (OneOf(Word(i),
              {"more", "one", "such", "evidence", "sign", "signs", "so", "that", "it", "having"})) {
      return false;
    }
  }
  return words > 1;
}

// Whether a unit right behind a phrase stands for itself.
bool StatedWords::FollowsOn(const Unit& unit, bool denies) const {
  if (unit.kind == UnitKind::kIntervention || unit.kind == UnitKind::kDeniable) return false;
  return !denies || !IsPreposition(Word(unit.first)) || IsOccasionAt(unit.first);
}

bool StatedWords::EndsInDrug(size_t first) const {
  const Unit* const unit = UnitAt(first);
  return unit != nullptr && unit->ends_in_drug;
}

// "on a and b", "on a together with her b": b is added to a.
bool StatedWords::AddsDrug(size_t at) const {
  if (OneOf(Word(at), {"together", "along"}) && Word(at + 1) == "with") ++at;
  if (!IsAnd(Word(at)) && !OneOf(Word(at), {"with", "alongside"})) return false;
  ++at;
  while (IsArticle(Word(at))) ++at;
  const Unit* const unit = UnitAt(at);
  return unit != nullptr && unit->is_drug;
}

// "a patient on b": what follows is told of the patient.
bool StatedWords::IsOfSomebody(size_t first) const {
  const bool joined = first > 0 && tokens_[first].before == Gap::kJoined;
  return joined && (IsOnePerson(Word(first - 1)) || Word(first - 1) == "with");
}

// "<drug> is barred", which behind it may say when, of nobody.
bool StatedWords::IsRuleOfDrug(size_t first) const {
  const Unit* const unit = UnitAt(first);
  if (unit == nullptr || !unit->begins_with_drug) return false;
  for (size_t at = first; at < first + unit->count; ++at) {
    if (OneOf(Word(at), {"is", "are"})) return true;
  }
  return false;
}

// "... at diagnosis", "... by biopsy", "... per the team": not "... by drops", nor of a study.
bool StatedWords::ClosesBySource(size_t at, UnitKind kind) const {
  if (kind == UnitKind::kValue && OneOf(Word(at), {"at", "by"})) return false;
  const Unit* const unit = UnitAt(at + 1);
  const bool means = unit != nullptr && unit->kind == UnitKind::kIntervention;
  return !means && Word(at + 1) != "first" && !NamesStudy(at + 1) && IsPlace(at + 1);
}

// Whether a word that follows in the same clause begins something else.
bool StatedWords::ClosesBy(size_t first, size_t behind, UnitKind kind, bool denies) const {
  const std::string_view word = Word(behind);
  if (IsContrast(word) || OneOf(word, {"because", "due", "owing"})) return true;
  if (word == "as" && OneOf(Word(behind + 1), {"she", "he", "they", "the", "her", "there", "it"})) {
    return true;
  }
  if (word == "as" && OneOf(Word(behind + 1), {"maintenance", "monotherapy", "prescribed"})) {
    return !denies;
  }
  if (word == "even" && OneOf(Word(behind + 1), {"though", "if"})) return true;
  if (OneOf(word, {"developed", "presents", "presented", "reports", "complains", "experienced",
                   "asks", "wants", "wishes", "wonders", "seeks", "needs", "came"}) &&
      IsOfSomebody(first)) {
    return !denies;
  }
  if (OneOf(word, {"what", "how"})) return true;
  if (IsOnePerson(word)) return !denies;  // "a grade 2 patient"
  if (denies && IsOr(word) && EndsInDrug(first) && !IsException(tokens_, behind + 1)) {
    return true;  // "never had a or b"
  }
  if (IsAnd(word) || (denies && IsOr(word))) return JoinsOn(behind + 1);
  if (OneOf(word, {"who", "whose", "which", "that", "while"})) return !denies;
  if (OneOf(word, {"with", "without"})) {
    size_t at = behind + 1;
    while (IsArticle(Word(at))) ++at;
    const Unit* const next = UnitAt(at);
    if (next == nullptr) return !denies;
    return denies ? MayState(next) : next->kind != UnitKind::kIntervention;
  }
  if (OneOf(word, {"in", "of", "from", "for"}) && !IsTimeAt(behind)) {
    if (IsRuleOfDrug(first)) return IsSomebodyAt(behind + 1);
    const bool told = IsSomebodyAt(behind + 1) || IsConditionAt(behind + 1) ||
                      MayState(UnitAt(behind + 1)) || IsPlaceInside(behind);
    if (MayState(UnitAt(behind + 1)) && UnitAt(first) != nullptr &&
        IsRule(tokens_, *UnitAt(first))) {
      return false;
    }
    return !denies && (told || (word == "for" && IsPlace(behind + 1)));
  }
  const bool tells_when =
      IsTimeAt(behind) || OneOf(word, {"on", "under", "during", "after", "since", "following",
                                       "despite", "including", "incl"});
  if (tells_when) return !denies && !IsRuleOfDrug(first) && IsPlace(behind + 1);
  if (word == "to") return !denies && IsSomebodyAt(behind + 1);
  if (OneOf(word, {"at", "by", "per", "according"})) {
    return !denies && ClosesBySource(behind, kind);
  }
  if (kind == UnitKind::kPhrase && !denies && IsConditionAt(behind)) return true;
  return IsAffirmedAt(behind);
}

// "... was found", "... has developed on a".
bool StatedWords::IsAffirmedAt(size_t at) const {
  while (IsVerbOfBeing(Word(at))) ++at;
  return Affirms(Word(at)) && EndsAffirmed(at + 1);
}

// "... was found", "... was found on a scan in May".
bool StatedWords::EndsAffirmed(size_t at) const {
  at = PastToday(tokens_, at);
  if (at >= tokens_.size() || tokens_[at].before != Gap::kJoined) return true;
  if (IsAnd(Word(at)) || MayState(UnitAt(at))) return true;
  const bool place = IsOccasion(Word(at)) ||
                     OneOf(Word(at), {"in", "at", "by", "with", "after", "since", "last", "this"});
  return place && IsPlace(at + 1);
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
  // "had a, stopped in May": what is past may have been stopped.
  const bool is_past = IsEvent(first) || Denies(first, behind - first);
  if (is_past && OneOf(Word(behind), {"stopped", "discontinued"})) return false;
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
  if (tokens_[from].before == Gap::kJoined && OneOf(Word(from), {"what", "how"})) {
    return false;  // it is asked about, and stands
  }
  if (LooksAhead(Word(from)) || IsWithoutOther(Word(from), Word(from + 1))) return false;
  const bool own_sentence = EndsSentence(GapBefore(from));
  bool casts = false;
  size_t at = from;
  for (; at < tokens_.size() && (at == from || tokens_[at].before == Gap::kJoined); ++at) {
    if (UnitAt(at) != nullptr || (at > from && IsContrast(Word(at)))) {
      return false;
    }
    const bool and_more = IsAnd(Word(at));
    if (and_more) return casts;
    if (at == from && OneOf(Word(at), {"which", "who"})) continue;  // more is told of it
    const bool of_plan = at > from && IsOfPlan(Word(at));
    const bool dates_other = Word(at) == "ago" && at > from + 2;  // "..., last course a year ago"
    if ((of_plan || dates_other) && tokens_[from].before == Gap::kComma) continue;
    casts = casts || IsNegation(text_, tokens_, at) || IsDoubtAt(tokens_, at) || Word(at) == "only";
  }
  if (!own_sentence) return casts;
  const bool asks = at < tokens_.size() ? GapBefore(at).find('?') != std::string_view::npos
                                        : text_.find('?', tokens_[at - 1].end) != std::string::npos;
  return casts && !asks && at - from <= kRemarkWordsMax;
}

}  // namespace evident::decision
