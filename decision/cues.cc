#include "decision/cues.h"

#include <algorithm>
#include <initializer_list>

namespace evident::decision {
namespace {

constexpr size_t kDoubtWordsBefore = 3;
constexpr size_t kDoubtWordsAfter = 3;

bool OneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsContrast(std::string_view word) {
  return OneOf(word, {"but", "however", "although", "though"});
}

bool IsDoubt(std::string_view word) {
  return OneOf(word,
               {"possible", "possibly",  "suspected", "suspicion",    "suspicious", "probable",
                "probably", "likely",    "unlikely",  "questionable", "if",         "whether",
                "risk",     "rule",      "ruled",     "exclude",      "excluded",   "unknown",
                "unclear",  "uncertain", "unsure",    "family",       "unless",     "until"});
}

bool IsDenialBehind(std::string_view word) {
  return OneOf(word, {"absent", "denied", "negative", "not", "no", "none", "never", "false"});
}

bool IsNumber(std::string_view word) {
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsComparative(std::string_view word) {
  return OneOf(word, {"above", "below", "more", "less", "higher", "lower", "greater", "over",
                      "under", "up", "worse", "better"});
}

// Whether a comma leads on to an "or" in the same clause: "no a, b or c".
bool ListGoesOn(const std::vector<TextToken>& tokens, size_t at) {
  for (size_t i = at; i < tokens.size(); ++i) {
    if (i > at && tokens[i].before == Gap::kStop) return false;
    if (OneOf(tokens[i].folded, {"or", "nor"})) return true;
  }
  return false;
}

// "...: no" and "...? No." deny what stands before them; "...? No <more words>" begins anew.
bool IsDeniedAcrossStop(const std::vector<TextToken>& tokens, size_t behind) {
  const bool ends = behind + 1 >= tokens.size() || tokens[behind + 1].before != Gap::kJoined;
  return ends && (IsDenialBehind(tokens[behind].folded) || IsDoubt(tokens[behind].folded));
}

}  // namespace

bool IsNegation(std::string_view text, const std::vector<TextToken>& tokens, size_t at) {
  const std::string_view word = tokens[at].folded;
  if (word == "t" && at > 0) {
    const std::string_view gap =
        text.substr(tokens[at - 1].end, tokens[at].begin - tokens[at - 1].end);
    return gap == "'" || gap == "\u2019";
  }
  return OneOf(
      word, {"no", "not", "without", "never", "denies", "denied", "deny", "denying", "negative",
             "absence", "absent", "nor", "neither", "cannot", "lack", "lacks", "lacking", "free"});
}

bool IsFunctionWord(std::string_view folded) {
  return OneOf(
      folded,
      {"a",    "an",    "the",  "of",    "for",   "in",     "on",   "at",    "to",     "by",
       "with", "from",  "and",  "or",    "is",    "are",    "was",  "were",  "be",     "been",
       "has",  "have",  "had",  "do",    "does",  "did",    "can",  "could", "should", "would",
       "may",  "might", "will", "what",  "which", "who",    "whom", "how",   "when",   "where",
       "why",  "i",     "we",   "you",   "he",    "she",    "it",   "they",  "my",     "our",
       "your", "his",   "her",  "their", "its",   "this",   "that", "these", "those",  "there",
       "as",   "me",    "us",   "him",   "them",  "please", "s"});
}

bool IsConnector(std::string_view folded) {
  return OneOf(folded, {"is", "of", "was", "are", "at", "=", "equals", "now", "currently", "today",
                        "score", "value", "level", "on", "since"});
}

std::vector<bool> NegatedTokens(std::string_view text, const std::vector<TextToken>& tokens) {
  std::vector<bool> negated(tokens.size(), false);
  bool open = false;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].before == Gap::kStop || IsContrast(tokens[i].folded)) open = false;
    if (tokens[i].before == Gap::kComma && open) open = ListGoesOn(tokens, i);
    negated[i] = open;
    if (IsNegation(text, tokens, i)) open = true;
  }
  return negated;
}

bool IsDoubted(std::string_view text, const std::vector<TextToken>& tokens, size_t first,
               size_t count, const std::vector<bool>& own) {
  for (size_t i = first, steps = 0; i > 0 && steps < kDoubtWordsBefore; --i, ++steps) {
    if (tokens[i].before == Gap::kStop) break;
    if (IsDoubt(tokens[i - 1].folded)) return true;
  }
  const size_t behind = first + count;
  for (size_t i = behind; i < tokens.size() && i < behind + kDoubtWordsAfter; ++i) {
    if (own[i]) return false;
    if (tokens[i].before == Gap::kComma) return false;
    if (tokens[i].before == Gap::kStop) return i == behind && IsDeniedAcrossStop(tokens, i);
    const bool denies = IsDenialBehind(tokens[i].folded) || IsNegation(text, tokens, i);
    if (denies || IsDoubt(tokens[i].folded)) return true;
    if (!IsFunctionWord(tokens[i].folded)) return false;
  }
  return false;
}

bool IsNarrowed(std::string_view text, const std::vector<TextToken>& tokens, size_t first,
                size_t count, const std::vector<bool>& states) {
  const auto follows = [&](size_t at) {
    return at < tokens.size() && tokens[at].before == Gap::kJoined;
  };
  const size_t behind = first + count;
  if (!follows(behind) || !follows(behind + 1)) return false;
  const std::string_view word = tokens[behind].folded;
  if (OneOf(word, {"to", "against"})) return true;
  if (!OneOf(word, {"with", "for", "of"})) return false;
  size_t next = behind + 1;
  while (OneOf(tokens[next].folded, {"a", "an", "the"}) && follows(next + 1)) ++next;
  if (states[next]) return false;
  for (size_t i = first; i < behind; ++i) {
    if (IsNegation(text, tokens, i)) return true;
  }
  return false;
}

bool IsInRange(std::string_view text, const std::vector<TextToken>& tokens, size_t at, size_t end) {
  const std::string_view rest = text.substr(end);
  for (const std::string_view sign : {"-", "\u2013", "\u2014", "/", "+", "~", "*"}) {
    if (rest.substr(0, sign.size()) == sign) return true;
  }
  size_t next = at + 1;
  while (next < tokens.size() && tokens[next].begin < end) ++next;
  if (next >= tokens.size() || tokens[next].before == Gap::kStop) return false;
  const std::string_view word = tokens[next].folded;
  if (IsNumber(word)) return true;
  if (word == "plus" || IsComparative(word)) return true;
  if (!OneOf(word, {"or", "to", "and", "through", "until"}) || next + 1 >= tokens.size()) {
    return false;
  }
  const std::string_view behind = tokens[next + 1].folded;
  if (word == "or" && OneOf(behind, {"earlier", "later", "before", "after"})) return true;
  return IsNumber(behind) || IsComparative(behind);
}

bool IsBounded(const std::vector<TextToken>& tokens, size_t first) {
  for (size_t i = first, steps = 0; i > 0 && steps < 2; --i, ++steps) {
    if (tokens[i].before != Gap::kJoined) return false;
    const std::string_view word = tokens[i - 1].folded;
    if (IsComparative(word) || OneOf(word, {"least", "most", "than", "maximum", "minimum"})) {
      return true;
    }
    if (word.find_first_of("<>=") != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace evident::decision
