// What the words of a release mean: names, synonyms and codes of its concepts, labels and phrases
// of its facts.
#ifndef EVIDENT_DECISION_LEXICON_H_
#define EVIDENT_DECISION_LEXICON_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "decision/value_words.h"
#include "evident/v1/knowledge.pb.h"
#include "graph/model/graph_reader.h"

namespace evident::decision {

// What a run of words means.
struct Meaning {
  std::string concept_name;     // full; empty: no concept
  std::vector<v1::Fact> facts;  // that the words state
  graph::NodePtr label;         // a fact whose value follows; null: none
};

// Immutable; thread safe. A pack's phrases have some hundred thousand forms, of a few thousand
// words and with some hundred meanings: forms are kept as numbers of their words, each meaning
// once.
class Lexicon {
 public:
  using Nodes = std::map<std::string, graph::NodePtr, std::less<>>;  // by full name
  Lexicon(const Nodes& concepts, const Nodes& facts);

  // Meanings of the words [at, at + length), else of those words without the articles and the like
  // within them ("on the drops" is "on drops"), also without "is" or "that are" ("drops that are
  // cold" is "drops cold"), or of a phrase whose "and" is missing ("drops & oil" is "drops and
  // oil"); null when there are none.
  const std::vector<Meaning>* Find(const std::vector<QuestionToken>& tokens, size_t at,
                                   size_t length) const;

  // Meanings of "no" or else of "not" before those words; null when there are none.
  const std::vector<Meaning>* FindDenied(const std::vector<QuestionToken>& tokens, size_t at,
                                         size_t length) const;

  // Whether "no" before those words has a meaning.
  bool TakesNo(const std::vector<QuestionToken>& tokens, size_t at, size_t length) const {
    return FindBehind("no", tokens, at, length) != nullptr;
  }

  // Words of the longest run, with those that may fill it.
  size_t longest() const { return longest_; }

 private:
  struct Building;
  struct Word {
    uint32_t number = 0;  // 0: in no form
    bool links = false;   // "is", "that" and the like
    bool joins = false;   // "and"
  };
  using Words = std::vector<Word>;
  // Places in lists_, by the numbers of a form's words, as bytes.
  using Forms = absl::flat_hash_map<std::string, uint32_t>;

  static std::string NumbersOf(const Words& words);
  static Words Without(bool Word::*flag, const Words& words);
  static Words Unlinked(const Words& words);
  static Words Unjoined(const Words& words);

  void LearnNames(const Nodes& concepts);
  void LearnLooseForms(const Building& building);
  void Add(const std::string& text, uint32_t meaning, Building& building);
  Word Number(const std::string& word, Building& building);
  uint32_t PlaceOf(std::vector<uint32_t> meanings, Building& building);
  std::string_view NameFor(std::string_view word) const;
  Word WordOf(std::string_view word) const;
  void AppendWords(std::string_view word, Words& words) const;
  const std::vector<Meaning>* FindIn(const Forms& forms, const Words& words) const;
  const std::vector<Meaning>* FindAny(const Words& words) const;
  const std::vector<Meaning>* FindBehind(const char* head, const std::vector<QuestionToken>& tokens,
                                         size_t at, size_t length) const;

  std::map<std::string, std::string, std::less<>> names_;  // of one word: by synonyms of one word
  absl::flat_hash_map<std::string, Word> words_;
  std::vector<std::vector<Meaning>> lists_;
  Forms forms_;
  Forms unlinked_;  // of those with "is", "that" and the like within, without them
  Forms unjoined_;  // of those with "and" within, without it too
  size_t longest_ = 0;
};

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_LEXICON_H_
