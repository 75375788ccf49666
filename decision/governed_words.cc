#include "decision/governed_words.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "decision/asked_words.h"
#include "decision/cues.h"

namespace evident::decision {
namespace {

// Words behind "patient with" that say nothing by themselves.
bool IsFiller(std::string_view word) {
  const bool number = word.find_first_not_of("0123456789") == std::string_view::npos;
  return number || IsArticle(word) || IsAnd(word) || IsOr(word) ||
         OneOf(word, {"with", "without", "who", "whose", "also", "both", "newly", "new",
                      "diagnosed", "confirmed", "documented", "known", "stage", "in", "of"});
}

class Walk {
 public:
  Walk(std::string_view text, const std::vector<TextToken>& tokens,
       const std::vector<const Unit*>& unit_at)
      : text_(text), tokens_(tokens), unit_at_(unit_at), asked_(AskedTokens(text, tokens)) {
    for (size_t begin = 0; begin < tokens_.size();) begin = TellBeforeAsking(begin);
    result_.held_back.assign(tokens.size(), false);
    result_.item.assign(tokens.size(), false);
  }

  Governed Run() {
    for (size_t at = 0; at < tokens_.size();) {
      ReadGap(at);
      if (unit_at_[at] == nullptr) {
        ReadWord(at++);
      } else {
        const size_t end = at + unit_at_[at]->count;
        ReadUnit(at);
        for (++at; at < end; ++at) result_.held_back[at] = true;
      }
    }
    result_.asked = asked_;
    return std::move(result_);
  }

 private:
  std::string_view Word(size_t at) const {
    return at < tokens_.size() ? std::string_view(tokens_[at].folded) : std::string_view();
  }

  std::string_view GapBefore(size_t at) const {
    const size_t from = at == 0 ? 0 : tokens_[at - 1].end;
    return text_.substr(from, tokens_[at].begin - from);
  }

  bool Governs() const { return denied_ || doubted_; }

  // "A, b: how about c?" tells a and b, and asks about c alone: where the sentence begins as no
  // question does, and its last part holds nothing that could be told. One past the sentence.
  size_t TellBeforeAsking(size_t begin) {
    size_t end = begin + 1;
    while (end < tokens_.size() &&
           GapBefore(end).find_first_of(".?!\n") == std::string_view::npos) {
      ++end;
    }
    if (!asked_[begin] || BeginsQuestion(tokens_, begin, end, true)) return end;
    size_t last = end;
    while (--last > begin && tokens_[last].before == Gap::kJoined) {
    }
    for (size_t at = last; at < end; ++at) {
      if (MayState(unit_at_[at])) return end;
    }
    std::fill(asked_.begin() + static_cast<std::ptrdiff_t>(begin),
              asked_.begin() + static_cast<std::ptrdiff_t>(last), false);
    return end;
  }

  // A colon and what opens a bracket lead on; other stops end what a word governs.
  void ReadGap(size_t at) {
    const std::string_view gap = GapBefore(at);
    if (tokens_[at].before == Gap::kStop) {
      const bool ends = gap.find_first_of(".?!\n") != std::string_view::npos;
      const bool leads_on = gap.find_first_of(":([") != std::string_view::npos;
      if (ends || !(leads_on || listed_)) {
        denied_ = doubted_ = listed_ = false;
      } else {
        listed_ = listed_ || (Governs() && leads_on);
      }
      granted_ = false;
      behind_comma_ = true;
    } else if (tokens_[at].before == Gap::kComma) {
      behind_comma_ = true;
      const size_t next = IsAnd(Word(at)) ? at + 1 : at;
      if (OneOf(Word(next), {"with", "has", "have", "had", "is", "are", "on", "receiving", "under",
                             "taking", "currently", "now"}) &&
          !GoesOnToOr(at)) {
        denied_ = doubted_ = false;
      }
    }
    // "?fever", a note's mark of doubt.
    if (!gap.empty() && gap.back() == '?') doubted_ = true;
  }

  bool GoesOnToOr(size_t at) const {
    for (size_t i = at; i < tokens_.size() && (i == at || tokens_[i].before != Gap::kStop); ++i) {
      if (IsOr(Word(i))) return true;
    }
    return false;
  }

