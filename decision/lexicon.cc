#include "decision/lexicon.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/unicode.h"
#include "decision/cues.h"
#include "graph/model/phrase_forms.h"

namespace evident::decision {

namespace {

constexpr size_t kFillWordsMax = 2;  // within a phrase

// Words within a phrase that leave its meaning as it is.
bool FillsPhrase(std::string_view word) {
  return IsArticle(word) || OneOf(word, {"currently", "presently", "now", "already", "known"});
}

}  // namespace

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
      const auto forms = graph::PhraseForms(phrase.phrase());
      if (!forms.ok()) continue;  // publishing refused it
      for (const std::string& form : *forms) Add(form, meaning);
    }
  }
}

const std::vector<Meaning>* Lexicon::Find(const std::vector<QuestionToken>& tokens, size_t at,
                                          size_t length) const {
  return FindBehind(nullptr, tokens, at, length);
}

const std::vector<Meaning>* Lexicon::FindDenied(const std::vector<QuestionToken>& tokens, size_t at,
                                                size_t length) const {
  const std::vector<Meaning>* const no = FindBehind("no", tokens, at, length);
  return no != nullptr ? no : FindBehind("not", tokens, at, length);
}

// `head`: a word before them, null for none.
const std::vector<Meaning>* Lexicon::FindBehind(const char* head,
                                                const std::vector<QuestionToken>& tokens, size_t at,
                                                size_t length) const {
  std::vector<std::string> words;
  std::vector<std::string> bare;
  if (head != nullptr) words.emplace_back(head);
  bare = words;
  for (size_t i = at; i < at + length; ++i) {
    words.push_back(tokens[i].word);
    const bool within = i > at && i + 1 < at + length;
    if (!within || !FillsPhrase(tokens[i].word)) bare.push_back(tokens[i].word);
  }
  auto found = meanings_.find(words);
  if (found == meanings_.end() && bare.size() < words.size()) found = meanings_.find(bare);
  return found == meanings_.end() ? nullptr : &found->second;
}

void Lexicon::Add(const std::string& text, const Meaning& meaning) {
  std::vector<std::string> words = FoldedWords(text);
  if (words.empty()) return;
  longest_ = std::max(longest_, words.size() + kFillWordsMax);
  meanings_[std::move(words)].push_back(meaning);
}

}  // namespace evident::decision
