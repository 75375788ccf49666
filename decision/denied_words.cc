#include "decision/denied_words.h"

#include "decision/cues.h"

namespace evident::decision {
namespace {

constexpr size_t kUnknownItemWordsMax = 2;

bool EndsClauseAt(const std::vector<TextToken>& tokens, size_t at) {
  return at >= tokens.size() || tokens[at].before != Gap::kJoined || IsAnd(WordAt(tokens, at)) ||
         IsContrast(WordAt(tokens, at));
}

bool IsSaidOfAnswer(std::string_view word) {
  return OneOf(word, {"known", "seen", "found", "reported", "recently", "so", "far", "to", "date"});
}

// The colon, bracket, question mark or dash of "a: no".
bool LeadsToAnswer(std::string_view gap, Gap kind) {
  const bool dash = kind == Gap::kComma && gap.find_first_of(",/") == std::string_view::npos;
  return dash || gap.find_first_of(":?=([") != std::string_view::npos;
}

// One past "no", "none", "not present" and the like at `at`; `at` for other words.
size_t PastNo(const std::vector<TextToken>& tokens, size_t at) {
  const std::string_view word = WordAt(tokens, at);
  if (OneOf(word, {"no", "none", "negative", "absent", "nil", "denied"})) return at + 1;
  return word == "not" && WordAt(tokens, at + 1) == "present" ? at + 2 : at;
}

// One past "was ruled out", "is absent"; `at` for other words.
size_t PastRuledOut(const std::vector<TextToken>& tokens, size_t at) {
  size_t next = at;
  while (IsVerbOfBeing(WordAt(tokens, next))) ++next;
  if (OneOf(WordAt(tokens, next), {"absent", "denied", "excluded"})) return next + 1;
  if (WordAt(tokens, next) == "not" && WordAt(tokens, next + 1) == "present") return next + 2;
  const bool ruled = WordAt(tokens, next) == "ruled" && WordAt(tokens, next + 1) == "out";
  return ruled ? next + 2 : at;
}

class List {
 public:
  List(std::string_view text, const std::vector<TextToken>& tokens,
       const std::vector<const Unit*>& unit_at, size_t head, size_t first)
      : text_(text), tokens_(tokens), unit_at_(unit_at), head_(head), at_(first), first_(first) {}

  std::vector<size_t> Items() {
    bool clear = true;
    while (clear && at_ < tokens_.size() && (at_ == first_ || tokens_[at_].before != Gap::kStop)) {
      if (parts_ > 0 && EndsList()) break;
      clear = ReadPart();
    }
    if (clear && (over_ || parts_ == 1)) return items_;
    // What stands right behind the denial is denied, whatever goes on from there.
    if (items_.empty() || !first_known_) return {};
    return {items_.front()};
  }

 private:
  std::string_view Word(size_t at) const { return WordAt(tokens_, at); }

  // Whether what stands behind an item is another statement, or says when the denial holds.
  bool EndsList() const {
    const bool behind_comma = tokens_[at_].before == Gap::kComma;
    if (IsContrast(Word(at_)) || (behind_comma && over_)) return true;
    if (over_ && IsVerbOfBeing(Word(at_))) return true;  // "... has developed"
    if (behind_comma) return BeginsStatement(at_ + (IsAnd(Word(at_)) ? 1 : 0));
    if (IsAnd(Word(at_))) return over_ || BeginsStatement(at_ + 1);
    const bool occasion = IsOccasion(Word(at_)) && MayState(unit_at_[at_]);
    return occasion || PastToday(tokens_, at_) > at_;
  }

  bool BeginsStatement(size_t at) const {
    if (at >= tokens_.size()) return false;
    const Unit* const unit = unit_at_[at];
    if (unit != nullptr && (unit->kind == UnitKind::kValue || unit->takes_not)) return true;
    return BeginsClause(Word(at)) || IsNegation(text_, tokens_, at);
  }

  // The conjunction or item at `at_`; whether the list is clear so far.
  bool ReadPart() {
    if (at_ > first_ && tokens_[at_].before == Gap::kComma) parted_ = true;
    const Unit* const unit = unit_at_[at_];
    if (unit != nullptr) return ReadItem(*unit);
    if (IsArticle(Word(at_)) && parted_) {
      ++at_;
      return true;
    }
    const bool joins = IsOr(Word(at_)) || (IsAnd(Word(at_)) && MayJoinByAnd());
    if (!joins) return ReadUnknown();
    // "neither a nor b nor c"
    const bool again = closed_ && IsOr(Word(at_));
    if (parts_ == 0 || (closed_ && !again)) return false;
    over_ = false;
    closed_ = parted_ = true;
    by_and_ = IsAnd(Word(at_++));
    return true;
  }

  // "denies a and b": nothing else can be meant.
  bool MayJoinByAnd() const { return OneOf(Word(head_), {"denies", "denied", "denying"}); }

