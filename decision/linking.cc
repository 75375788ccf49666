#include "decision/linking.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "decision/cues.h"
#include "decision/lexicon.h"
#include "decision/question_intent.h"
#include "decision/stated_words.h"
#include "decision/text_tokens.h"
#include "decision/value_words.h"
#include "graph/model/criterion_codec.h"

namespace evident::decision {
namespace {

const std::set<std::string>& FillWords() {
  static const std::set<std::string> kWords = {
      "a",       "about",  "after", "all",  "an",        "and",         "any",      "are",
      "as",      "at",     "be",    "been", "best",      "by",          "can",      "could",
      "did",     "do",     "does",  "for",  "from",      "had",         "has",      "have",
      "her",     "his",    "how",   "i",    "if",        "in",          "is",       "it",
      "its",     "let",    "long",  "me",   "my",        "now",         "of",       "on",
      "or",      "our",    "out",   "plan", "please",    "s",           "should",   "so",
      "some",    "tell",   "term",  "than", "that",      "the",         "their",    "them",
      "then",    "there",  "these", "they", "this",      "to",          "treat",    "was",
      "we",      "were",   "what",  "when", "where",     "which",       "who",      "why",
      "will",    "with",   "would", "you",  "your",      "patient",     "patients", "treatment",
      "options", "option", "woman", "man",  "recommend", "recommended", "give"};
  return kWords;
}

class Linker {
 public:
  Linker(const std::string& text, const KnowledgeIndex& index)
      : text_(text),
        index_(index),
        lexicon_(index.lexicon()),
        tokens_(SplitQuestion(text)),
        words_(Tokenize(text)),
        stated_(text, words_, Units()) {}

  v1::Linking Run() {
    for (size_t at = 0; at < tokens_.size();) at = Step(at);
    DropContradictions();
    v1::Linking linking;
    linking.set_text(text_);
    for (v1::Link& link : links_) *linking.add_links() = std::move(link);
    AddUnlinked(linking);
    AddIntent(linking);
    return linking;
  }

 private:
  // Links the longest phrase at `at`; the place to go on from.
  size_t Step(size_t at) {
    for (size_t length = std::min(lexicon_.longest(), tokens_.size() - at); length > 0; --length) {
      if (!IsOneRun(at, length)) continue;
      const std::vector<Meaning>* const meanings = lexicon_.Find(tokens_, at, length);
      static const std::vector<Meaning> kNone;
      if (meanings == nullptr && !lexicon_.TakesNo(tokens_, at, length)) continue;
      const size_t end = Link(at, length, meanings == nullptr ? kNone : *meanings);
      if (end > at) return end;
    }
    return at + 1;
  }

  // Links [at, at + length) if that means one thing; one past what was used, or `at`.
  size_t Link(size_t at, size_t length, const std::vector<Meaning>& meanings) {
    v1::Link link;
    size_t end = at + length;
    for (const Meaning& meaning : meanings) {
      if (meaning.label != nullptr) {
        const size_t value_end = LinkValue(*meaning.label, at + length, link);
        end = std::max(end, value_end);
      } else if (!meaning.concept_name.empty()) {
        if (!link.concept_name().empty()) return at;  // two concepts of one name: neither
        link.set_concept_name(meaning.concept_name);
      } else {
        for (const v1::Fact& fact : meaning.facts) AddFact(fact, link);
      }
    }
    if (link.facts_size() > 0 && !IsStated(at, length, end)) {
      link.clear_facts();
      if (end > at + length) return at;
    }
    if (link.facts().empty()) AddDenied(at, length, link);
    if (link.concept_name().empty() && link.facts().empty()) return at;
    if (link.concept_name().empty()) link.set_concept_name(DrugWithin(at, length));
    link.set_begin(static_cast<uint32_t>(tokens_[at].begin));
    link.set_end(static_cast<uint32_t>(tokens_[end - 1].end));
    link.set_words(text_.substr(link.begin(), link.end() - link.begin()));
    for (size_t i = at; i < end; ++i) used_.insert(i);
    links_.push_back(std::move(link));
    return end;
  }

