#include "decision/lexicon.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"

namespace evident::decision {

Lexicon::Lexicon(const Nodes& concepts, const Nodes& facts) {
  for (const auto& [name, node] : concepts) {
    Meaning meaning;
    meaning.concept_name = name;
    Add(node->clinical_concept().display(), meaning);
    for (const std::string& synonym : node->clinical_concept().synonyms()) Add(synonym, meaning);
  }
  for (const auto& [name, node] : facts) {
    Meaning label;
    label.label = node;
    for (const std::string& words : node->fact().labels()) Add(words, label);
    for (const v1::Phrase& phrase : node->fact().phrases()) {
      Meaning meaning;
      meaning.facts.assign(phrase.facts().begin(), phrase.facts().end());
      Add(phrase.phrase(), meaning);
    }
  }
}

const std::vector<Meaning>* Lexicon::Find(const std::vector<QuestionToken>& tokens, size_t at,
                                          size_t length) const {
  std::vector<std::string> words;
  for (size_t i = at; i < at + length; ++i) words.push_back(tokens[i].word);
  const auto found = meanings_.find(words);
  return found == meanings_.end() ? nullptr : &found->second;
}

const std::vector<Meaning>* Lexicon::FindDenied(const std::vector<QuestionToken>& tokens, size_t at,
                                                size_t length) const {
  std::vector<std::string> words = {"no"};
  for (size_t i = at; i < at + length; ++i) words.push_back(tokens[i].word);
  const auto found = meanings_.find(words);
  return found == meanings_.end() ? nullptr : &found->second;
}

void Lexicon::Add(const std::string& text, const Meaning& meaning) {
  std::vector<std::string> words = FoldedWords(text);
  if (words.empty()) return;
  longest_ = std::max(longest_, words.size());
  meanings_[std::move(words)].push_back(meaning);
}

}  // namespace evident::decision
