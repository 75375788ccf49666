#include "decision/question_intent.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "decision/asked_words.h"
#include "decision/cues.h"
#include "decision/intent_cues.h"

namespace evident::decision {
namespace {

bool Fits(std::string_view cue, std::string_view word) {
  if (!cue.empty() && cue.back() == '*') {
    return word.substr(0, cue.size() - 1) == cue.substr(0, cue.size() - 1);
  }
  return cue == word;
}

// Whether the word, behind "when" or "if", begins the question itself: "when should ...".
bool IsVerbOfAsking(std::string_view word) {
  return IsVerbOfBeing(word) ||
         OneOf(word, {"can", "could", "should", "would", "will", "may", "might", "must", "shall",
                      "do", "does", "did", "to", "s"});
}

class Finder {
 public:
  explicit Finder(const IntentWords& words)
      : words_(words), asked_(AskedTokens(words.text, words.tokens)) {
    for (size_t at = 1; at < asked_.size(); ++at) {
      if (AnswersItself(at)) TakeBack(at);
    }
    outcomes_asked_ = asked_;
    for (size_t begin = 0; begin < asked_.size();) begin = NarrowToQuestion(begin);
  }

  Intent Run() const {
    if (const auto found = Find(kParticular, true)) return *found;
    if (const auto often = Find(kFrequency, true)) {
      const auto told = Find(kParticular, false);  // "monitoring of a: how often?"
      return told && told->kind == v1::QUESTION_INTENT_MONITORING ? *told : *often;
    }
    // A named outcome is asked for as such: before options and plans, behind what is done.
    if (AsksFor(words_.outcomes, outcomes_asked_)) return {v1::QUESTION_INTENT_EVIDENCE, 0, 0};
    if (AsksElsewhere()) return {};
    if (const auto found = Find(kGeneral, true)) return *found;
    const bool has_subject = IsAny(words_.states) || IsAny(words_.interventions);
    if (const auto found = has_subject ? Find(kVague, true) : std::nullopt) return *found;
    // "Topotecan?"
    const Intent option{v1::QUESTION_INTENT_OPTION, 0, 0};
    if (AsksFor(words_.interventions, asked_)) return option;
    if (const auto found = Find(kParticular, false)) return *found;
    if (const auto found = Find(kGeneral, false)) return *found;
    return IsAny(words_.states) && IsAny(asked_) ? option : Intent{};
  }

 private:
  static bool IsAny(const std::vector<bool>& tokens) {
    return std::find(tokens.begin(), tokens.end(), true) != tokens.end();
  }

  // Whether a word of `what` is asked and states nothing.
  bool AsksFor(const std::vector<bool>& what, const std::vector<bool>& asked) const {
    for (size_t at = 0; at < asked.size(); ++at) {
      if (asked[at] && what[at] && !words_.states[at]) return true;
    }
    return false;
  }

  // The first cue that is found, in what is asked or, of cues that need not be asked, anywhere.
  std::optional<Intent> Find(std::span<const IntentCue> cues, bool asked) const {
    for (const IntentCue& cue : cues) {
      if (cue.asked && !asked) continue;
      for (size_t at = 0; at < words_.tokens.size(); ++at) {
        const size_t end = EndOf(cue.words, at, asked);
        if (end > at) return Intent{cue.kind, at, end};
      }
    }
    return std::nullopt;
  }

  bool AsksElsewhere() const {
    for (size_t at = 0; at < asked_.size(); ++at) {
      const std::string_view word = words_.tokens[at].folded;
      if (asked_[at] && std::find(kElsewhere.begin(), kElsewhere.end(), word) != kElsewhere.end()) {
        return true;
      }
    }
    return false;
  }

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

  // "A fever, which ...?" asks for no fever, and "when she has a fever, do ...?" asks nothing of
  // when. One past the clause at `begin`.
  size_t NarrowToQuestion(size_t begin) {
    const std::vector<TextToken>& tokens = words_.tokens;
    size_t end = begin + 1;
    while (end < tokens.size() && tokens[end].before != Gap::kStop) ++end;
    const std::string_view first = tokens[begin].folded;
    const bool supposes = OneOf(first, {"when", "if", "once", "where"}) && begin + 1 < end &&
                          !IsVerbOfAsking(tokens[begin + 1].folded);
    if (!asked_[begin] || (!supposes && BeginsQuestion(tokens, begin, end, true))) return end;
    for (size_t at = end; --at > begin;) {
      if (tokens[at].before != Gap::kComma || !BeginsQuestion(tokens, at, end, true)) continue;
      for (size_t told = begin; told < at; ++told) {
        outcomes_asked_[told] = false;
        if (supposes) asked_[told] = false;
      }
      break;
    }
    return end;
  }

  // One past the cue's words at `at`; `at` when they do not stand there.
  size_t EndOf(std::string_view rest, size_t at, bool asked) const {
    if (at > 0 && words_.tokens[at].before == Gap::kJoined &&
        words_.tokens[at - 1].folded == "no") {
      return at;  // "no evidence of ..."
    }
    bool skips = false;
    for (size_t next = at; next < words_.tokens.size(); ++next) {
      const TextToken& token = words_.tokens[next];
      const bool goes_on = next == at || token.before == Gap::kJoined;
      if ((asked && !asked_[next]) || !goes_on) return at;
      if (rest.starts_with("~ ")) {
        skips = true;
        rest.remove_prefix(2);
      }
      const size_t space = rest.find(' ');
      if (words_.states[next] || !Fits(rest.substr(0, space), token.folded)) {
        if (skips) continue;
        return at;
      }
      skips = false;
      if (space == std::string_view::npos) return next + 1;
      rest = rest.substr(space + 1);
    }
    return at;
  }

  const IntentWords& words_;
  std::vector<bool> asked_;
  std::vector<bool> outcomes_asked_;  // where an outcome that is named is asked for
};

}  // namespace

Intent FindIntent(const IntentWords& words) { return Finder(words).Run(); }

}  // namespace evident::decision
