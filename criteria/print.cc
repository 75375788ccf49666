#include "criteria/print.h"

#include <variant>

#include "criteria/lexer.h"
#include "criteria/literal.h"

namespace evident::criteria {
namespace {

// How tightly a form binds: a part is put in parentheses when it binds no tighter than its whole.
enum Binding { kOr = 1, kAnd = 2, kUnary = 3, kAtom = 4 };

const char* Sign(Operator op) {
  switch (op) {
    case Operator::kEqual:
      return " = ";
    case Operator::kNotEqual:
      return " != ";
    case Operator::kLess:
      return " < ";
    case Operator::kLessOrEqual:
      return " <= ";
    case Operator::kGreater:
      return " > ";
    case Operator::kGreaterOrEqual:
      return " >= ";
  }
  return " = ";
}

const char* UnitWord(CalendarUnit unit) {
  switch (unit) {
    case CalendarUnit::kDay:
      return " day";
    case CalendarUnit::kWeek:
      return " week";
    case CalendarUnit::kMonth:
      return " month";
    case CalendarUnit::kYear:
      return " year";
  }
  return " day";
}

Operator Opposite(Operator op) {
  switch (op) {
    case Operator::kEqual:
      return Operator::kNotEqual;
    case Operator::kNotEqual:
      return Operator::kEqual;
    case Operator::kLess:
      return Operator::kGreaterOrEqual;
    case Operator::kLessOrEqual:
      return Operator::kGreater;
    case Operator::kGreater:
      return Operator::kLessOrEqual;
    case Operator::kGreaterOrEqual:
      return Operator::kLess;
  }
  return op;
}

std::string PrintLeaf(const Expression& leaf, Names names) {
  const std::string fact = PrintName(leaf.fact, names);
  switch (leaf.kind) {
    case NodeKind::kComparison:
      if (leaf.op == Operator::kEqual && leaf.value == Value(true)) return fact;
      return fact + Sign(leaf.op) + WriteValue(leaf.value);
    case NodeKind::kRange:
      return fact + " in " + WriteValue(leaf.low) + (leaf.low_exclusive ? "<.." : "..") +
             (leaf.high_exclusive ? "<" : "") + WriteValue(leaf.high);
    case NodeKind::kIsA:
      return fact + " is_a " + PrintName(leaf.concept_name, names);
    case NodeKind::kWithin:
      return fact + " within " + std::to_string(leaf.amount) + UnitWord(leaf.unit) +
             (leaf.amount == 1 ? "" : "s");
    default:
      return "known " + fact;
  }
}

std::string PrintNode(const Expression& node, Names names, int outside) {
  if (node.is_leaf()) return PrintLeaf(node, names);
  if (node.kind == NodeKind::kNot) return "not " + PrintNode(*node.parts[0], names, kUnary - 1);
  const bool all = node.kind == NodeKind::kAllOf;
  const int binding = all ? kAnd : kOr;
  // A group of one part has no connective to show that it is a group: it is written as a call.
  const bool call = node.parts.size() == 1;
  std::string out;
  for (const ExpressionPtr& part : node.parts) {
    if (!out.empty()) out += all ? " and " : " or ";
    out += PrintNode(*part, names, call ? 0 : binding);
  }
  if (call) return std::string(all ? "all(" : "any(") + out + ")";
  return binding <= outside ? "(" + out + ")" : out;
}

}  // namespace

std::string PrintName(std::string_view full_name, Names names) {
  const size_t slash = full_name.find('/');
  const std::string_view slug =
      slash == std::string_view::npos ? full_name : full_name.substr(slash + 1);
  const bool stands_alone =
      !slug.empty() && !IsKeyword(slug) && slug.find('/') == std::string_view::npos;
  return std::string(names == Names::kBare && stands_alone ? slug : full_name);
}

std::string PrintCondition(const Expression& leaf, bool holds, Names names) {
  if (holds) return PrintLeaf(leaf, names);
  if (leaf.kind != NodeKind::kComparison) return "not " + PrintLeaf(leaf, names);
  Expression opposite = leaf;
  if (const auto* const boolean = std::get_if<bool>(&leaf.value)) {
    opposite.value = !*boolean;
  } else {
    opposite.op = Opposite(leaf.op);
  }
  return PrintLeaf(opposite, names);
}

std::string Print(const Expression& node, Names names) { return PrintNode(node, names, 0); }

std::string Print(const ExpressionPtr& expression, Names names) {
  return expression == nullptr ? "" : Print(*expression, names);
}

}  // namespace evident::criteria
