#include "criteria/parse.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "criteria/lexer.h"
#include "criteria/literal.h"

namespace evident::criteria {
namespace {

constexpr std::pair<std::string_view, Operator> kOperators[] = {
    {"=", Operator::kEqual},        {"!=", Operator::kNotEqual}, {"<", Operator::kLess},
    {"<=", Operator::kLessOrEqual}, {">", Operator::kGreater},   {">=", Operator::kGreaterOrEqual},
};

constexpr std::pair<std::string_view, CalendarUnit> kUnits[] = {
    {"day", CalendarUnit::kDay},     {"days", CalendarUnit::kDay},
    {"week", CalendarUnit::kWeek},   {"weeks", CalendarUnit::kWeek},
    {"month", CalendarUnit::kMonth}, {"months", CalendarUnit::kMonth},
    {"year", CalendarUnit::kYear},   {"years", CalendarUnit::kYear},
};

template <typename Table>
auto Lookup(const Table& table, std::string_view word)
    -> std::optional<decltype(std::begin(table)->second)> {
  for (const auto& [name, meaning] : table) {
    if (name == word) return meaning;
  }
  return std::nullopt;
}

absl::Status TooDeep(size_t column) {
  const std::string why =
      "nested more than " + std::to_string(kCriterionDepthMax) + " deep here (kCriterionDepthMax)";
  return MakeError(absl::StatusCode::kResourceExhausted, "CRITERION_TOO_DEEP",
                   "criterion, " + ColumnName(column) + ": " + why, {{ColumnName(column), why}});
}

// Counts the leaves, in written order, before the first that lies too deep. True when there is one.
bool FindTooDeep(const Expression& node, size_t depth, size_t& leaves) {
  if (node.is_leaf()) {
    if (depth > kCriterionDepthMax) return true;
    ++leaves;
  }
  for (const ExpressionPtr& part : node.parts) {
    if (FindTooDeep(*part, depth + 1, leaves)) return true;
  }
  return false;
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, const NameResolver& resolve)
      : tokens_(std::move(tokens)), resolve_(resolve) {}

  absl::StatusOr<ExpressionPtr> Whole() {
    if (Peek().kind == TokenKind::kEnd) return ExpressionPtr();
    EVIDENT_ASSIGN_OR_RETURN(ExpressionPtr tree, Group(NodeKind::kAnyOf));
    if (Peek().kind != TokenKind::kEnd) return Unexpected("and, or, or the end");
    size_t leaves = 0;
    if (FindTooDeep(*tree, 1, leaves)) return TooDeep(leaf_columns_[leaves]);
    EVIDENT_RETURN_IF_ERROR(CheckSize(tree));
    return tree;
  }

 private:
  const Token& Peek() const { return tokens_[at_]; }
  Token Take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool TakeIf(TokenKind kind, std::string_view text) {
    if (Peek().kind != kind || Peek().text != text) return false;
    Take();
    return true;
  }
  bool TakeWord(std::string_view word) { return TakeIf(TokenKind::kWord, word); }
  bool TakeSign(std::string_view sign) { return TakeIf(TokenKind::kSign, sign); }

  absl::Status Unexpected(std::string_view expected) const {
    const std::string found =
        Peek().kind == TokenKind::kEnd ? "the end" : "'" + std::string(Peek().text) + "'";
    return SyntaxError(Peek().column, "expected " + std::string(expected) + ", found " + found);
  }

  // kAnyOf: parts joined by "or", each a group of kAllOf: unary parts joined by "and".
  absl::StatusOr<ExpressionPtr> Group(NodeKind kind) {
    const bool any = kind == NodeKind::kAnyOf;
    std::vector<ExpressionPtr> parts;
    do {
      EVIDENT_ASSIGN_OR_RETURN(ExpressionPtr part, any ? Group(NodeKind::kAllOf) : Unary());
      parts.push_back(std::move(part));
    } while (TakeWord(any ? "or" : "and"));
    if (parts.size() == 1) return parts[0];
    return any ? AnyOf(std::move(parts)) : AllOf(std::move(parts));
  }

  absl::StatusOr<ExpressionPtr> Unary() {
    if (++depth_ > kCriterionDepthMax) return TooDeep(Peek().column);
    absl::StatusOr<ExpressionPtr> result = UnaryInside();
    --depth_;
    return result;
  }

  absl::StatusOr<ExpressionPtr> UnaryInside() {
    if (TakeWord("not")) {
      EVIDENT_ASSIGN_OR_RETURN(ExpressionPtr part, Unary());
      return Not(std::move(part));
    }
    if (TakeSign("(")) return Parenthesised();
    // "all" and "any" wrap a group of one part, which has no connective of its own.
    for (const bool all : {true, false}) {
      if (!TakeWord(all ? "all" : "any")) continue;
      if (!TakeSign("(")) return Unexpected("'('");
      EVIDENT_ASSIGN_OR_RETURN(ExpressionPtr part, Parenthesised());
      return all ? AllOf({std::move(part)}) : AnyOf({std::move(part)});
    }
    if (TakeWord("known")) {
      EVIDENT_ASSIGN_OR_RETURN(std::string fact, Name(NameUse::kFact));
      return Known(std::move(fact));
    }
    return Atom();
  }