  // The drug that words which state facts name, where it is one: "on drops" is about drops too.
  std::string DrugWithin(size_t at, size_t length) const {
    std::string drug;
    for (size_t first = at; first < at + length; ++first) {
      const std::vector<Meaning>* const one = lexicon_.Find(tokens_, first, 1);
      if (one == nullptr || !IsDrug(one->front().concept_name)) continue;
      if (!drug.empty() && drug != one->front().concept_name) return {};
      drug = one->front().concept_name;
    }
    return drug;
  }

  static void AddFact(const v1::Fact& fact, v1::Link& link) {
    for (const v1::Fact& known : link.facts()) {
      if (known.name() == fact.name()) return;
    }
    *link.add_facts() = fact;
  }

  // The word of `words_` at or behind a byte of the text.
  size_t WordAt(size_t byte) const {
    const auto found =
        std::lower_bound(words_.begin(), words_.end(), byte,
                         [](const TextToken& word, size_t at) { return word.end <= at; });
    return static_cast<size_t>(found - words_.begin());
  }

  // Whether the words are of one sentence, and no answer ("No, ...") with what follows it.
  bool IsOneRun(size_t at, size_t length) const {
    bool parted = false;
    for (size_t i = at + 1; i < at + length; ++i) {
      const std::string_view gap =
          std::string_view(text_).substr(tokens_[i - 1].end, tokens_[i].begin - tokens_[i - 1].end);
      const bool answers = i == at + 1 && tokens_[at].word == "no";
      if (gap.find_first_of(answers ? ".;?!|,:" : ".;?!|") != std::string_view::npos) return false;
      // "fever, no ..." goes on with what is not so.
      const bool denies_next = i + 1 == at + length && OneOf(tokens_[i].word, {"no", "not"});
      const bool comma = gap.find(',') != std::string_view::npos;
      if (comma && denies_next) return false;
      parted = parted || comma;
    }
    // "Fever, high?" asks about its end alone.
    return !parted || text_.substr(tokens_[at + length - 1].end, 1) != "?";
  }

  // The longest known words at each place.
  std::vector<Unit> Units() const {
    std::vector<Unit> units;
    for (size_t at = 0; at < tokens_.size();) {
      const size_t end = AddUnit(at, units);
      at = std::max(end, at + 1);
    }
    return units;
  }

  // One past the unit at `at`; `at` when there is none.
  size_t AddUnit(size_t at, std::vector<Unit>& units) const {
    for (size_t length = std::min(lexicon_.longest(), tokens_.size() - at); length > 0; --length) {
      if (!IsOneRun(at, length)) continue;
      const std::vector<Meaning>* const meanings = lexicon_.Find(tokens_, at, length);
      const bool takes_no = lexicon_.TakesNo(tokens_, at, length);
      if (meanings == nullptr && (!takes_no || IsOverlapped(at, length))) continue;
      Unit unit;
      const size_t end = ReadUnit(at, length, meanings, unit);
      unit.first = WordAt(tokens_[at].begin);
      unit.count = WordAt(tokens_[end - 1].end) - unit.first;
      unit.takes_no = takes_no;
      unit.is_drug = meanings != nullptr && IsOfDrugs(meanings->front().concept_name);
      unit.takes_not = !takes_no && lexicon_.FindDenied(tokens_, at, length) != nullptr;
      unit.says_no = unit.kind == UnitKind::kPhrase && SaysOnly(false, *meanings);
      unit.says_yes = unit.kind == UnitKind::kPhrase && SaysOnly(true, *meanings);
      unit.ends_in_drug = unit.kind == UnitKind::kPhrase && EndsInDrug(at, length);
      unit.begins_with_drug = unit.kind == UnitKind::kPhrase && BeginsWithDrug(at, length);
      units.push_back(unit);
      return end;
    }
    return at;
  }

  // Whether known words begin within these and go on behind them.
  bool IsOverlapped(size_t at, size_t length) const {
    const size_t end = at + length;
    for (size_t first = at + 1; first < end; ++first) {
      for (size_t count = end - first + 1;
           count <= lexicon_.longest() && first + count <= tokens_.size(); ++count) {
        if (lexicon_.Find(tokens_, first, count) != nullptr) return true;
      }
    }
    return false;
  }

