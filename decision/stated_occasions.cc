// Where and when something is told to be the case: the part of StatedWords that reads occasions,
// places, dates and schedules.
#include "decision/cues.h"
#include "decision/stated_words.h"

namespace evident::decision {
namespace {

bool IsTimeUnit(std::string_view word) {
  return OneOf(word, {"day", "days", "week", "weeks", "month", "months", "year", "years", "cycle",
                      "cycles", "weekend", "hours"});
}

// "3x", of "3x/day".
bool IsTimesWord(std::string_view word) {
  return word.size() == 2 && word[0] >= '1' && word[0] <= '9' && word[1] == 'x';
}

}  // namespace

// "on b", where that is known to state something.
bool StatedWords::IsOccasionAt(size_t at) const {
  return IsOccasion(Word(at)) && MayState(UnitAt(at));
}

// Whether a place or time from `at` to the end of its clause leaves standing what it is told of: it
// holds no doubt, and is not of people in general.
bool StatedWords::IsPlace(size_t at) const {
  const size_t from = at;
  while (at < tokens_.size() && (at == from || tokens_[at].before == Gap::kJoined)) {
    const Unit* const unit = UnitAt(at);
    if (MayState(unit) || IsContrast(Word(at))) return true;
    if (unit != nullptr) {
      at += unit->count;
      continue;
    }
    if (IsNegation(text_, tokens_, at) || IsDoubtAt(tokens_, at) || IsPeople(Word(at)) ||
        Word(at) == "only" || IsContinuation(Word(at))) {
      return OneOf(Word(at), {"what", "how"});
    }
    ++at;
  }
  return at >= tokens_.size() || !IsCastBehind(from, at);
}

// Whether a study, a guideline or other people are named from `at` to the end of the clause.
bool StatedWords::NamesStudy(size_t at) const {
  for (; at < tokens_.size() && tokens_[at].before == Gap::kJoined; ++at) {
    if (OneOf(Word(at), {"trial", "trials",     "study",    "studies",    "control",
                         "group", "cohort",     "series",   "literature", "another",
                         "other", "population", "general",  "theory",     "vitro",
                         "vivo",  "principle",  "children", "youth",      "mice",
                         "paper", "guideline",  "absence",  "stages",     "protocol"})) {
      return true;
    }
  }
  return false;
}

// "in the left eye": a place, and no study, as far as it is known.
bool StatedWords::IsPlaceInside(size_t at) const {
  const auto ends = [&](size_t i) {
    return i >= tokens_.size() || tokens_[i].before != Gap::kJoined;
  };
  const bool brief = Word(at) == "in" && !ends(at + 1) && (ends(at + 2) || ends(at + 3));
  const bool inside = OneOf(Word(at), {"in", "of", "from"}) &&
                      (IsArticle(Word(at + 1)) || Word(at + 1) == "both" || brief);
  return inside && !NamesStudy(at + 1) && IsPlace(at + 1);
}

// "for six months", "within two weeks".
bool StatedWords::IsTimeAt(size_t at) const {
  if (!OneOf(Word(at), {"for", "within", "over"})) return false;
  for (size_t i = at + 1; i < at + 4; ++i) {
    if (IsTimeUnit(Word(i))) return true;
  }
  return false;
}

// The place behind a date at `at`: of an event "last month", "in May 2025", "two weeks ago"; of any
// phrase "two weeks" before "after".
size_t StatedWords::PastDate(size_t at, bool event) const {
  const auto joined = [&](size_t i) {
    return i < tokens_.size() && tokens_[i].before == Gap::kJoined;
  };
  if (!joined(at)) return at;
  if (event && OneOf(Word(at), {"last", "this", "in"}) && joined(at + 1) &&
      UnitAt(at + 1) == nullptr && !IsArticle(Word(at + 1)) && !IsPeople(Word(at + 1))) {
    const bool year = joined(at + 2) && IsNumberWord(Word(at + 2));
    return at + (year ? 3 : 2);
  }
  if (event && OneOf(Word(at), {"yesterday", "recently", "earlier", "previously"})) return at + 1;
  if (IsTimeUnit(Word(at)) && joined(at + 1) && IsNumberWord(Word(at + 1))) return at + 2;
  const bool amount = IsNumberWord(Word(at)) || OneOf(Word(at), {"a", "several"});
  if (!amount || !joined(at + 1) || !IsTimeUnit(Word(at + 1))) return at;
  if (event && OneOf(Word(at + 2), {"ago", "earlier", "before"})) return at + 3;
  return OneOf(Word(at + 2), {"after", "into", "following"}) ? at + 2 : at;
}

// The place behind how much and how often at `at`: "15 mg/kg", "every three weeks", "twice daily".
size_t StatedWords::PastSchedule(size_t at) const {
  const auto joined = [&](size_t i) {
    return i < tokens_.size() && tokens_[i].before == Gap::kJoined && UnitAt(i) == nullptr;
  };
  const size_t from = at;
  while (joined(at)) {
    const std::string_view word = Word(at);
    const bool counts =
        IsNumberWord(word) && joined(at + 1) && OneOf(Word(at + 1), {"mg", "g", "mcg", "times"});
    const bool every =
        OneOf(word, {"every", "each", "per", "a"}) && joined(at + 1) &&
        (IsTimeUnit(Word(at + 1)) || (IsNumberWord(Word(at + 1)) && IsTimeUnit(Word(at + 2))));
    const bool often = OneOf(word, {"once", "twice"}) && joined(at + 1) &&
                       OneOf(Word(at + 1), {"daily", "weekly", "a", "per", "every"});
    const bool when = (word == "as" && OneOf(Word(at + 1), {"needed", "required"})) ||
                      (word == "at" && OneOf(Word(at + 1), {"night", "bedtime"}));
    if (when) {
      at += 2;
    } else if (counts || often) {
      at += counts ? 2 : 1;
    } else if (every) {
      at += IsTimeUnit(Word(at + 1)) ? 2 : 3;
    } else if (OneOf(word, {"daily", "weekly", "regularly", "bid",           "tid",   "qd",
                            "prn",   "q2w",    "q3w",       "q4w",           "q12h",  "q8h",
                            "q6h",   "q4h",    "bd",        "tds",           "qds",   "od",
                            "iv",    "sc",     "po",        "intravenously", "orally"}) ||
               IsTimesWord(word) ||
               ((at > from || GapBefore(at) == "/") &&
                OneOf(word, {"kg", "m2", "d", "day", "h", "hr", "week"}))) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

}  // namespace evident::decision
