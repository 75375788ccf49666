#include "decision/lexicon.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/unicode.h"
#include "decision/cues.h"
#include "decision/spelling.h"
#include "graph/model/phrase_forms.h"

namespace evident::decision {

namespace {

constexpr size_t kFillWordsMax = 2;  // within a phrase

// Words within a phrase that leave its meaning as it is.
bool FillsPhrase(std::string_view word) {
  return IsArticle(word) ||
         OneOf(word, {"currently", "presently",  "now",           "already",    "known",
                      "still",     "also",       "unfortunately", "sadly",      "both",
                      "since",     "yet",        "ever",          "really",     "actually",
                      "clearly",   "definitely", "fortunately",   "thankfully", "=",
                      kArrow});
}

// The words without those between the first and the last that `drops` names.
template <typename Drops>
std::vector<std::string> Without(const std::vector<std::string>& words, const Drops& drops) {
  std::vector<std::string> kept;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool within = i > 0 && i + 1 < words.size();
    if (!within || !drops(words[i])) kept.push_back(words[i]);
  }
  return kept;
}

bool IsLink(std::string_view word) { return OneOf(word, {"is", "are", "that", "which"}); }

// "drops that are cold" is also "drops cold", in a phrase and in a text.
std::vector<std::string> Unlinked(const std::vector<std::string>& words) {
  return Without(words, IsLink);
}

// "drops and oil" is also "drops oil": what stands between them in a text may be "&", "+" or "/".
std::vector<std::string> Unjoined(const std::vector<std::string>& words) {
  return Without(words, IsAnd);
}

}  // namespace

Lexicon::Lexicon(const Nodes& concepts, const Nodes& facts) {
  LearnNames(concepts);
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
  LearnLooseForms();
  spelled_.clear();
}

void Lexicon::LearnLooseForms() {
  for (const auto& [words, meanings] : meanings_) {
    std::vector<std::string> unlinked = Unlinked(words);
    std::vector<std::string> unjoined = Unjoined(unlinked);
    if (unjoined.size() < unlinked.size()) unjoined_.emplace(std::move(unjoined), meanings);
    if (unlinked.size() < words.size()) unlinked_.emplace(std::move(unlinked), meanings);
  }
}

// A synonym of one word stands for a name of one word also within a phrase: where a phrase says
// "on drops", and drops are called "dp", "on dp" is the same. Not where several concepts share it.
void Lexicon::LearnNames(const Nodes& concepts) {
  std::set<std::string> shared;
  for (const auto& [unused, node] : concepts) {
    const std::vector<std::string> name = FoldedWords(node->clinical_concept().display());
    for (const std::string& synonym : node->clinical_concept().synonyms()) {
      const std::vector<std::string> words = FoldedWords(synonym);
      if (words.size() != 1) continue;
      const bool known = names_.count(words[0]) > 0 || shared.count(words[0]) > 0;
      if (name.size() != 1 || known) shared.insert(words[0]);
      if (!known && name.size() == 1) names_.emplace(words[0], name[0]);
    }
  }
  for (const std::string& word : shared) names_.erase(word);
}

// The word or words that a word is known by.
void Lexicon::AppendWords(const std::string& word, std::vector<std::string>& words) const {
  const auto name = names_.find(word);
  AppendSpelled(name == names_.end() ? word : name->second, words);
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
    AppendWords(tokens[i].word, words);
    const bool within = i > at && i + 1 < at + length;
    if (!within || !FillsPhrase(tokens[i].word)) AppendWords(tokens[i].word, bare);
  }
  const auto found = meanings_.find(words);
  if (found != meanings_.end()) return &found->second;
  if (const std::vector<Meaning>* const loose = FindLoose(words)) return loose;
  if (bare.size() == words.size()) return nullptr;
  const auto found_bare = meanings_.find(bare);
  return found_bare != meanings_.end() ? &found_bare->second : FindLoose(bare);
}

// The same with "is" and the like, or an "and", missing on either side.
const std::vector<Meaning>* Lexicon::FindLoose(const std::vector<std::string>& words) const {
  const std::vector<std::string> unlinked = Unlinked(words);
  auto found = unlinked.size() < words.size() ? meanings_.find(unlinked) : meanings_.end();
  if (found != meanings_.end()) return &found->second;
  found = unlinked_.find(unlinked);
  if (found != unlinked_.end()) return &found->second;
  found = unjoined_.find(Unjoined(unlinked));
  return found == unjoined_.end() ? nullptr : &found->second;
}

void Lexicon::Add(const std::string& text, const Meaning& meaning) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const auto [spelled, is_new] = spelled_.try_emplace(text.substr(begin, end - begin));
    if (is_new) {
      for (const std::string& word : FoldedWords(spelled->first)) {
        AppendWords(word, spelled->second);
      }
    }
    words.insert(words.end(), spelled->second.begin(), spelled->second.end());
    begin = end + 1;
  }
  if (words.empty()) return;
  longest_ = std::max(longest_, words.size() + kFillWordsMax);
  std::vector<Meaning>& meanings = meanings_[std::move(words)];
  // One concept may have several names that are spelled the same here.
  const bool known = std::any_of(meanings.begin(), meanings.end(), [&](const Meaning& one) {
    return !meaning.concept_name.empty() && one.concept_name == meaning.concept_name;
  });
  if (!known) meanings.push_back(meaning);
}

}  // namespace evident::decision
