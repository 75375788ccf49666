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

bool IsLink(std::string_view word) { return OneOf(word, {"is", "are", "that", "which"}); }

// Whether a code is told from words and numbers by itself: "C53.9", and neither "EW" nor "4362".
bool StandsAlone(std::string_view code) {
  const auto has = [code](char first, char last) {
    return std::any_of(code.begin(), code.end(), [=](char c) { return first <= c && c <= last; });
  };
  return code.size() > 2 && has('0', '9') && (has('a', 'z') || has('A', 'Z'));
}

// What a code system is called by: "rxnorm" of "http://www.nlm.nih.gov/research/umls/rxnorm".
std::string LastPart(std::string_view system) {
  const size_t parted = system.find_last_of("/:#");
  return std::string(parted == std::string_view::npos ? system : system.substr(parted + 1));
}

}  // namespace

// What is known only while the forms are learned.
struct Lexicon::Building {
  struct Spelled {
    std::string numbers;  // of the words that it is spelled by
    size_t count = 0;
  };
  absl::flat_hash_map<std::string, Spelled> spelled;
  std::vector<Word> words = {Word()};  // by number
  std::vector<std::string> texts = {""};
  std::vector<Meaning> meanings;
  std::map<std::vector<uint32_t>, uint32_t> lists;  // places in lists_, by meanings
  std::vector<const std::vector<uint32_t>*> by_place;

  uint32_t Next(Meaning meaning) {
    meanings.push_back(std::move(meaning));
    return static_cast<uint32_t>(meanings.size() - 1);
  }

  Words Decode(std::string_view numbers) const {
    Words form;
    uint32_t number = 0;
    int shift = 0;
    for (const char byte : numbers) {
      number |= (static_cast<uint32_t>(byte) & 0x7f) << shift;
      shift += 7;
      if ((static_cast<uint32_t>(byte) & 0x80) != 0) continue;
      form.push_back(words[number]);
      number = 0;
      shift = 0;
    }
    return form;
  }
};

// The numbers of the words behind one another, seven bits a byte; "" where one has none.
std::string Lexicon::NumbersOf(const Words& words) {
  std::string bytes;
  for (const Word& word : words) {
    if (word.number == 0) return {};
    uint32_t number = word.number;
    for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
    bytes += static_cast<char>(number);
  }
  return bytes;
}

// The words without those between the first and the last that have `flag`.
Lexicon::Words Lexicon::Without(bool Word::*flag, const Words& words) {
  Words kept;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool within = i > 0 && i + 1 < words.size();
    if (!within || !(words[i].*flag)) kept.push_back(words[i]);
  }
  return kept;
}

// "drops that are cold" is also "drops cold", in a phrase and in a text.
Lexicon::Words Lexicon::Unlinked(const Words& words) { return Without(&Word::links, words); }

// "drops and oil" is also "drops oil": what stands between them in a text may be "&", "+" or "/".
Lexicon::Words Lexicon::Unjoined(const Words& words) { return Without(&Word::joins, words); }

Lexicon::Lexicon(const Nodes& concepts, const Nodes& facts) {
  LearnNames(concepts);
  Building building;
  for (const auto& [name, node] : concepts) {
    const uint32_t meaning = building.Next({name, {}, nullptr});
    Add(node->clinical_concept().display(), meaning, building);
    for (const std::string& synonym : node->clinical_concept().synonyms()) {
      Add(synonym, meaning, building);
    }
    for (const v1::Code& code : node->clinical_concept().codes()) {
      if (StandsAlone(code.code())) Add(code.code(), meaning, building);
      Add(LastPart(code.system()) + " " + code.code(), meaning, building);
    }
  }
  for (const auto& [name, node] : facts) {
    const uint32_t label = building.Next({"", {}, node});
    for (const std::string& words : node->fact().labels()) Add(words, label, building);
    for (const v1::Phrase& phrase : node->fact().phrases()) {
      const auto forms = graph::PhraseForms(phrase.phrase());
      if (!forms.ok()) continue;  // publishing refused it
      const uint32_t meaning =
          building.Next({"", {phrase.facts().begin(), phrase.facts().end()}, nullptr});
      for (const std::string& form : *forms) Add(form, meaning, building);
    }
  }
  LearnLooseForms(building);
}