  bool ReadItem(const Unit& unit) {
    if (!parted_ || over_) return false;
    if (at_ != head_ && IsNegation(text_, tokens_, at_)) return false;
    const bool deniable = unit.takes_no || unit.takes_not;
    if (unit.kind != UnitKind::kPhrase && !deniable) return false;
    if (by_and_ && !unit.takes_no) return false;
    first_known_ = first_known_ || parts_ == 0;
    items_.push_back(at_);
    Close(at_ + unit.count);
    return true;
  }

  // One or two words that a release does not know, up to the next comma or conjunction.
  bool ReadUnknown() {
    if (!parted_ || over_ || by_and_) return false;
    size_t next = at_;
    do {
      const std::string_view word = Word(next);
      if (IsPreposition(word) || IsVerbOfBeing(word) || IsDoubt(word) || IsSomebody(word) ||
          IsContrast(word) || IsNegation(text_, tokens_, next) || IsException(tokens_, next) ||
          OneOf(word, {"more", "other", "new", "change", "relief", "improvement", "response"})) {
        return false;
      }
      ++next;
    } while (!EndsClauseAt(tokens_, next) && !IsOr(Word(next)) && unit_at_[next] == nullptr);
    if (next - at_ > kUnknownItemWordsMax) return false;
    if (next < tokens_.size() && unit_at_[next] != nullptr &&
        tokens_[next].before == Gap::kJoined) {
      return false;
    }
    Close(next);
    return true;
  }

  void Close(size_t next) {
    at_ = next;
    ++parts_;
    over_ = closed_;
    parted_ = false;
  }

  const std::string_view text_;
  const std::vector<TextToken>& tokens_;
  const std::vector<const Unit*>& unit_at_;
  const size_t head_;
  size_t at_;
  const size_t first_;
  std::vector<size_t> items_;
  size_t parts_ = 0;
  bool parted_ = true;   // an item may begin
  bool closed_ = false;  // "or" was read, the last item is due
  bool by_and_ = false;
  bool first_known_ = false;
  bool over_ = false;  // the last item was read
};

}  // namespace

Answer AnswerAt(std::string_view text, const std::vector<TextToken>& tokens,
                const std::vector<const Unit*>& unit_at, size_t at) {
  if (at == 0 || at >= tokens.size() || unit_at[at] != nullptr) return {};
  const size_t from = tokens[at - 1].end;
  const std::string_view gap = text.substr(from, tokens[at].begin - from);
  Answer answer{AnswerKind::kNo, at};
  if (tokens[at].before == Gap::kJoined) {
    answer.end = PastRuledOut(tokens, at);
  } else if (LeadsToAnswer(gap, tokens[at].before)) {
    answer.end = PastNo(tokens, at);
    if (answer.end == at && OneOf(WordAt(tokens, at), {"yes", "present", "positive"})) {
      answer = {AnswerKind::kYes, at + 1};
    }
  }
  if (answer.end == at) return {};
  while (!EndsClauseAt(tokens, answer.end) && IsSaidOfAnswer(WordAt(tokens, answer.end))) {
    ++answer.end;
  }
  const bool told = tokens[at].before == Gap::kJoined &&
                    OneOf(WordAt(tokens, answer.end), {"by", "on", "in", "with", "at"});
  return told || EndsClauseAt(tokens, answer.end) ? answer : Answer{};
}

size_t PastEvidence(const std::vector<TextToken>& tokens, size_t at) {
  size_t next = at;
  if (OneOf(WordAt(tokens, at), {"have", "had", "show", "report"})) return at + 1;
  while (OneOf(WordAt(tokens, next), {"clinical", "radiological", "current", "recent", "known"})) {
    ++next;
  }
  const bool h_o = WordAt(tokens, next) == "h" && WordAt(tokens, next + 1) == "o";
  if (h_o) return next + 2;  // "h/o"
  const bool evidence = OneOf(WordAt(tokens, next), {"evidence", "sign", "signs", "history", "hx",
                                                     "complaints", "symptoms"});
  const bool of = OneOf(WordAt(tokens, next + 1), {"of", "for"});
  if (evidence && of) return next + 2;
  return OneOf(WordAt(tokens, at), {"of", "for"}) ? at + 1 : at;
}

std::vector<size_t> DeniedItems(std::string_view text, const std::vector<TextToken>& tokens,
                                const std::vector<const Unit*>& unit_at, size_t head,
                                size_t first) {
  const std::string_view word = WordAt(tokens, head);
  const bool lists =
      OneOf(word, {"no", "without", "denies", "denied", "denying", "neither"}) ||
      (OneOf(word, {"free", "absence"}) && WordAt(tokens, head + 1) == "of") ||
      (word == "negative" && WordAt(tokens, head + 1) == "for") ||
      (OneOf(word, {"not", "never", "t"}) && PastEvidence(tokens, head + 1) == head + 2);
  const bool apart = first != head && first < tokens.size() && tokens[first].before == Gap::kStop;
  if (!lists || apart) return {};
  return List(text, tokens, unit_at, head, first).Items();
}

}  // namespace evident::decision
