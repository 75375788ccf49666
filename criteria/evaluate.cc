#include "criteria/evaluate.h"

#include <algorithm>

namespace evident::criteria {
namespace {

Truth Of(bool holds) { return holds ? Truth::kTrue : Truth::kFalse; }

Truth EvaluateComparison(const Expression& leaf, const Value& value) {
  const auto order = CompareValues(value, leaf.value);
  if (!order.has_value()) return Truth::kUnknown;
  switch (leaf.op) {
    case Operator::kEqual:
      return Of(*order == 0);
    case Operator::kNotEqual:
      return Of(*order != 0);
    case Operator::kLess:
      return Of(*order < 0);
    case Operator::kLessOrEqual:
      return Of(*order <= 0);
    case Operator::kGreater:
      return Of(*order > 0);
    case Operator::kGreaterOrEqual:
      return Of(*order >= 0);
  }
  return Truth::kUnknown;
}

Truth EvaluateRange(const Expression& leaf, const Value& value) {
  const auto low = CompareValues(value, leaf.low);
  const auto high = CompareValues(value, leaf.high);
  if (!low.has_value() || !high.has_value()) return Truth::kUnknown;
  const bool above = leaf.low_exclusive ? *low > 0 : *low >= 0;
  const bool below = leaf.high_exclusive ? *high < 0 : *high <= 0;
  return Of(above && below);
}

Truth EvaluateIsA(const Expression& leaf, const Value& value, const Context& context) {
  const FactDefinition* const definition = context.schema.Find(leaf.fact);
  const auto* const coded = std::get_if<Coded>(&value);
  if (definition == nullptr || coded == nullptr || context.is_a == nullptr) return Truth::kUnknown;
  for (const AllowedValue& allowed : definition->allowed_values) {
    if (allowed.slug != coded->slug) continue;
    return Of(!allowed.concept_name.empty() &&
              context.is_a(allowed.concept_name, leaf.concept_name));
  }
  return Truth::kUnknown;
}

Truth EvaluateWithin(const Expression& leaf, const Value& value, const Context& context) {
  const auto* const date = std::get_if<Date>(&value);
  if (date == nullptr) return Truth::kUnknown;
  return Of(*date >= EarliestWithin(leaf, context.as_of) && *date <= context.as_of);
}

// Of a leaf over an absent fact by the values that are left.
Truth EvaluateAmong(const Expression& leaf, const Facts& facts, const Context& context) {
  const auto found = facts.find(leaf.fact);
  if (found != facts.end()) return EvaluateLeaf(leaf, found->second, context);
  const auto left = context.eliminations.find(leaf.fact);
  return left == context.eliminations.end() ? Truth::kUnknown : left->second.Of(leaf, context);
}

Truth EvaluateNode(const Expression& node, const Facts& facts, const Context& context) {
  if (node.is_leaf()) return EvaluateAmong(node, facts, context);
  if (node.kind == NodeKind::kNot) return Negate(EvaluateNode(*node.parts[0], facts, context));
  const bool all = node.kind == NodeKind::kAllOf;
  const Truth settled = all ? Truth::kFalse : Truth::kTrue;
  Truth result = Negate(settled);
  for (const ExpressionPtr& part : node.parts) {
    const Truth truth = EvaluateNode(*part, facts, context);
    if (truth == settled) return settled;
    result = all ? std::min(result, truth) : std::max(result, truth);
  }
  return result;
}

void CollectLeaves(const Expression& node, const Facts& facts, const Context& context,
                   std::vector<LeafResult>& out) {
  if (node.is_leaf()) out.push_back({&node, EvaluateAmong(node, facts, context)});
  for (const ExpressionPtr& part : node.parts) CollectLeaves(*part, facts, context, out);
}

// The leaves that make `node` come out as `truth`, which is true or false.
void CollectReasons(const Expression& node, Truth truth, const Facts& facts, const Context& context,
                    std::vector<LeafResult>& out) {
  if (node.is_leaf()) {
    out.push_back({&node, EvaluateAmong(node, facts, context)});
    return;
  }
  if (node.kind == NodeKind::kNot) {
    CollectReasons(*node.parts[0], Negate(truth), facts, context, out);
    return;
  }
  for (const ExpressionPtr& part : node.parts) {
    if (EvaluateNode(*part, facts, context) == truth) {
      CollectReasons(*part, truth, facts, context, out);
    }
  }
}

}  // namespace

Truth EvaluateLeaf(const Expression& leaf, const Value& value, const Context& context) {
  switch (leaf.kind) {
    case NodeKind::kComparison:
      return EvaluateComparison(leaf, value);
    case NodeKind::kRange:
      return EvaluateRange(leaf, value);
    case NodeKind::kIsA:
      return EvaluateIsA(leaf, value, context);
    case NodeKind::kWithin:
      return EvaluateWithin(leaf, value, context);
    default:
      return Truth::kTrue;  // kKnown
  }
}

Date EarliestWithin(const Expression& leaf, Date as_of) {
  const bool counts_days = leaf.unit == CalendarUnit::kDay || leaf.unit == CalendarUnit::kWeek;
  const bool whole = leaf.unit == CalendarUnit::kDay || leaf.unit == CalendarUnit::kMonth;
  const int64_t amount = int64_t{leaf.amount} * (whole ? 1 : counts_days ? 7 : 12);
  if (counts_days) {
    return Date{static_cast<int32_t>(std::max<int64_t>(as_of.days - amount, kDateMin.days))};
  }
  constexpr int64_t kMonthsMax = 12 * 9999;
  if (amount > kMonthsMax) return kDateMin;
  return std::max(AddMonths(as_of, static_cast<int32_t>(-amount)), kDateMin);
}

Truth Evaluate(const ExpressionPtr& expression, const Facts& facts, const Context& context) {
  return expression == nullptr ? Truth::kTrue : EvaluateNode(*expression, facts, context);
}

std::vector<LeafResult> EvaluateLeaves(const ExpressionPtr& expression, const Facts& facts,
                                       const Context& context) {
  std::vector<LeafResult> leaves;
  if (expression != nullptr) CollectLeaves(*expression, facts, context, leaves);
  return leaves;
}

std::vector<LeafResult> DecisiveLeaves(const ExpressionPtr& expression, const Facts& facts,
                                       const Context& context) {
  std::vector<LeafResult> leaves;
  const Truth truth = Evaluate(expression, facts, context);
  if (expression != nullptr && truth != Truth::kUnknown) {
    CollectReasons(*expression, truth, facts, context, leaves);
  }
  return leaves;
}

std::vector<LeafResult> FailingLeaves(const ExpressionPtr& expression, const Facts& facts,
                                      const Context& context) {
  if (Evaluate(expression, facts, context) != Truth::kFalse) return {};
  return DecisiveLeaves(expression, facts, context);
}

}  // namespace evident::criteria