// Of forms that are the same then, the first one in order of words stands.
void Lexicon::LearnLooseForms(const Building& building) {
  std::vector<std::pair<Words, uint32_t>> loose;
  for (const auto& [numbers, list] : forms_) {
    Words form = building.Decode(numbers);
    const bool loosens = std::any_of(form.begin() + 1, form.end(),
                                     [](const Word& word) { return word.links || word.joins; });
    if (loosens) loose.emplace_back(std::move(form), list);
  }
  const auto before = [&building](const Word& a, const Word& b) {
    return building.texts[a.number] < building.texts[b.number];
  };
  std::sort(loose.begin(), loose.end(), [&before](const auto& a, const auto& b) {
    return std::lexicographical_compare(a.first.begin(), a.first.end(), b.first.begin(),
                                        b.first.end(), before);
  });
  for (const auto& [form, list] : loose) {
    const Words unlinked = Unlinked(form);
    const Words unjoined = Unjoined(unlinked);
    if (unjoined.size() < unlinked.size()) unjoined_.emplace(NumbersOf(unjoined), list);
    if (unlinked.size() < form.size()) unlinked_.emplace(NumbersOf(unlinked), list);
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

std::string_view Lexicon::NameFor(std::string_view word) const {
  const auto name = names_.find(word);
  return name == names_.end() ? word : name->second;
}

// A word of a form, which is given a number here where it has none.
Lexicon::Word Lexicon::Number(const std::string& word, Building& building) {
  const auto [known, is_new] = words_.try_emplace(word);
  if (is_new) {
    known->second = {static_cast<uint32_t>(building.words.size()), IsLink(word), IsAnd(word)};
    building.words.push_back(known->second);
    building.texts.push_back(word);
  }
  return known->second;
}

// The place of a list of meanings.
uint32_t Lexicon::PlaceOf(std::vector<uint32_t> meanings, Building& building) {
  const auto [known, is_new] =
      building.lists.try_emplace(std::move(meanings), static_cast<uint32_t>(lists_.size()));
  if (is_new) {
    building.by_place.push_back(&known->first);
    std::vector<Meaning>& list = lists_.emplace_back();
    for (const uint32_t meaning : known->first) list.push_back(building.meanings[meaning]);
  }
  return known->second;
}

Lexicon::Word Lexicon::WordOf(std::string_view word) const {
  const auto found = words_.find(absl::string_view(word.data(), word.size()));
  return found != words_.end() ? found->second : Word{0, IsLink(word), IsAnd(word)};
}

// The word or words that a word of a text is known by. "C53.9" is one there, folded to "c53 9", as
// "1.5" is, and two in a form.
void Lexicon::AppendWords(std::string_view word, Words& words) const {
  std::vector<std::string> spelled;
  for (size_t begin = 0; begin < word.size();) {
    const size_t end = std::min(word.find_first_of(" .", begin), word.size());
    AppendSpelled(NameFor(word.substr(begin, end - begin)), spelled);
    begin = end + 1;
  }
  for (const std::string& one : spelled) words.push_back(WordOf(one));
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
  Words words;
  if (head != nullptr) words.push_back(WordOf(head));
  Words bare = words;
  for (size_t i = at; i < at + length; ++i) {
    const size_t before = words.size();
    AppendWords(tokens[i].word, words);
    const bool within = i > at && i + 1 < at + length;
    if (within && FillsPhrase(tokens[i].word)) continue;
    bare.insert(bare.end(), words.begin() + static_cast<std::ptrdiff_t>(before), words.end());
  }
  const std::vector<Meaning>* const found = FindAny(words);
  return found != nullptr || bare.size() == words.size() ? found : FindAny(bare);
}

const std::vector<Meaning>* Lexicon::FindIn(const Forms& forms, const Words& words) const {
  const auto found = forms.find(NumbersOf(words));
  return found == forms.end() ? nullptr : &lists_[found->second];
}

// The words, or the same with "is" and the like, or an "and", missing on either side.
const std::vector<Meaning>* Lexicon::FindAny(const Words& words) const {
  const std::vector<Meaning>* found = FindIn(forms_, words);
  const Words unlinked = Unlinked(words);
  if (found == nullptr && unlinked.size() < words.size()) found = FindIn(forms_, unlinked);
  if (found == nullptr) found = FindIn(unlinked_, unlinked);
  return found != nullptr ? found : FindIn(unjoined_, Unjoined(unlinked));
}

void Lexicon::Add(const std::string& text, uint32_t meaning, Building& building) {
  std::string numbers;
  size_t count = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const auto [spelled, is_new] = building.spelled.try_emplace(text.substr(begin, end - begin));
    if (is_new) {
      std::vector<std::string> texts;
      for (const std::string& word : FoldedWords(spelled->first)) {
        AppendSpelled(NameFor(word), texts);
      }
      Words words;
      for (const std::string& one : texts) words.push_back(Number(one, building));
      spelled->second = {NumbersOf(words), words.size()};
    }
    numbers += spelled->second.numbers;
    count += spelled->second.count;
    begin = end + 1;
  }
  if (count == 0) return;
  longest_ = std::max(longest_, count + kFillWordsMax);
  const auto [form, is_new] = forms_.try_emplace(std::move(numbers));
  std::vector<uint32_t> meanings;
  if (!is_new) meanings = *building.by_place[form->second];
  // Names and forms may be spelled the same here.
  if (std::find(meanings.begin(), meanings.end(), meaning) != meanings.end()) return;
  meanings.push_back(meaning);
  form->second = PlaceOf(std::move(meanings), building);
}

}  // namespace evident::decision
