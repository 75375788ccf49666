#include "decision/governed_words.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "decision/asked_words.h"
#include "decision/cues.h"
#include "decision/denied_words.h"

namespace evident::decision {
namespace {

// Words behind "patient with" that say nothing by themselves.
bool IsFiller(std::string_view word) {
  const bool number = word.find_first_not_of("0123456789") == std::string_view::npos;
  return number || IsArticle(word) || IsAnd(word) || IsOr(word) ||
         OneOf(word, {"with", "without", "who", "whose", "also", "both", "newly", "new",
                      "diagnosed", "confirmed", "documented", "known", "stage", "in", "of",
                      "already", "currently", "now", "still"});
}

class Walk {
 public:
  Walk(std::string_view text, const std::vector<TextToken>& tokens,
       const std::vector<const Unit*>& unit_at)
      : text_(text), tokens_(tokens), unit_at_(unit_at), asked_(AskedTokens(text, tokens)) {
    for (size_t begin = 0; begin < tokens_.size();) begin = TellBeforeAsking(begin);
    result_.held_back.assign(tokens.size(), false);
    result_.item.assign(tokens.size(), false);
    result_.answered.assign(tokens.size(), false);
  }

  Governed Run() {
    for (size_t at = 0; at < tokens_.size();) {
      ReadGap(at);
      if (at < skipped_) {
        result_.held_back[at++] = Governs();
      } else if (unit_at_[at] == nullptr) {
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
  std::string_view Word(size_t at) const { return WordAt(tokens_, at); }
  std::string_view GapBefore(size_t at) const { return decision::GapBefore(text_, tokens_, at); }

  bool Governs() const { return denied_ || doubted_; }

  // "A, b: how about c?" tells a and b, and asks about c alone: where the sentence begins as no
  // question does, and its last part holds nothing that could be told. One past the sentence.
  size_t TellBeforeAsking(size_t begin) {
    size_t end = begin + 1;
    while (end < tokens_.size() && !EndsSentence(end)) ++end;
    if (!asked_[begin] || BeginsQuestion(tokens_, begin, end, true)) return end;
    const bool concludes = EndsInTag(tokens_, begin, end);  // "..., c, right?" asks about c
    size_t last = concludes ? end - 1 : end;
    while (--last > begin && tokens_[last].before == Gap::kJoined) {
    }
    for (size_t at = last; at < end; ++at) {
      if (MayState(unit_at_[at]) && !concludes) return end;
    }
    std::fill(asked_.begin() + static_cast<std::ptrdiff_t>(begin),
              asked_.begin() + static_cast<std::ptrdiff_t>(last), false);
    return end;
  }

  // A colon and what opens a bracket lead on; other stops end what a word governs.
  void ReadGap(size_t at) {
    const std::string_view gap = GapBefore(at);
    if (tokens_[at].before == Gap::kStop) {
      const bool ends = at == 0 || EndsSentence(at);
      const bool leads_on = gap.find_first_of(":([") != std::string_view::npos;
      if (ends || !(leads_on || listed_)) {
        denied_ = doubted_ = listed_ = of_others_ = false;
      } else {
        listed_ = listed_ || (Governs() && leads_on);
      }
      if (ends) general_ = TellsFrequency(text_, tokens_, at);
      if (ends) names_drug_ = of_evidence_ = false;
      granted_ = false;
      behind_comma_ = true;
    } else if (tokens_[at].before == Gap::kComma) {
      behind_comma_ = true;
      const size_t next = IsAnd(Word(at)) ? at + 1 : at;
      if (!GoesOnToOr(at)) EndAtComma(next);
    }
    // "?fever", a note's mark of doubt.
    if (MarksDoubt(gap, at == 0)) doubted_ = true;
  }

  // A comma ends a denial or doubt where a clause of its own begins behind it; a denial by "no"
  // also before what is denied by "not".
  void EndAtComma(size_t next) {
    if (ends_at_comma_) denied_ = false;
    if (plans_) doubted_ = plans_ = false;
    if (OneOf(Word(next), {"with", "has", "have", "had", "is", "are", "on", "receiving", "under",
                           "taking", "currently", "now"})) {
      denied_ = doubted_ = of_others_ = false;
    } else if (BeginsClause(Word(next))) {
      denied_ = false;
    } else if (next < unit_at_.size() && unit_at_[next] != nullptr) {
      const Unit& unit = *unit_at_[next];
      denied_ = denied_ && !unit.takes_not && !unit.says_no &&
                !HoldsNegation(text_, tokens_, unit.first, unit.count);
    }
  }

  // "no drops, ..." and "no fever so far, ...": no list of what is denied goes on behind these.
  static bool IsUseWord(std::string_view word) {
    return OneOf(word, {"therapy", "therapies", "treatment", "treatments", "medication", "line",
                        "lines", "course"});
  }

  bool EndsToday(size_t last) const {
    return OneOf(Word(last), {"far", "date", "now", "yet", "before", "present", "recently"});
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
    const Answer answer = AnswerAt(text_, tokens_, unit_at_, at + unit.count);
    if (answer.kind != AnswerKind::kNone) skipped_ = answer.end;
    if (joined && OneOf(Word(at), {"with", "without"}) && IsSomebody(Word(at - 1))) granted_ = true;
    if (joined && EndsUnit(at, UnitKind::kPhrase)) granted_ = false;
    if (OneOf(Word(at), {"after", "given", "despite"}) && !of_evidence_) granted_ = true;
    // "treated again after ...": part of another story.
    const bool later = joined && Word(at - 1) == "after" && at > 1 && !asked_[at] &&
                       tokens_[at - 1].before == Gap::kJoined && UnitEndingAt(at - 1) == nullptr;
    const bool own_value = unit.kind == UnitKind::kValue && behind_comma_;
    // "no fever and does not ...": a clause of its own.
    const bool own_verb = joined && IsAnd(Word(at - 1)) &&
                          HoldsNegation(text_, tokens_, unit.first, unit.count) &&
                          OneOf(Word(at), {"does", "did", "do", "is", "has", "was"});
    const bool denied =
        denied_ && !begins_with_denial && !own_value && !own_verb && !IsOccasionOfDenied(at);
    for (size_t i = at; i < at + unit.count; ++i) ReadEvidence(i);
    // "<drug> dose, grade 2?" asks about the drug.
    if (unit.kind == UnitKind::kIntervention) names_drug_ = true;
    const bool asked = asked_[at] && answer.kind != AnswerKind::kYes && !(own_value && names_drug_);
    const bool doubted = (doubted_ && !own_value) || asked;
    const bool not_without = begins_with_denial && joined && UnitEndingAt(at) == nullptr &&
                             IsNegation(text_, tokens_, at - 1);
    result_.held_back[at] = general_ || denied || later || not_without || IsOfRule(at) ||
                            (doubted && (!granted_ || (of_others_ && !own_value)));
    const bool clear = !denied_ && !doubted_ && !general_;
    if (answer.kind == AnswerKind::kNo && clear) result_.answered[at] = result_.item[at] = true;
    // "cannot ..., ...": what stands behind is no list of what is denied.
    const bool lists = !OneOf(Word(at), {"not", "t", "cannot", "never"}) || GoesOnToOr(at);
    if (begins_with_denial && lists) OpenDenial(at, at);
    const size_t last = at + unit.count - 1;
    const bool of_use = unit.ends_in_drug || IsUseWord(Word(last));
    if (begins_with_denial) ends_at_comma_ = of_use || EndsToday(last);
    if (own_value && !GoesOnToOr(at + unit.count)) denied_ = false;
  }

  void ReadWord(size_t at) {
    const std::string_view word = Word(at);
    ReadEvidence(at);
    const bool grants = Grants(at);
    if (denied_ && PastToday(tokens_, at) > at) ends_at_comma_ = true;
    if (IsContrast(word) || IsOfSomebodyNew(at)) denied_ = doubted_ = of_others_ = false;
    if (IsAnd(word) && IsPronoun(Word(at + 1))) denied_ = false;
    // "not for drops given her fever"
    const bool reasons = word == "given" && at > 0 && IsArticle(Word(at + 1)) &&
                         !IsVerbOfBeing(Word(at - 1)) && !IsNegation(text_, tokens_, at - 1);
    if (reasons) denied_ = false;
    // "..., history unclear, ...": such a word takes back what stands before it.
    const bool postfix =
        OneOf(word, {"unknown", "unclear", "pending", "unconfirmed", "uncertain"}) &&
        at + 1 < tokens_.size() && tokens_[at + 1].before != Gap::kJoined;
    if (postfix || DatesUnit(at)) return;
    if (IsNegation(text_, tokens_, at)) {
      OpenDenial(at, PastEvidence(tokens_, at + 1));
      skipped_ = PastEvidence(tokens_, at + 1);
      ends_at_comma_ = DeniesNothingKnown(at);
    }
    if (TellsOfRelative(tokens_, at)) of_others_ = true;
    if (NamesSomebodyElse(tokens_, at)) {
      of_others_ = doubted_ = true;
      behind_comma_ = granted_ = false;
    }
    if (IsOfPeople(at)) general_ = true;
    if (grants) {
      granted_ = true;
    } else if (Doubts(at)) {
      // "considered for drops, ...": what is planned is no list of what may be so.
      plans_ =
          OneOf(word, {"considered", "planned", "scheduled", "discussed"}) && Word(at + 1) == "for";
      doubted_ = true;
      behind_comma_ = granted_ = false;
    } else if (!IsFiller(word) && !(granted_ && IsOfSomebodyTold(at))) {
      granted_ = false;
    }
  }

  void ReadEvidence(size_t at) {
    of_evidence_ = of_evidence_ || (asked_[at] && AsksForEvidence(text_, tokens_, at));
  }

  // Whether the word that is no unit's opens a doubt.
  bool Doubts(size_t at) const {
    const std::string_view next = Word(at + 1);
    // "pharmacy query: ...": the head of a note.
    const bool heads = Word(at) == "query" && at > 0 && tokens_[at].before == Gap::kJoined &&
                       at + 1 < tokens_.size() && GapBefore(at + 1).starts_with(":");
    if (heads) return false;
    const bool in_case = OneOf(Word(at), {"case", "event"}) && next == "of" && at > 0 &&
                         OneOf(Word(at - 1), {"in", "the"});
    const bool looks = OneOf(Word(at), {"look", "looking", "search", "searching", "check",
                                        "checking", "screen", "screening"}) &&
                       next == "for";
    const bool too_early = Word(at) == "too" && OneOf(next, {"early", "soon"});
    if (in_case || looks || too_early || (Word(at) == "question" && next == "of") ||
        IsShorthand(at)) {
      return true;
    }
    // "informed about ...": she knows it.
    const bool informed =
        Word(at) == "about" && at > 0 &&
        (OneOf(Word(at - 1), {"informed", "counselled", "counseled", "educated"}) ||
         OneOf(Word(at + 1), {"mrs", "mr", "ms", "miss"}));
    // "stopped for fever": what ended is named before, and the reason is so.
    const bool reasons = OneOf(Word(at), {"stopped", "discontinued"}) &&
                         OneOf(next, {"for", "because", "due", "owing"});
    return IsDoubtAt(tokens_, at) && !informed && !reasons;
  }

  bool EndsSentence(size_t at) const { return EndsSentenceBefore(text_, tokens_, at); }

  // "grade not recorded, ...": the denial is of these words, and of no list.
  bool DeniesNothingKnown(size_t at) const {
    if (!OneOf(Word(at), {"not", "t"}) || listed_) return false;
    size_t end = at + 1;
    while (end < tokens_.size() && tokens_[end].before == Gap::kJoined) {
      if (unit_at_[end] != nullptr) return false;
      ++end;
    }
    return end > at + 1;
  }

  // "<phrase> two years ago": tells when, and nothing of what stands behind it.
  bool DatesUnit(size_t at) const {
    if (Word(at) != "ago" || at < 3) return false;
    return UnitEndingAt(at - 2) != nullptr || UnitEndingAt(at - 3) != nullptr;
  }

  // "... and the patient ...": another clause.
  bool IsOfSomebodyNew(size_t at) const {
    return IsAnd(Word(at)) && IsArticle(Word(at + 1)) && IsSomebody(Word(at + 2));
  }

  // The words of "while she is ...", "who has ...", "... and is ..." that stand before what she is.
  bool IsOfSomebodyTold(size_t at) const {
    if (at == 0) return false;
    const std::string_view before = Word(at - 1);
    if (before == "now" && Word(at) == "that") return true;
    // "whose complaint has ..."
    if (before == "whose" || (at > 1 && Word(at - 2) == "whose" && IsVerbOfBeing(Word(at)))) {
      return true;
    }
    if (IsPronoun(Word(at))) {
      return OneOf(before, {"while", "because", "since", "that", "though", "although", "as"});
    }
    return IsVerbOfBeing(Word(at)) &&
           (IsPronoun(before) || IsAnd(before) || IsVerbOfBeing(before) || before == "who");
  }

  static bool IsPronoun(std::string_view word) { return OneOf(word, {"she", "he", "they"}); }

  // "Some patients ...", "patients ...", "women ...", and where nothing is asked "the trial ...":
  // of people in general.
  bool IsOfPeople(size_t at) const {
    if (OneOf(Word(at), {"some", "many", "most", "few", "other", "several", "certain", "previous",
                         "different", "another", "last", "earlier"})) {
      return IsSomebody(Word(at + 1)) && Word(at + 1) != "one" &&
             tokens_[at + 1].before == Gap::kJoined;
    }
    if (OneOf(Word(at), {"include", "included", "includes", "enrolled", "enroll", "enrol",
                         "recruited", "excluded"}) &&
        IsPeople(Word(at + 1))) {
      return true;
    }
    if (IsPeople(Word(at))) return true;
    if (OneOf(Word(at), {"everyone", "everybody"}) && IsVerbOfBeing(Word(at + 1))) return true;
    if (asked_[at]) return false;
    const bool of_study = at > 0 && ((OneOf(Word(at), {"trial", "study"}) &&
                                      OneOf(Word(at - 1), {"the", "this", "that", "a"})) ||
                                     (Word(at) == "report" && Word(at - 1) == "case"));
    const bool usual_dose =
        OneOf(Word(at), {"dose", "dosage", "dosing"}) && at > 0 &&
        OneOf(Word(at - 1), {"starting", "typical", "usual", "standard", "recommended", "initial",
                             "maximum", "maximal", "max"});
    return of_study || usual_dose ||
           OneOf(Word(at), {"example", "eligibility", "inclusion", "exclusion", "criteria",
                            "population", "cohort", "literature"});
  }

  // "no a on b": b is the case while a is not.
  bool IsOccasionOfDenied(size_t at) const {
    if (!IsOccasion(Word(at)) || tokens_[at].before != Gap::kJoined) return false;
    size_t end = at;
    while (end > 0 &&
           OneOf(Word(end - 1), {"so", "far", "to", "date", "now", "yet", "currently"})) {
      --end;
    }
    const Unit* const unit = UnitEndingAt(end);
    return unit != nullptr &&
           (IsNegation(text_, tokens_, unit->first) || result_.item[unit->first]);
  }

  // "r/o", "s/p": two letters of a note, which mostly stand for a doubt or the past.
  bool IsShorthand(size_t at) const {
    return at > 0 && Word(at).size() == 1 && Word(at - 1).size() == 1 && GapBefore(at) == "/" &&
           Word(at - 1) != "y";  // "y/o": an age
  }

  // What follows is taken for granted by a question.
  bool Grants(size_t at) const {
    if (of_evidence_ && Word(at) != "in") return false;
    if (OneOf(Word(at), {"after", "given", "despite"})) return true;
    if (asked_[at] && IsOwnedAt(at)) return true;
    const bool at_value = asked_[at] && Word(at) == "at" && at + 1 < unit_at_.size() &&
                          unit_at_[at + 1] != nullptr && unit_at_[at + 1]->kind == UnitKind::kValue;
    if (at_value) return true;
    if (asked_[at] && OneOf(Word(at), {"for", "in", "during"})) return IsAbout(at);
    // "Which drug when <phrase>?", but not "When does <phrase> ...?"
    const bool inside = asked_[at] && at > 0 && tokens_[at].before == Gap::kJoined;
    if (inside && Word(at) == "while") return true;
    const bool pronoun = IsPronoun(Word(at + (Word(at + 1) == "that" ? 2 : 1)));
    if (inside && pronoun &&
        OneOf(Word(at), {"because", "since", "now", "though", "although", "as"})) {
      return true;
    }
    const bool told =
        at > 0 && OneOf(Word(at - 1), {"explain", "tell", "ask", "know", "say", "describe"});
    if (inside && !told && Word(at) == "when" && at + 1 < unit_at_.size() &&
        unit_at_[at + 1] != nullptr) {
      return true;
    }
    if (inside && Word(at) == "with" && IsSaidOfUse(at)) return true;
    // "... of a patient on <drug>"
    const size_t head = PastArticlesBack(at);
    const bool advised = head > 0 && OneOf(Word(head), {"on", "about", "regarding"}) &&
                         OneOf(Word(head - 1), {"advise", "advice", "opinion", "thoughts",
                                                "guidance", "view", "views", "ask"});
    if (asked_[at] && IsSomebody(Word(at)) && (IsAbout(head) || advised)) return true;
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

  // "her <phrase>", where nothing is supposed and the phrase is no sentence ("her fever is high").
  bool IsOwnedAt(size_t at) const {
    if (!OneOf(Word(at), {"her", "his", "their"}) || at + 1 >= unit_at_.size()) return false;
    const Unit* const unit = unit_at_[at + 1];
    if (unit == nullptr || unit->kind != UnitKind::kPhrase) return false;
    for (size_t i = 0; i < unit->count; ++i) {
      if (IsVerbOfBeing(Word(at + 1 + i)) || IsNegation(text_, tokens_, at + 1 + i)) return false;
    }
    for (size_t i = at; i > 0 && tokens_[i].before != Gap::kStop; --i) {
      if (OneOf(Word(i - 1), {"if", "whether", "when", "unless", "until", "are", "is"})) {
        return false;
      }
    }
    return true;
  }

  // "drops are barred in ...", where that is no question.
  bool IsOfRule(size_t at) const {
    if (at == 0 || asked_[at] || Word(at - 1) != "in") return false;
    const Unit* const unit = UnitEndingAt(at - 1);
    return unit != nullptr && IsRule(tokens_, *unit);
  }

  // "<drug> with ...", "safe with ...", in a question.
  bool IsSaidOfUse(size_t at) const {
    return EndsUnit(at, UnitKind::kIntervention) ||
           OneOf(Word(at - 1), {"continue", "continued", "restarted", "safe", "safely", "given",
                                "used", "possible", "allowed", "ok", "okay", "contraindicated",
                                "reasonable", "feasible", "useful"});
  }

  // The place before the articles that stand before `at`.
  size_t PastArticlesBack(size_t at) const {
    while (at > 0 && tokens_[at].before == Gap::kJoined && IsArticle(Word(at - 1))) --at;
    return at > 0 ? at - 1 : 0;
  }

  // Whether a unit of the kind ends right before `end`; for a phrase, also a label with its value.
  bool EndsUnit(size_t end, UnitKind kind) const {
    const Unit* const unit = UnitEndingAt(end);
    if (unit == nullptr) return false;
    return unit->kind == kind || (kind == UnitKind::kPhrase && unit->kind == UnitKind::kValue);
  }

  // Null where none ends.
  const Unit* UnitEndingAt(size_t end) const {
    for (size_t first = end; first-- > 0;) {
      const Unit* const unit = unit_at_[first];
      if (unit != nullptr) return first + unit->count == end ? unit : nullptr;
    }
    return nullptr;
  }

  void OpenDenial(size_t at, size_t first_item) {
    const bool choice = at > 0 && IsOr(Word(at - 1));  // "with or without"
    const bool open = (asked_[at] || doubted_) && !granted_ && !Grants(at);
    const bool twice = denied_ && tokens_[at].before == Gap::kJoined;  // "not without"
    if (!choice && !open && !twice) MarkItems(at, first_item);
    denied_ = true;
    behind_comma_ = ends_at_comma_ = false;
  }

  // Marks the items of "no a, b or c".
  void MarkItems(size_t head, size_t first) {
    for (const size_t item : DeniedItems(text_, tokens_, unit_at_, head, first)) {
      result_.item[item] = item != head;
    }
  }

  const std::string_view text_;
  const std::vector<TextToken>& tokens_;
  const std::vector<const Unit*>& unit_at_;
  std::vector<bool> asked_;
  bool denied_ = false;
  bool doubted_ = false;
  bool listed_ = false;         // a colon behind a denial or doubt led on
  bool granted_ = false;        // "patient with ..." lifts a question or doubt
  bool ends_at_comma_ = false;  // a denial
  bool plans_ = false;          // doubted, since it is planned, up to a comma
  bool general_ = false;        // of people in general
  bool of_evidence_ = false;    // asks what is known at large, in this sentence
  bool names_drug_ = false;     // or another intervention, in this sentence
  bool behind_comma_ = false;   // since the last denial or doubt
  bool of_others_ = false;      // doubted, since it is told of somebody else
  size_t skipped_ = 0;          // one past words that were read with those before them
  Governed result_;
};

}  // namespace

bool IsRule(const std::vector<TextToken>& tokens, const Unit& unit) {
  for (size_t at = unit.first; at < unit.first + unit.count; ++at) {
    if (IsVerbOfBeing(tokens[at].folded)) return true;
  }
  return false;
}

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
