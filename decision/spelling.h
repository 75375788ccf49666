// One spelling for the words of notes: British and American, and shorthand that has one meaning
// wherever care is written about. Names and phrases are known by it, and texts are read by it.
#ifndef EVIDENT_DECISION_SPELLING_H_
#define EVIDENT_DECISION_SPELLING_H_

#include <string>
#include <string_view>
#include <vector>

namespace evident::decision {

// Appends the word or words that a folded word stands for: "tumour" is "tumor", "localised" is
// "localized", "haemorrhage" is "hemorrhage", "1st" is "first", "1L" is "first line", "chemo" is
// "chemotherapy", "tx" and "therapy" are "treatment", "mets" and "metastasis" are "metastases",
// "relapse" is "recurrence", "previous" is "prior", "two" is "2", "nil" is "no". Any other word
// stands for itself.
void AppendSpelled(std::string_view folded, std::vector<std::string>& words);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_SPELLING_H_