  void ReadUnit(size_t at) {
    const Unit& unit = *unit_at_[at];
    const bool begins_with_denial = IsNegation(text_, tokens_, at);
    const bool joined = at > 0 && tokens_[at].before == Gap::kJoined;
    if (joined && EndsUnit(at, UnitKind::kPhrase)) granted_ = false;
    // "treated again after ...": part of another story.
    const bool later = joined && Word(at - 1) == "after" && at > 1 && !asked_[at] &&
                       tokens_[at - 1].before == Gap::kJoined &&
                       !EndsUnit(at - 1, UnitKind::kConcept);
    const bool own_value = unit.kind == UnitKind::kValue && behind_comma_;
    const bool denied = denied_ && !begins_with_denial && !own_value;
    const bool doubted = (doubted_ && !own_value) || asked_[at];
    result_.held_back[at] = denied || later || (doubted && !granted_);
    // "cannot ..., ...": what stands behind is no list of what is denied.
    const bool lists = !OneOf(Word(at), {"not", "cannot"}) || GoesOnToOr(at);
    if (begins_with_denial && lists) OpenDenial(at, at);
  }

  void ReadWord(size_t at) {
    const std::string_view word = Word(at);
    const bool grants = Grants(at);
    if (IsContrast(word) || IsOfSomebodyNew(at)) denied_ = doubted_ = false;
    // "..., history unclear, ...": such a word takes back what stands before it.
    const bool postfix =
        OneOf(word, {"unknown", "unclear", "pending", "unconfirmed", "uncertain"}) &&
        at + 1 < tokens_.size() && tokens_[at + 1].before != Gap::kJoined;
    if (postfix) return;
    if (IsNegation(text_, tokens_, at)) OpenDenial(at, at + 1);
    const bool supposes = OneOf(word, {"case", "event"}) && Word(at + 1) == "of" && at > 0 &&
                          OneOf(Word(at - 1), {"in", "the"});
    if (grants) {
      granted_ = true;
    } else if (IsDoubt(word) || supposes || IsShorthand(at) || IsOfPeople(at)) {
      doubted_ = true;
      behind_comma_ = granted_ = false;
    } else if (!IsFiller(word) && !(IsVerbOfBeing(word) && at > 0 && Word(at - 1) == "who") &&
               !(granted_ && IsBehindWhile(at))) {
      granted_ = false;
    }
  }

  // "... and the patient ...": another clause.
  bool IsOfSomebodyNew(size_t at) const {
    return IsAnd(Word(at)) && IsArticle(Word(at + 1)) && IsSomebody(Word(at + 2));
  }

  // The words of "while she is ..." that stand before what she is.
  bool IsBehindWhile(size_t at) const {
    if (at > 0 && Word(at - 1) == "while") return OneOf(Word(at), {"she", "he", "they"});
    return at > 1 && Word(at - 2) == "while" && IsVerbOfBeing(Word(at));
  }

  // "Some patients ...", "most women ...": of people in general.
  bool IsOfPeople(size_t at) const {
    return OneOf(Word(at), {"some", "many", "most", "few", "other", "several", "certain"}) &&
           IsSomebody(Word(at + 1)) && tokens_[at + 1].before == Gap::kJoined;
  }

  // "r/o", "s/p": two letters of a note, which mostly stand for a doubt or the past.
  bool IsShorthand(size_t at) const {
    return at > 0 && Word(at).size() == 1 && Word(at - 1).size() == 1 && GapBefore(at) == "/" &&
           Word(at - 1) != "y";  // "y/o": an age
  }

  // What follows is taken for granted by a question.
  bool Grants(size_t at) const {
    if (OneOf(Word(at), {"after", "given", "despite"})) return true;
    if (asked_[at] && OneOf(Word(at), {"for", "in", "during"})) return IsAbout(at);
    // "Which drug when <phrase>?", but not "When does <phrase> ...?"
    const bool inside = asked_[at] && at > 0 && tokens_[at].before == Gap::kJoined;
    if (inside && Word(at) == "while") return true;
    const bool told =
        at > 0 && OneOf(Word(at - 1), {"explain", "tell", "ask", "know", "say", "describe"});
    if (inside && !told && Word(at) == "when" && at + 1 < unit_at_.size() &&
        unit_at_[at + 1] != nullptr) {
      return true;
    }
    // "... of a patient on <drug>"
    if (asked_[at] && IsSomebody(Word(at)) && IsAbout(PastArticlesBack(at))) return true;
    if (at == 0 || !OneOf(Word(at), {"with", "without", "who", "whose"})) return false;
    return IsSomebody(Word(at - 1)) || EndsUnit(at, UnitKind::kConcept);
  }

