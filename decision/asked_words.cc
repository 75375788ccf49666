#include "decision/asked_words.h"

#include "decision/cues.h"

namespace evident::decision {
namespace {

struct Clause {
  size_t begin = 0;  // tokens
  size_t end = 0;
  bool ends_sentence = false;
  bool is_headed = false;
  bool asks = false;
};

// "Can't tolerate ...", "would like to ...": a note without its subject, and no question.
bool IsSaidWithoutSubject(const std::vector<TextToken>& tokens, size_t at, size_t end) {
  if (!OneOf(tokens[at].folded, {"can", "could", "would"}) || at + 1 >= end) return false;
  return OneOf(tokens[at + 1].folded,
               {"t", "not", "tolerate", "like", "rather", "prefer", "no", "receive", "have", "be"});
}

// What stands behind the verb of a question, and hardly behind that of a note without a subject.
bool IsSubject(std::string_view word) {
  return OneOf(word, {"there", "it", "he", "she", "they", "you", "we", "i", "the", "this", "that",
                      "these", "those"});
}

Clause ReadClause(std::string_view text, const std::vector<TextToken>& tokens, size_t begin) {
  Clause clause;
  clause.begin = begin;
  clause.end = begin + 1;
  while (clause.end < tokens.size() && tokens[clause.end].before != Gap::kStop) ++clause.end;
  const size_t next = clause.end < tokens.size() ? tokens[clause.end].begin : text.size();
  const size_t last = tokens[clause.end - 1].end;
  const std::string_view gap = text.substr(last, next - last);
  clause.ends_sentence =
      clause.end == tokens.size() || gap.find_first_of(".?!\n") != std::string_view::npos;
  const bool ends_text = clause.end == tokens.size();
  const bool has_mark = gap.find('?') != std::string_view::npos &&
                        (ends_text || gap[0] == '?' || !MarksDoubt(gap, false));
  clause.is_headed = BeginsQuestion(tokens, clause.begin, clause.end, has_mark);
  clause.asks = has_mark || clause.is_headed;
  return clause;
}

}  // namespace

bool BeginsQuestion(const std::vector<TextToken>& tokens, size_t begin, size_t end, bool has_mark) {
  size_t at = begin;
  const auto lead_in = [&] {
    return OneOf(tokens[at].folded, {"and", "or", "but", "so", "then", "also", "please"});
  };
  while (at + 1 < end && lead_in()) ++at;
  const std::string_view word = tokens[at].folded;
  if (!has_mark && IsSaidWithoutSubject(tokens, at, end)) return false;
  // The organisation, and nobody who is asked about.
  const bool graded = word == "who" && at + 1 < end &&
                      OneOf(tokens[at + 1].folded, {"ps", "performance", "grade", "status"});
  if (graded) return false;
  if (OneOf(word, {"can",    "could",    "should",     "would",  "will",  "may",     "might",
                   "must",   "shall",    "any",        "what",   "which", "who",     "whose",
                   "whom",   "when",     "where",      "why",    "how",   "whether", "explain",
                   "define", "describe", "definition", "meaning"})) {
    return true;
  }
  if (!IsVerbOfBeing(word) && !OneOf(word, {"do", "does", "did"})) return false;
  return has_mark || (at + 1 < end && IsSubject(tokens[at + 1].folded));
}

bool EndsInTag(const std::vector<TextToken>& tokens, size_t begin, size_t end) {
  if (end < begin + 2 || !OneOf(tokens[end - 1].folded, {"right", "correct", "yes", "no"})) {
    return false;
  }
  const std::string_view before = tokens[end - 2].folded;
  return !IsArticle(before) && !IsPreposition(before);  // "on the right?"
}

bool AsksForEvidence(std::string_view text, const std::vector<TextToken>& tokens, size_t at) {
  if (!OneOf(tokens[at].folded,
             {"evidence", "data", "trial", "trials", "study", "studies", "survival", "rate",
              "rates", "figures", "statistics", "incidence", "prognosis"})) {
    return false;
  }
  size_t first = at;
  while (first > 0 && !EndsSentenceBefore(text, tokens, first)) --first;
  for (size_t i = first; i < tokens.size() && (i <= at || !EndsSentenceBefore(text, tokens, i));
       ++i) {
    const std::string_view word = tokens[i].folded;
    if (IsOnePerson(word) || OneOf(word, {"she", "he", "they", "her", "his", "my"})) return false;
  }
  return true;
}

bool TellsFrequency(std::string_view text, const std::vector<TextToken>& tokens, size_t at) {
  const auto word = [&](size_t i) { return WordAt(tokens, i); };
  for (size_t i = at; i < tokens.size() && (i == at || !EndsSentenceBefore(text, tokens, i)); ++i) {
    const bool share = i > at && word(i - 1) == "in" && IsNumberWord(word(i)) &&
                       text.substr(tokens[i].end, 1) == "%";
    if (share) return true;  // "... occurred in 5%"
    if (word(i) == "how" && OneOf(word(i + 1), {"common", "frequent", "prevalent", "rare"})) {
      return true;
    }
    if (!OneOf(word(i), {"is", "are", "were"})) continue;
    size_t next = i + 1;
    while (OneOf(word(next), {"more", "most", "less", "very", "quite", "relatively"})) ++next;
    if (OneOf(word(next), {"common", "commoner", "frequent", "rare", "rarer", "uncommon", "typical",
                           "prevalent", "unusual"})) {
      return true;
    }
  }
  return false;
}

std::vector<bool> AskedTokens(std::string_view text, const std::vector<TextToken>& tokens) {
  std::vector<Clause> clauses;
  for (size_t begin = 0; begin < tokens.size(); begin = clauses.back().end) {
    clauses.push_back(ReadClause(text, tokens, begin));
  }
  for (size_t i = 1; i < clauses.size(); ++i) {
    if (clauses[i - 1].asks && !clauses[i - 1].ends_sentence) clauses[i].asks = true;
  }
  for (size_t i = clauses.size(); i-- > 1;) {
    const bool joins = clauses[i].asks && !clauses[i].is_headed && !clauses[i - 1].ends_sentence;
    if (joins) clauses[i - 1].asks = true;
  }
  std::vector<bool> asked(tokens.size(), false);
  for (const Clause& clause : clauses) {
    for (size_t at = clause.begin; at < clause.end; ++at) asked[at] = clause.asks;
  }
  return asked;
}

}  // namespace evident::decision
