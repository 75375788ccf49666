// Words that a question asks about rather than states. English, and of no subject.
#ifndef EVIDENT_DECISION_ASKED_WORDS_H_
#define EVIDENT_DECISION_ASKED_WORDS_H_

#include <string_view>
#include <vector>

#include "decision/text_tokens.h"

namespace evident::decision {

// For each token whether a phrase that begins there is asked about: "when is ...", "why is ...",
// "is there ...", "has the ... ?", "in whom is ...", "whether ...", and right behind "what is a".
// Not what such a question takes for granted: "is it right for someone with ...", "when should
// one with ... be ...". Clauses end at stops; a list goes on over commas to an "or".
std::vector<bool> AskedTokens(std::string_view text, const std::vector<TextToken>& tokens);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_ASKED_WORDS_H_
