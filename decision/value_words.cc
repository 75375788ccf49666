#include "decision/value_words.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/unicode.h"
#include "decision/cues.h"
#include "decision/shorthand.h"

namespace evident::decision {
namespace {

constexpr size_t kDateBytes = 10;  // of 2026-01-31
constexpr size_t kConnectorsBeforeDateMax = 3;
constexpr std::string_view kApostrophe = "\u2019";
constexpr size_t kConnectorsBeforeNumberMax = 3;

bool IsChange(std::string_view word) {
  return OneOf(word, {"went", "gone", "dropped", "fell", "fallen", "rose", "risen", "declined",
                      "worsened", "deteriorated", "improved", "increased", "decreased", "changed"});
}

bool IsSign(char c) { return c == '<' || c == '>' || c == '='; }

bool IsWordByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// A decimal point between digits stays in its number.
bool JoinsNumber(const std::string& text, size_t at) {
  const auto digit = [&](size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  return text[at] == '.' && at > 0 && digit(at - 1) && digit(at + 1);
}

class ValueReader {
 public:
  ValueReader(const std::string& text, const std::vector<QuestionToken>& tokens,
              const v1::FactDefinition& fact)
      : text_(text), tokens_(tokens), fact_(fact) {}

  std::optional<ValueInWords> Read(size_t at) const {
    const size_t first = PastConnectors(at);
    for (size_t i = at; i <= first; ++i) {
      if (i >= tokens_.size() || BeginsSentence(i)) return std::nullopt;
    }
    switch (fact_.type()) {
      case v1::FACT_TYPE_INTEGER:
      case v1::FACT_TYPE_DECIMAL:
        return Number(first);
      case v1::FACT_TYPE_DATE:
        return DateAt(first);
      case v1::FACT_TYPE_CODED:
        return IsChoice(first) ? std::nullopt : Coded(first);
      default:
        return std::nullopt;
    }
  }

 private:
  size_t PastConnectors(size_t at) const {
    if (fact_.type() == v1::FACT_TYPE_DATE) {
      size_t past = at;
      while (past < tokens_.size() && past < at + kConnectorsBeforeDateMax &&
             IsConnector(tokens_[past].word)) {
        ++past;
      }
      return past;
    }
    const size_t changed = PastChange(at);
    if (changed > at) return changed;
    size_t past = at;
    while (past < tokens_.size() && past < at + kConnectorsBeforeNumberMax &&
           OneOf(tokens_[past].word, {"is", "of", "=", "now", "currently", "today", "still",
                                      "remains", "score", "status", "stands", "at", "present"})) {
      ++past;
    }
    return past;
  }

  // "dropped from 1 to 3", "1 -> 3", "has worsened to 3": the place of the later number. A change
  // has its verb or its arrow: "from 1 to 3" alone is a range.
  size_t PastChange(size_t at) const {
    if (const size_t behind = PastArrow(at + 1); IsNumberAt(at) && behind > at) {
      if (IsNumberAt(behind)) return behind;
    }
    size_t next = at;
    while (next < tokens_.size() && OneOf(tokens_[next].word, {"has", "have", "now"})) ++next;
    if (next >= tokens_.size() || !IsChange(tokens_[next].word)) return at;
    ++next;
    const auto word = [&](size_t i) {
      return i < tokens_.size() ? tokens_[i].word : std::string();
    };
    if (word(next) == "from" && IsNumberAt(next + 1)) next += 2;
    return word(next) == "to" && IsNumberAt(next + 1) ? next + 1 : at;
  }

  bool IsNumberAt(size_t at) const {
    return at < tokens_.size() &&
           (ParseDecimal(tokens_[at].word).ok() || NumberInWords(tokens_[at].word).has_value());
  }

  // The place behind the arrow, of whatever make, that stands before or at `at`; 0 for none.
  size_t PastArrow(size_t at) const {
    if (at == 0 || at >= tokens_.size()) return 0;
    const std::string_view gap = std::string_view(text_).substr(
        tokens_[at - 1].end, tokens_[at].begin - tokens_[at - 1].end);
    if (gap.find("\u2192") != std::string_view::npos) return at;
    return OneOf(tokens_[at].word, {kArrow, "=>"}) ? at + 1 : 0;
  }

  // A colon leads on to a value; the end of a sentence does not.
  bool BeginsSentence(size_t at) const {
    if (at == 0) return false;
    const std::string_view gap(text_.data() + tokens_[at - 1].end,
                               tokens_[at].begin - tokens_[at - 1].end);
    return gap.find_first_of(".;?!") != std::string_view::npos;
  }

  std::optional<ValueInWords> Number(size_t at) const {
    ValueInWords read{{}, at + 1};
    if (const auto words = NumberInWords(tokens_[at].word); words && !IsRange(at)) {
      if (fact_.type() != v1::FACT_TYPE_INTEGER) return std::nullopt;
      read.value.set_integer(*words);
      return read;
    }
    const absl::StatusOr<Decimal> number = ParseDecimal(tokens_[at].word);
    if (!number.ok() || IsRange(at)) return std::nullopt;
    if (fact_.type() == v1::FACT_TYPE_INTEGER) {
      if (number->scale != 0) return std::nullopt;
      read.value.set_integer(number->unscaled);
      return read;
    }
    if (!UnitFollows(at)) return std::nullopt;
    read.value.mutable_decimal()->mutable_value()->set_unscaled(number->unscaled);
    read.value.mutable_decimal()->mutable_value()->set_scale(number->scale);
    read.value.mutable_decimal()->set_unit(fact_.unit());
    const size_t unit = text_.find(fact_.unit(), tokens_[at].end);
    while (read.end < tokens_.size() && tokens_[read.end].begin < unit + fact_.unit().size()) {
      ++read.end;
    }
    return read;
  }

  // "0-1", "0 to 1", "1 or 2": not one value.
  bool IsRange(size_t at) const {
    if (at + 1 >= tokens_.size()) return false;
    const bool joined = tokens_[at + 1].begin == tokens_[at].end + 1 &&
                        (text_[tokens_[at].end] == '-' || text_[tokens_[at].end] == '/');
    if (joined && ParseDecimal(tokens_[at + 1].word).ok()) return true;
    // U+2013, the dash of ranges, sticks to the words as their own bytes do; such a word is no
    // number.
    const bool linked = tokens_[at + 1].word == "to" || tokens_[at + 1].word == "or";
    return linked && at + 2 < tokens_.size() &&
           (ParseDecimal(tokens_[at + 2].word).ok() || NumberInWords(tokens_[at + 2].word));
  }

  bool UnitFollows(size_t at) const {
    size_t begin = tokens_[at].end;
    while (begin < text_.size() && text_[begin] == ' ') ++begin;
    const size_t end = begin + fact_.unit().size();
    if (text_.compare(begin, fact_.unit().size(), fact_.unit()) != 0) return false;
    // "mg" is no "mg/kg".
    if (end >= text_.size()) return true;
    return !IsWordByte(text_[end]) &&
           std::string_view("/*^%[{(").find(text_[end]) == std::string::npos;
  }

  // Only the form in which no reader takes the day for the month.
  std::optional<ValueInWords> DateAt(size_t at) const {
    const size_t begin = tokens_[at].begin;
    const size_t end = begin + kDateBytes;
    if (end > text_.size() || !ParseDate(text_.substr(begin, kDateBytes)).ok()) return std::nullopt;
    if (end < text_.size() && (IsWordByte(text_[end]) || JoinsNumber(text_, end))) {
      return std::nullopt;
    }
    ValueInWords read{{}, at};
    while (read.end < tokens_.size() && tokens_[read.end].begin < end) ++read.end;
    read.value.set_date(text_.substr(begin, kDateBytes));
    return read;
  }

  bool StandsAt(const std::vector<std::string>& words, size_t at) const {
    if (words.empty() || at + words.size() > tokens_.size()) return false;
    for (size_t i = 0; i < words.size(); ++i) {
      if (tokens_[at + i].word != words[i] || (i > 0 && tokens_[at + i - 1].clause_end)) {
        return false;
      }
    }
    return true;
  }

  std::optional<ValueInWords> Coded(size_t at) const {
    std::optional<ValueInWords> best;
    bool clear = true;
    for (const v1::AllowedValue& allowed : fact_.allowed_values()) {
      for (const std::string* name : {&allowed.slug(), &allowed.display()}) {
        const std::vector<std::string> words = FoldedWords(*name);
        if (!StandsAt(words, at)) continue;
        const size_t end = at + words.size();
        if (best.has_value() && end < best->end) continue;
        const bool other = best.has_value() && best->value.coded() != allowed.slug();
        clear = !best.has_value() || end > best->end || (clear && !other);
        best.emplace();
        best->value.set_coded(allowed.slug());
        best->end = end;
      }
    }
    return clear ? best : std::nullopt;
  }

  // "one or the other", "one, the other": not one value.
  bool IsChoice(size_t at) const {
    const std::optional<ValueInWords> first = Coded(at);
    if (!first.has_value()) return false;
    size_t next = first->end;
    for (const std::string_view word : {"or", "and", "to"}) {
      if (next < tokens_.size() && tokens_[next].word == word) return Coded(next + 1).has_value();
    }
    return Coded(next).has_value();
  }

  const std::string& text_;
  const std::vector<QuestionToken>& tokens_;
  const v1::FactDefinition& fact_;
};

// "hasn't" is "has not", and "she'd rather" is "she would rather".
void SpellOut(const std::string& text, std::vector<QuestionToken>& tokens) {
  for (size_t i = 1; i < tokens.size(); ++i) {
    const std::string gap = text.substr(tokens[i - 1].end, tokens[i].begin - tokens[i - 1].end);
    if (gap != "'" && gap != kApostrophe) continue;
    const bool wishes = i + 1 < tokens.size() &&
                        OneOf(tokens[i + 1].word, {"rather", "like", "love", "prefer", "sooner"});
    if (tokens[i].word == "d" && wishes) tokens[i].word = "would";
    std::string& verb = tokens[i - 1].word;
    if (tokens[i].word != "t" || verb.back() != 'n') continue;
    tokens[i].word = "not";
    if (verb != "can") verb.pop_back();
  }
}

}  // namespace

std::vector<QuestionToken> SplitQuestion(const std::string& text) {
  std::vector<QuestionToken> tokens;
  size_t at = 0;
  while (at < text.size()) {
    const size_t begin = at;
    if (IsSign(text[at])) {
      while (at < text.size() && IsSign(text[at])) ++at;
    } else if (IsWordByte(text[at])) {
      while (at < text.size() && (IsWordByte(text[at]) || JoinsNumber(text, at)) &&
             (at == begin || text.compare(at, kApostrophe.size(), kApostrophe) != 0)) {
        ++at;
      }
    } else {
      const bool ends = text[at] == ',' || text[at] == ';' || text[at] == '.' || text[at] == '?' ||
                        text[at] == '!' || text[at] == ':' || text[at] == '|';
      if (ends && !tokens.empty()) tokens.back().clause_end = true;
      ++at;
      continue;
    }
    const std::string raw = text.substr(begin, at - begin);
    std::string word = ParseDecimal(raw).ok() || IsSign(raw[0]) ? raw : Fold(raw);
    if (raw == ">" && begin > 0 && text[begin - 1] == '-') word = kArrow;
    if (!word.empty()) tokens.push_back({begin, at, std::move(word), false});
  }
  SpellOut(text, tokens);
  JoinShorthand(text, &QuestionToken::word, tokens);
  return tokens;
}

std::optional<ValueInWords> ReadValue(const std::string& text,
                                      const std::vector<QuestionToken>& tokens, size_t at,
                                      const v1::FactDefinition& fact) {
  return ValueReader(text, tokens, fact).Read(at);
}

}  // namespace evident::decision
