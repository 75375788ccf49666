#include "criteria/print.h"

namespace evident::criteria {
namespace {

// How tightly a form binds: a part is put in parentheses when it binds no tighter than its whole.
enum Binding { kOr = 1, kAnd = 2, kUnary = 3, kAtom = 4 };

std::string Name(const std::string& full, Names names) {
  const size_t slash = full.find('/');
  return names == Names::kFull || slash == std::string::npos ? full : full.substr(slash + 1);
}

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
      return " days";
    case CalendarUnit::kWeek:
      return " weeks";
    case CalendarUnit::kMonth:
      return " months";
    case CalendarUnit::kYear:
      return " years";
  }
  return " days";
}

std::string PrintLeaf(const Expression& leaf, Names names) {
  const std::string fact = Name(leaf.fact, names);
  switch (leaf.kind) {
    case NodeKind::kComparison:
      if (leaf.op == Operator::kEqual && leaf.value == Value(true)) return fact;
      return fact + Sign(leaf.op) + ToString(leaf.value);
    case NodeKind::kRange:
      return fact + " in " + ToString(leaf.low) + (leaf.low_exclusive ? "<.." : "..") +
             (leaf.high_exclusive ? "<" : "") + ToString(leaf.high);
    case NodeKind::kIsA:
      return fact + " is_a " + Name(leaf.concept_name, names);
    case NodeKind::kWithin:
      return fact + " within " + std::to_string(leaf.amount) + UnitWord(leaf.unit);
    default:
      return "known " + fact;
  }
}

std::string PrintNode(const Expression& node, Names names, int outside) {
  if (node.is_leaf()) return PrintLeaf(node, names);
  if (node.kind == NodeKind::kNot) return "not " + PrintNode(*node.parts[0], names, kUnary - 1);
  const bool all = node.kind == NodeKind::kAllOf;
  const int binding = all ? kAnd : kOr;
  std::string out;
  for (const ExpressionPtr& part : node.parts) {
    if (!out.empty()) out += all ? " and " : " or ";
    out += PrintNode(*part, names, binding);
  }
  // A group of one part has no connective to show that it is a group.
  if (node.parts.size() == 1) return std::string(all ? "all(" : "any(") + out + ")";
  return binding <= outside ? "(" + out + ")" : out;
}

}  // namespace

std::string Print(const Expression& node, Names names) { return PrintNode(node, names, 0); }

std::string Print(const ExpressionPtr& expression, Names names) {
  return expression == nullptr ? "" : Print(*expression, names);
}

}  // namespace evident::criteria