  // The kind of the unit; one past it with its value.
  size_t ReadUnit(size_t at, size_t length, const std::vector<Meaning>* meanings,
                  Unit& unit) const {
    size_t end = at + length;
    unit.kind = meanings == nullptr ? UnitKind::kDeniable : UnitKind::kIntervention;
    if (meanings == nullptr) return end;
    for (const Meaning& meaning : *meanings) {
      if (meaning.label != nullptr) {
        v1::Link unused;
        end = std::max(end, LinkValue(*meaning.label, at + length, unused));
        unit.kind = UnitKind::kValue;
      } else if (!meaning.facts.empty()) {
        unit.kind = UnitKind::kPhrase;
      } else if (unit.kind == UnitKind::kIntervention && !IsIntervention(meaning.concept_name)) {
        unit.kind = UnitKind::kConcept;
      }
    }
    return end;
  }

  static bool SaysOnly(bool value, const std::vector<Meaning>& meanings) {
    for (const Meaning& meaning : meanings) {
      for (const v1::Fact& fact : meaning.facts) {
        if (!fact.value().has_boolean() || fact.value().boolean() != value) return false;
      }
    }
    return true;
  }

  // Whether the last of these words, and not all of them, name a drug or a class of interventions.
  bool EndsInDrug(size_t at, size_t length) const {
    for (size_t first = at + 1; first < at + length; ++first) {
      const std::vector<Meaning>* const last = lexicon_.Find(tokens_, first, at + length - first);
      if (last == nullptr) continue;
      if (IsDrugOrClass(last->front().concept_name)) return true;
    }
    return false;
  }

  // The same of the first of them.
  bool BeginsWithDrug(size_t at, size_t length) const {
    for (size_t count = length; --count > 0;) {
      const std::vector<Meaning>* const first = lexicon_.Find(tokens_, at, count);
      if (first != nullptr && IsDrugOrClass(first->front().concept_name)) return true;
    }
    return false;
  }

  // INTERVENTION_KIND_UNSPECIFIED for what is no intervention.
  v1::InterventionKind InterventionKindOf(const std::string& concept_name) const {
    const auto found = index_.concepts().find(concept_name);
    return found == index_.concepts().end() ? v1::INTERVENTION_KIND_UNSPECIFIED
                                            : found->second->clinical_concept().intervention_kind();
  }

  bool IsDrugOrClass(const std::string& concept_name) const {
    const v1::InterventionKind kind = InterventionKindOf(concept_name);
    return kind == v1::INTERVENTION_KIND_DRUG || kind == v1::INTERVENTION_KIND_CLASS;
  }

  bool IsDrug(const std::string& concept_name) const {
    return InterventionKindOf(concept_name) == v1::INTERVENTION_KIND_DRUG;
  }

  // Whether this is a drug, or a class that it or a broader one has drugs in.
  bool IsOfDrugs(const std::string& concept_name) const {
    if (!IsDrugOrClass(concept_name) || IsDrug(concept_name)) return IsDrug(concept_name);
    std::vector<std::string> broader;
    for (const auto& [name, node] : index_.concepts()) {
      if (index_.IsA(concept_name, name)) broader.push_back(name);
    }
    return std::any_of(index_.concepts().begin(), index_.concepts().end(), [&](const auto& drug) {
      return IsDrug(drug.first) &&
             std::any_of(broader.begin(), broader.end(),
                         [&](const std::string& name) { return index_.IsA(drug.first, name); });
    });
  }

  bool IsIntervention(const std::string& concept_name) const {
    const auto found = index_.concepts().find(concept_name);
    return found != index_.concepts().end() &&
           found->second->clinical_concept().kind() == v1::CONCEPT_KIND_INTERVENTION;
  }

  // The first `length` of [at, end) are the phrase or label, the others its value.
  bool IsStated(size_t at, size_t length, size_t end) const {
    const size_t first = WordAt(tokens_[at].begin);
    const size_t last = WordAt(tokens_[end - 1].begin);
    const bool has_value = end > at + length;
    const bool counts = has_value || IsNumberWord(words_[first].folded);
    if (counts && (IsBounded(words_, first) || IsEndOfRange(text_, words_, first))) return false;
    if (has_value && IsInRange(text_, words_, last, tokens_[end - 1].end)) return false;
    const size_t count = WordAt(tokens_[end - 1].end) - first;
    return stated_.IsStated(first, count, has_value ? UnitKind::kValue : UnitKind::kPhrase);
  }