  // "Is it right for <phrase>?", "what helps in <phrase>?": not what is looked for, nor what comes.
  bool IsAbout(size_t at) const {
    if (at == 0 || !OneOf(Word(at), {"for", "in", "of", "to", "during"})) return false;
    return !OneOf(Word(at - 1),
                  {"check", "checks", "look",     "looks",  "search",   "code",      "codes",
                   "word",  "words",  "term",     "terms",  "criteria", "criterion", "threshold",
                   "sign",  "signs",  "symptoms", "result", "results",  "resulted",  "resulting",
                   "end",   "ends",   "ended",    "wait",   "waiting",  "need",      "needed"});
  }

  // The place before the articles that stand before `at`.
  size_t PastArticlesBack(size_t at) const {
    while (at > 0 && tokens_[at].before == Gap::kJoined && IsArticle(Word(at - 1))) --at;
    return at > 0 ? at - 1 : 0;
  }

  // Whether a unit of the kind ends right before `end`; for a phrase, also a label with its value.
  bool EndsUnit(size_t end, UnitKind kind) const {
    for (size_t first = end; first-- > 0;) {
      const Unit* const unit = unit_at_[first];
      if (unit == nullptr) continue;
      const bool value = kind == UnitKind::kPhrase && unit->kind == UnitKind::kValue;
      return first + unit->count == end && (unit->kind == kind || value);
    }
    return false;
  }

  void OpenDenial(size_t at, size_t first_item) {
    const bool choice = at > 0 && IsOr(Word(at - 1));  // "with or without"
    const bool open = (asked_[at] || doubted_) && !granted_ && !Grants(at);
    const bool twice = denied_ && tokens_[at].before == Gap::kJoined;  // "not without"
    if (!choice && !open && !twice) MarkItems(at, first_item);
    denied_ = true;
    behind_comma_ = false;
  }

  // Marks the items of "no a, b or c" that stand behind the denial.
  void MarkItems(size_t head, size_t at) {
    if (!OneOf(Word(head), {"no", "without", "denies", "denying", "neither"})) return;
    std::vector<size_t> items;
    bool has_or = false;
    while (at < tokens_.size() && (at == head || tokens_[at].before != Gap::kStop)) {
      const Unit* const unit = unit_at_[at];
      if (unit == nullptr) {
        if (!IsOr(Word(at)) || has_or) return;
        has_or = true;
        ++at;
        continue;
      }
      const bool parted = items.empty() || tokens_[at].before == Gap::kComma || IsOr(Word(at - 1));
      if (unit->kind != UnitKind::kPhrase || !parted) return;
      if (at != head && IsNegation(text_, tokens_, at)) return;
      if (has_or && !IsOr(Word(at - 1))) return;  // the list was over
      items.push_back(at);
      at += unit->count;
    }
    const bool alone = items.size() == 1 && items[0] != head;
    if (!has_or && !alone) return;
    for (const size_t item : items) result_.item[item] = item != head;
  }

  const std::string_view text_;
  const std::vector<TextToken>& tokens_;
  const std::vector<const Unit*>& unit_at_;
  std::vector<bool> asked_;
  bool denied_ = false;
  bool doubted_ = false;
  bool listed_ = false;        // a colon behind a denial or doubt led on
  bool granted_ = false;       // "patient with ..." lifts a question or doubt
  bool behind_comma_ = false;  // since the last denial or doubt
  Governed result_;
};

}  // namespace

std::vector<const Unit*> UnitsByToken(const std::vector<Unit>& units, size_t size) {
  std::vector<const Unit*> unit_at(size, nullptr);
  for (const Unit& unit : units) unit_at[unit.first] = &unit;
  return unit_at;
}

Governed GovernedWords(std::string_view text, const std::vector<TextToken>& tokens,
                       const std::vector<const Unit*>& unit_at) {
  return Walk(text, tokens, unit_at).Run();
}

}  // namespace evident::decision
