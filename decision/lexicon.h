// What the words of a release mean: names and synonyms of its concepts, labels and phrases of its
// facts.
#ifndef EVIDENT_DECISION_LEXICON_H_
#define EVIDENT_DECISION_LEXICON_H_

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

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

// Immutable; thread safe.
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
  void LearnNames(const Nodes& concepts);
  void AppendWords(const std::string& word, std::vector<std::string>& words) const;
  void Add(const std::string& text, const Meaning& meaning);
  void LearnLooseForms();
  const std::vector<Meaning>* FindLoose(const std::vector<std::string>& words) const;
  const std::vector<Meaning>* FindBehind(const char* head, const std::vector<QuestionToken>& tokens,
                                         size_t at, size_t length) const;

  std::map<std::string, std::string, std::less<>> names_;  // of one word: by synonyms of one word
  using Meanings = std::map<std::vector<std::string>, std::vector<Meaning>>;  // by words
  std::unordered_map<std::string, std::vector<std::string>> spelled_;         // while it is built
  Meanings meanings_;
  Meanings unlinked_;  // of those with "is", "that" and the like within, without them
  Meanings unjoined_;  // of those with "and" within, without it too
  size_t longest_ = 0;
};

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_LEXICON_H_
