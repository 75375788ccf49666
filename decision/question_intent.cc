#include "decision/question_intent.h"

#include <array>
#include <optional>
#include <string>

#include "decision/asked_words.h"

namespace evident::decision {
namespace {

struct Cue {
  v1::QuestionIntent kind;
  // Words that stand together; "*" at the end of one: any word that begins so.
  std::string_view words;
  bool asked = false;  // only in a clause that asks
};

// The first that is found counts, so what is particular stands before what is general.
constexpr auto kCues = std::to_array<Cue>({
    {v1::QUESTION_INTENT_CONTRAINDICATION, "contraindicat*", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "must not"},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "must never"},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "not be given", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "not be used", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "safe", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "unsafe", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "safely", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "safety", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "forbidden", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "prohibited", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "be avoided", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "should not", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "not get", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "not receive", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "ok", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "okay", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "allowed", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "off the table", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "permitted", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "rule* out", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "preclude*", true},
    {v1::QUESTION_INTENT_CONTRAINDICATION, "speaks against", true},
    {v1::QUESTION_INTENT_STOP, "stop*", true},
    {v1::QUESTION_INTENT_STOP, "discontinu*", true},
    {v1::QUESTION_INTENT_STOP, "cease*", true},
    {v1::QUESTION_INTENT_STOP, "withdraw*", true},
    {v1::QUESTION_INTENT_STOP, "continu*", true},
    {v1::QUESTION_INTENT_STOP, "keep going", true},
    {v1::QUESTION_INTENT_STOP, "carry on", true},
    {v1::QUESTION_INTENT_STOP, "go on", true},
    {v1::QUESTION_INTENT_STOP, "how long", true},
    {v1::QUESTION_INTENT_STOP, "until when", true},
    {v1::QUESTION_INTENT_STOP, "hold", true},
    {v1::QUESTION_INTENT_STOP, "pause*", true},
    {v1::QUESTION_INTENT_STOP, "interrupt*", true},
    {v1::QUESTION_INTENT_STOP, "terminate*", true},
    {v1::QUESTION_INTENT_STOP, "ended", true},
    {v1::QUESTION_INTENT_STOP, "treatment end", true},
    {v1::QUESTION_INTENT_STOP, "resume*", true},
    {v1::QUESTION_INTENT_MONITORING, "monitor*"},
    {v1::QUESTION_INTENT_MONITORING, "surveillance"},
    {v1::QUESTION_INTENT_MONITORING, "watch*", true},
    {v1::QUESTION_INTENT_MONITORING, "look out for", true},
    {v1::QUESTION_INTENT_MONITORING, "looked out for", true},
    {v1::QUESTION_INTENT_MONITORING, "look for", true},
    {v1::QUESTION_INTENT_MONITORING, "keep an eye", true},
    {v1::QUESTION_INTENT_MONITORING, "pay attention", true},
    {v1::QUESTION_INTENT_MONITORING, "follow up", true},
    {v1::QUESTION_INTENT_MONITORING, "screen*", true},
    {v1::QUESTION_INTENT_MONITORING, "controlled", true},
    {v1::QUESTION_INTENT_MONITORING, "observed", true},
    {v1::QUESTION_INTENT_MONITORING, "check*", true},
    {v1::QUESTION_INTENT_MONITORING, "measured", true},
    {v1::QUESTION_INTENT_MONITORING, "assess*", true},
    {v1::QUESTION_INTENT_MONITORING, "be evaluated", true},
    {v1::QUESTION_INTENT_DOSE, "dose*"},
    {v1::QUESTION_INTENT_DOSE, "dosing"},
    {v1::QUESTION_INTENT_DOSE, "dosage*"},
    {v1::QUESTION_INTENT_DOSE, "schedul*"},
    {v1::QUESTION_INTENT_DOSE, "fraction*"},
    {v1::QUESTION_INTENT_DOSE, "how much", true},
    {v1::QUESTION_INTENT_DOSE, "how many", true},
    {v1::QUESTION_INTENT_DOSE, "how often", true},
    {v1::QUESTION_INTENT_DOSE, "how frequently", true},
    {v1::QUESTION_INTENT_DOSE, "mg m2"},
    {v1::QUESTION_INTENT_DOSE, "mg kg", true},
    {v1::QUESTION_INTENT_EVIDENCE, "evidence"},
    {v1::QUESTION_INTENT_EVIDENCE, "trial*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "stud*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "data", true},
    {v1::QUESTION_INTENT_EVIDENCE, "supports", true},
    {v1::QUESTION_INTENT_EVIDENCE, "prove*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "survival"},
    {v1::QUESTION_INTENT_EVIDENCE, "rate*"},
    {v1::QUESTION_INTENT_EVIDENCE, "benefit*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "risk*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "chance*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "odds", true},
    {v1::QUESTION_INTENT_EVIDENCE, "prognosis"},
    {v1::QUESTION_INTENT_EVIDENCE, "how effective", true},
    {v1::QUESTION_INTENT_EVIDENCE, "how common", true},
    {v1::QUESTION_INTENT_EVIDENCE, "how well", true},
    {v1::QUESTION_INTENT_EVIDENCE, "active", true},
    {v1::QUESTION_INTENT_EVIDENCE, "activity", true},
    {v1::QUESTION_INTENT_EVIDENCE, "efficacy", true},
    {v1::QUESTION_INTENT_EVIDENCE, "effective", true},
    {v1::QUESTION_INTENT_EVIDENCE, "effectiveness", true},
    {v1::QUESTION_INTENT_EVIDENCE, "outcome*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "proof", true},
    {v1::QUESTION_INTENT_EVIDENCE, "publication*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "based on", true},
    {v1::QUESTION_INTENT_EVIDENCE, "improve*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "prolong*", true},
    {v1::QUESTION_INTENT_EVIDENCE, "likely", true},
    {v1::QUESTION_INTENT_EVIDENCE, "probability", true},
    {v1::QUESTION_INTENT_PLAN, "plan", true},
    {v1::QUESTION_INTENT_PLAN, "planning"},
    {v1::QUESTION_INTENT_PLAN, "plan please"},
    {v1::QUESTION_INTENT_PLAN, "manage*"},
    {v1::QUESTION_INTENT_PLAN, "what now"},
    {v1::QUESTION_INTENT_PLAN, "what next"},
    {v1::QUESTION_INTENT_PLAN, "what s next", true},
    {v1::QUESTION_INTENT_PLAN, "what is next", true},
    {v1::QUESTION_INTENT_PLAN, "what then"},
    {v1::QUESTION_INTENT_PLAN, "what to do"},
    {v1::QUESTION_INTENT_PLAN, "to be done"},
    {v1::QUESTION_INTENT_PLAN, "be done", true},
    {v1::QUESTION_INTENT_PLAN, "is advised", true},
    {v1::QUESTION_INTENT_PLAN, "standard of care", true},
    {v1::QUESTION_INTENT_PLAN, "what to give"},
    {v1::QUESTION_INTENT_PLAN, "how should we treat", true},
    {v1::QUESTION_INTENT_PLAN, "how to treat"},
    {v1::QUESTION_INTENT_PLAN, "how do i treat", true},
    {v1::QUESTION_INTENT_PLAN, "how do we treat", true},
    {v1::QUESTION_INTENT_PLAN, "would you recommend", true},
    {v1::QUESTION_INTENT_PLAN, "do you recommend", true},
    {v1::QUESTION_INTENT_PLAN, "do you advise", true},
    {v1::QUESTION_INTENT_PLAN, "would you advise", true},
    {v1::QUESTION_INTENT_PLAN, "would you suggest", true},
    {v1::QUESTION_INTENT_PLAN, "do you suggest", true},
    {v1::QUESTION_INTENT_PLAN, "would you do", true},
    {v1::QUESTION_INTENT_PLAN, "should we do", true},
    {v1::QUESTION_INTENT_PLAN, "should i do", true},
    {v1::QUESTION_INTENT_PLAN, "goals", true},
    {v1::QUESTION_INTENT_PLAN, "to do now", true},
    {v1::QUESTION_INTENT_PLAN, "do we deal", true},
    {v1::QUESTION_INTENT_PLAN, "look like", true},
    {v1::QUESTION_INTENT_PLAN, "does it include", true},
    {v1::QUESTION_INTENT_PLAN, "should it include", true},
    {v1::QUESTION_INTENT_PLAN, "next step*", true},
    {v1::QUESTION_INTENT_PLAN, "how to proceed"},
    {v1::QUESTION_INTENT_PLAN, "proceed", true},
    {v1::QUESTION_INTENT_PLAN, "approach", true},
    {v1::QUESTION_INTENT_PLAN, "strategy", true},
    {v1::QUESTION_INTENT_PLAN, "how would you treat", true},
    {v1::QUESTION_INTENT_PLAN, "please advise"},
    {v1::QUESTION_INTENT_PLAN, "what comes next", true},
    {v1::QUESTION_INTENT_PLAN, "what is recommended", true},
    {v1::QUESTION_INTENT_PLAN, "care is recommended", true},
    {v1::QUESTION_INTENT_PLAN, "priority", true},
    {v1::QUESTION_INTENT_PLAN, "priorities", true},
    {v1::QUESTION_INTENT_OPTION, "option*"},
    {v1::QUESTION_INTENT_OPTION, "alternative*"},
    {v1::QUESTION_INTENT_OPTION, "regimen*", true},
    {v1::QUESTION_INTENT_OPTION, "treatment*", true},
    {v1::QUESTION_INTENT_OPTION, "therap*", true},
    {v1::QUESTION_INTENT_OPTION, "recommend*", true},
    {v1::QUESTION_INTENT_OPTION, "indicated", true},
    {v1::QUESTION_INTENT_OPTION, "reasonable", true},
    {v1::QUESTION_INTENT_OPTION, "useful", true},
    {v1::QUESTION_INTENT_OPTION, "worthwhile", true},
    {v1::QUESTION_INTENT_OPTION, "eligible", true},
    {v1::QUESTION_INTENT_OPTION, "which", true},
    {v1::QUESTION_INTENT_OPTION, "should", true},
    {v1::QUESTION_INTENT_OPTION, "can", true},
    {v1::QUESTION_INTENT_OPTION, "may", true},
});

bool Fits(std::string_view cue, std::string_view word) {
  if (!cue.empty() && cue.back() == '*') {
    return word.substr(0, cue.size() - 1) == cue.substr(0, cue.size() - 1);
  }
  return cue == word;
}

class Finder {
 public:
  explicit Finder(const IntentWords& words)
      : words_(words), asked_(AskedTokens(words.text, words.tokens)) {
    for (size_t at = 1; at < asked_.size(); ++at) {
      if (AnswersItself(at)) TakeBack(at);
    }
  }

  Intent Run() const {
    for (const Cue& cue : kCues) {
      // A named outcome is asked for as such: before options and plans, behind what is done.
      if (cue.kind == v1::QUESTION_INTENT_PLAN && AsksForOutcome()) {
        return {v1::QUESTION_INTENT_EVIDENCE, 0, 0};
      }
      for (size_t at = 0; at < words_.tokens.size(); ++at) {
        if (const size_t end = EndOf(cue, at); end > at) return {cue.kind, at, end};
      }
    }
    // "Topotecan?"
    if (words_.names_something && Asks()) return {v1::QUESTION_INTENT_OPTION, 0, 0};
    return {};
  }

 private:
  // "Fever? None.": a note asks so, and answers.
  bool AnswersItself(size_t at) const {
    const size_t from = words_.tokens[at - 1].end;
    const std::string_view gap = words_.text.substr(from, words_.tokens[at].begin - from);
    const std::string& word = words_.tokens[at].folded;
    return gap.find('?') != std::string_view::npos &&
           (word == "no" || word == "none" || word == "yes" || word == "unclear" ||
            word == "unknown");
  }

  // The question that ends before `at` asks nothing.
  void TakeBack(size_t at) {
    do {
      asked_[--at] = false;
    } while (at > 0 && words_.tokens[at].before != Gap::kStop);
  }

  bool Asks() const {
    for (size_t at = 0; at < asked_.size(); ++at) {
      if (asked_[at] && !words_.states[at]) return true;
    }
    return false;
  }

  bool AsksForOutcome() const {
    for (size_t at = 0; at < asked_.size(); ++at) {
      if (asked_[at] && words_.outcomes[at]) return true;
    }
    return false;
  }

  // One past the cue's words at `at`; `at` when they do not stand there.
  size_t EndOf(const Cue& cue, size_t at) const {
    std::string_view rest = cue.words;
    size_t next = at;
    if (at > 0 && words_.tokens[at - 1].folded == "no") return at;  // "no evidence of ..."
    while (!rest.empty()) {
      const size_t space = rest.find(' ');
      const std::string_view word = rest.substr(0, space);
      if (next >= words_.tokens.size() || words_.states[next] || (cue.asked && !asked_[next]) ||
          (next > at && words_.tokens[next].before != Gap::kJoined) ||
          !Fits(word, words_.tokens[next].folded)) {
        return at;
      }
      ++next;
      rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
    }
    return next;
  }

  const IntentWords& words_;
  std::vector<bool> asked_;
};

}  // namespace

Intent FindIntent(const IntentWords& words) { return Finder(words).Run(); }

}  // namespace evident::decision
