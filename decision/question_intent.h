// What kind of answer a question asks for. English, and of no subject: which words are
// interventions or outcomes is the knowledge's to say.
#ifndef EVIDENT_DECISION_QUESTION_INTENT_H_
#define EVIDENT_DECISION_QUESTION_INTENT_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "decision/text_tokens.h"
#include "evident/v1/answer.pb.h"

namespace evident::decision {

// A question, and what was linked in it.
struct IntentWords {
  std::string_view text;
  const std::vector<TextToken>& tokens;
  std::vector<bool> states;         // of each token: it is of words that state facts
  std::vector<bool> outcomes;       // of each token: it is of words for an outcome
  std::vector<bool> interventions;  // of each token: it is of words for something done
};

struct Intent {
  v1::QuestionIntent kind = v1::QUESTION_INTENT_UNSPECIFIED;
  size_t begin = 0;  // tokens that say so
  size_t end = 0;
};

// The most particular kind that a word speaks for: ending something, then what must not be,
// watching, doses, evidence, the whole plan, and options. Words that state facts speak for nothing.
// Where something is asked, its own words go before those that tell; what a condition ("when she
// stops, ...") says is not asked. A text that neither asks nor orders anything has no intent, nor
// has one that asks, by words such as "which" and "should" alone, and neither states a fact nor
// names an intervention.
Intent FindIntent(const IntentWords& words);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_QUESTION_INTENT_H_