  absl::StatusOr<ExpressionPtr> Parenthesised() {
    EVIDENT_ASSIGN_OR_RETURN(ExpressionPtr inside, Group(NodeKind::kAnyOf));
    if (!TakeSign(")")) return Unexpected("and, or, or ')'");
    return inside;
  }

  absl::StatusOr<std::string> Name(NameUse use) {
    const Token token = Peek();
    if (token.kind != TokenKind::kWord || IsKeyword(token.text)) {
      return Unexpected(use == NameUse::kFact ? "the name of a fact" : "the name of a concept");
    }
    Take();
    if (use == NameUse::kFact) leaf_columns_.push_back(token.column);
    absl::StatusOr<std::string> full = resolve_(token.text, use);
    if (!full.ok()) return SyntaxError(token.column, std::string(full.status().message()));
    return full;
  }

  absl::StatusOr<ExpressionPtr> Atom() {
    EVIDENT_ASSIGN_OR_RETURN(std::string fact, Name(NameUse::kFact));
    if (TakeWord("in")) return RangeOf(std::move(fact));
    if (TakeWord("within")) return WithinOf(std::move(fact));
    if (TakeWord("is_a")) {
      EVIDENT_ASSIGN_OR_RETURN(std::string concept_name, Name(NameUse::kConcept));
      return IsA(std::move(fact), std::move(concept_name));
    }
    if (Peek().kind == TokenKind::kSign) {
      if (const auto op = Lookup(kOperators, Peek().text)) {
        Take();
        EVIDENT_ASSIGN_OR_RETURN(Value value, Literal());
        return Comparison(std::move(fact), *op, std::move(value));
      }
    }
    return Comparison(std::move(fact), Operator::kEqual, true);
  }

  absl::StatusOr<ExpressionPtr> RangeOf(std::string fact) {
    EVIDENT_ASSIGN_OR_RETURN(Value low, Literal());
    const Token sign = Peek();
    if (sign.kind != TokenKind::kSign || sign.text.find("..") == std::string_view::npos) {
      return Unexpected("'..' between the bounds");
    }
    Take();
    EVIDENT_ASSIGN_OR_RETURN(Value high, Literal());
    return Range(std::move(fact), std::move(low), std::move(high), sign.text.front() == '<',
                 sign.text.back() == '<');
  }

  absl::StatusOr<ExpressionPtr> WithinOf(std::string fact) {
    const auto amount = Peek().kind == TokenKind::kWord ? ReadInteger(Peek().text) : std::nullopt;
    if (!amount.has_value() || *amount < 1 || *amount > kWithinAmountMax) {
      return Unexpected("a number from 1 to " + std::to_string(kWithinAmountMax));
    }
    Take();
    const auto unit = Peek().kind == TokenKind::kWord ? Lookup(kUnits, Peek().text) : std::nullopt;
    if (!unit.has_value()) return Unexpected("days, weeks, months or years");
    Take();
    return Within(std::move(fact), static_cast<int32_t>(*amount), *unit);
  }

  absl::StatusOr<Value> Literal() {
    const Token token = Peek();
    if (token.kind == TokenKind::kQuoted) return Value(Coded{std::string(Take().text)});
    if (token.kind != TokenKind::kWord) return Unexpected("a value");
    Take();
    if (Peek().kind == TokenKind::kUnit) {
      const absl::StatusOr<Decimal> decimal = ParseDecimal(token.text);
      if (!decimal.ok()) {
        return SyntaxError(token.column, std::string(decimal.status().message()));
      }
      return Value(Quantity{*decimal, std::string(Take().text)});
    }
    if (std::optional<Value> value = ReadWord(token.text)) return *std::move(value);
    if (IsKeyword(token.text)) {
      return SyntaxError(token.column, "expected a value, found '" + std::string(token.text) + "'");
    }
    return SyntaxError(token.column, "a decimal needs its unit, as in 9.0 [g/dL]");
  }

  const std::vector<Token> tokens_;
  const NameResolver& resolve_;
  std::vector<size_t> leaf_columns_;  // where each leaf's fact is named, in written order
  size_t at_ = 0;
  size_t depth_ = 0;  // of parentheses and negations, bounded on the way down: it is the stack's
};

}  // namespace

absl::StatusOr<ExpressionPtr> Parse(std::string_view text, const NameResolver& resolve) {
  if (text.size() > kCriterionTextBytesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "CRITERION_TOO_LONG",
                     "a criterion has more than " + std::to_string(kCriterionTextBytesMax) +
                         " bytes (kCriterionTextBytesMax)");
  }
  EVIDENT_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(text));
  return Parser(std::move(tokens), resolve).Whole();
}

}  // namespace evident::criteria
