#include "decision/asked_words.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace evident::decision {
namespace {

bool OneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsLeadIn(std::string_view word) {
  return OneOf(word, {"and", "or", "but", "so", "then", "also", "please"});
}

bool IsArticle(std::string_view word) { return OneOf(word, {"a", "an", "the", "any"}); }

bool IsBeOrHave(std::string_view word) {
  return OneOf(word, {"is", "are", "was", "were", "has", "have", "had"});
}

bool IsDo(std::string_view word) { return OneOf(word, {"do", "does", "did"}); }

bool IsAuxiliary(std::string_view word) {
  return IsBeOrHave(word) || IsDo(word) ||
         OneOf(word, {"can", "could", "should", "would", "will", "may", "might", "must"});
}

// What stands behind the verb of a question, and hardly behind that of a note without a subject.
bool IsSubject(std::string_view word) {
  return OneOf(word, {"there", "it", "he", "she", "they", "you", "we", "i", "the", "this", "that",
                      "these", "those"});
}

bool IsRelative(std::string_view word) {
  return OneOf(word, {"who", "whose", "whom", "that", "which", "where"});
}

// What follows is taken for granted.
bool IsAdjunct(const std::vector<TextToken>& tokens, size_t at) {
  const std::string_view word = tokens[at].folded;
  if (word == "with" && at > 0) {
    return !OneOf(tokens[at - 1].folded, {"diagnosed", "present", "presenting", "presented",
                                          "associated", "affected", "consistent"});
  }
  return IsRelative(word) ||
         OneOf(word, {"for", "in", "at", "on", "after", "before", "given", "despite", "without",
                      "during", "under", "among", "because", "since", "if", "when", "while"});
}

class ClauseReader {
 public:
  ClauseReader(const std::vector<TextToken>& tokens, size_t begin, size_t end, bool is_question,
               std::vector<bool>& asked)
      : tokens_(tokens), begin_(begin), end_(end), is_question_(is_question), asked_(asked) {}

  void Run() {
    while (begin_ < end_ && IsLeadIn(Word(begin_))) ++begin_;
    if (begin_ >= end_) return;
    if (OneOf(Word(begin_), {"what", "which"}) && IsAuxiliary(Word(begin_ + 1))) {
      MarkNearest(begin_ + 2);
      return;
    }
    const std::optional<size_t> head = HeadEnd();
    Scan(head.value_or(begin_), head.has_value());
  }

 private:
  // Empty past the end of the clause.
  std::string_view Word(size_t at) const {
    return at < end_ ? std::string_view(tokens_[at].folded) : std::string_view();
  }

  // One past the words that open a question; nullopt when the clause is none.
  std::optional<size_t> HeadEnd() const {
    const std::string_view first = Word(begin_);
    const std::string_view second = Word(begin_ + 1);
    if (OneOf(first, {"when", "why"})) {
      return IsAuxiliary(second) ? std::optional<size_t>(begin_ + 2) : std::nullopt;
    }
    if (OneOf(first, {"in", "for", "under", "at", "with"}) &&
        OneOf(second, {"whom", "which", "what"})) {
      for (size_t i = begin_ + 2; i < end_; ++i) {
        if (IsAuxiliary(Word(i))) return i + 1;
      }
      return std::nullopt;
    }
    const bool inverted = IsBeOrHave(first) || IsDo(first);
    if (inverted && (is_question_ || IsSubject(second))) return begin_ + 1;
    return std::nullopt;
  }

  // "What is a ...": no further than what is defined.
  void MarkNearest(size_t at) {
    for (; at < end_; ++at) {
      asked_[at] = true;
      if (!IsArticle(Word(at))) return;
    }
  }

  bool ListGoesOn(size_t at) const {
    for (; at < end_; ++at) {
      if (OneOf(Word(at), {"or", "nor"})) return true;
    }
    return false;
  }

  void Scan(size_t from, bool is_headed) {
    bool open = is_headed;
    bool relative = false;
    for (size_t i = from; i < end_; ++i) {
      if (tokens_[i].before == Gap::kComma && open) open = ListGoesOn(i);
      asked_[i] = open;
      const std::string_view word = Word(i);
      if (word == "whether") {
        open = true;
        is_headed = true;
      } else if (IsAdjunct(tokens_, i)) {
        open = false;
        relative = IsRelative(word);
      } else if (!open && is_headed && OneOf(word, {"have", "has", "had", "be", "been"})) {
        // The verb of the question itself, unless it is that of what was taken for granted.
        open = !relative;
        relative = false;
      }
    }
  }

  const std::vector<TextToken>& tokens_;
  size_t begin_;
  const size_t end_;
  const bool is_question_;
  std::vector<bool>& asked_;
};

}  // namespace

std::vector<bool> AskedTokens(std::string_view text, const std::vector<TextToken>& tokens) {
  std::vector<bool> asked(tokens.size(), false);
  for (size_t begin = 0; begin < tokens.size();) {
    size_t end = begin + 1;
    while (end < tokens.size() && tokens[end].before != Gap::kStop) ++end;
    const size_t next = end < tokens.size() ? tokens[end].begin : text.size();
    const std::string_view gap = text.substr(tokens[end - 1].end, next - tokens[end - 1].end);
    const bool is_question = gap.find('?') != std::string_view::npos;
    ClauseReader(tokens, begin, end, is_question, asked).Run();
    begin = end;
  }
  return asked;
}

}  // namespace evident::decision
