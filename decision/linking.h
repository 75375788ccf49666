// Links the words of a question to concepts and facts of the knowledge: by names, synonyms, phrases
// and labels that the packs give, never by words of medicine in code. What is not understood is
// listed, never guessed.
#ifndef EVIDENT_DECISION_LINKING_H_
#define EVIDENT_DECISION_LINKING_H_

#include <string>

#include "decision/knowledge_index.h"
#include "evident/v1/answer.pb.h"

namespace evident::decision {

// The longest phrase wins. A label before a number, a date or an allowed value states a fact
// (value_words.h); a label before a range, a choice or a comparison does not. Nor do words that are
// denied, doubted, asked about, narrowed or excepted (stated_words.h); "no a, b or c" is read as
// "no a", "no b", "no c" where a pack has those phrases. Words that link to different values of one
// fact link to none. A phrase that names one drug links to it as well. docs/formats/linking.md.
// `text` is valid UTF-8.
v1::Linking LinkQuestion(const std::string& text, const KnowledgeIndex& index);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_LINKING_H_