  // What "no <phrase>" states, for an item of a denial's list.
  void AddDenied(size_t at, size_t length, v1::Link& link) const {
    const size_t first = WordAt(tokens_[at].begin);
    const size_t count = WordAt(tokens_[at + length - 1].end) - first;
    if (!stated_.IsDeniedItem(first, count)) return;
    const std::vector<Meaning>* const meanings = lexicon_.FindDenied(tokens_, at, length);
    if (meanings == nullptr) return;
    for (const Meaning& meaning : *meanings) {
      for (const v1::Fact& fact : meaning.facts) AddFact(fact, link);
    }
  }

  // Reads the label's value at `at`; one past it, or 0 when there is none.
  size_t LinkValue(const v1::NodeRecord& label, size_t at, v1::Link& link) const {
    const std::optional<ValueInWords> read = ReadValue(text_, tokens_, at, label.fact());
    if (!read.has_value()) return 0;
    v1::Fact fact;
    fact.set_name(label.name());
    *fact.mutable_value() = read->value;
    const absl::StatusOr<criteria::Value> decoded = graph::DecodeValue(fact.value());
    const criteria::FactDefinition* const definition = index_.schema().Find(label.name());
    if (!decoded.ok() || definition == nullptr || !CheckValue(*definition, *decoded).ok()) return 0;
    AddFact(fact, link);
    return read->end;
  }

  // Two links that give one fact different values give it none.
  void DropContradictions() {
    std::map<std::string, std::set<std::string>> values;
    for (const v1::Link& link : links_) {
      for (const v1::Fact& fact : link.facts()) {
        values[fact.name()].insert(fact.value().SerializeAsString());
      }
    }
    std::erase_if(links_, [&](const v1::Link& link) {
      const bool contradicts =
          std::any_of(link.facts().begin(), link.facts().end(),
                      [&](const v1::Fact& fact) { return values[fact.name()].size() > 1; });
      if (contradicts) contradicting_.push_back(link.words());
      return contradicts;
    });
  }

  void AddUnlinked(v1::Linking& linking) const {
    for (const std::string& words : contradicting_) linking.add_unlinked(words);
    for (size_t at = 0; at < tokens_.size();) {
      size_t end = at;
      bool matters = false;
      while (end < tokens_.size() && used_.count(end) == 0) {
        matters = matters || FillWords().count(tokens_[end].word) == 0;
        if (tokens_[end++].clause_end) break;
      }
      if (matters) {
        linking.add_unlinked(
            text_.substr(tokens_[at].begin, tokens_[end - 1].end - tokens_[at].begin));
      }
      at = std::max(end, at + 1);
    }
  }

  // What the words beside those that state facts ask for.
  void AddIntent(v1::Linking& linking) const {
    const std::vector<bool> none(words_.size(), false);
    IntentWords words{text_, words_, none, none, none};
    for (const v1::Link& link : linking.links()) {
      const auto found = index_.concepts().find(link.concept_name());
      const v1::ConceptKind kind = found == index_.concepts().end()
                                       ? v1::CONCEPT_KIND_UNSPECIFIED
                                       : found->second->clinical_concept().kind();
      const size_t end = WordAt(link.end());
      for (size_t at = WordAt(link.begin()); at < end; ++at) {
        if (link.facts_size() > 0) words.states[at] = true;
        if (kind == v1::CONCEPT_KIND_OUTCOME) words.outcomes[at] = true;
        if (kind == v1::CONCEPT_KIND_INTERVENTION) words.interventions[at] = true;
      }
    }
    const Intent intent = FindIntent(words);
    linking.set_intent(intent.kind);
    if (intent.end > intent.begin) {
      const size_t begin = words_[intent.begin].begin;
      linking.set_intent_words(text_.substr(begin, words_[intent.end - 1].end - begin));
    }
  }

  const std::string& text_;
  const KnowledgeIndex& index_;
  const Lexicon& lexicon_;
  const std::vector<QuestionToken> tokens_;
  const std::vector<TextToken> words_;  // the same text, as cues read it
  const StatedWords stated_;
  std::vector<v1::Link> links_;
  std::vector<std::string> contradicting_;
  std::set<size_t> used_;
};

}  // namespace

v1::Linking LinkQuestion(const std::string& text, const KnowledgeIndex& index) {
  return Linker(text, index).Run();
}

}  // namespace evident::decision
