#include "criteria/expression.h"

#include <utility>

#include "base/limits.h"
#include "base/status.h"

namespace evident::criteria {
namespace {

ExpressionPtr Group(NodeKind kind, std::vector<ExpressionPtr> parts) {
  auto node = std::make_shared<Expression>();
  node->kind = kind;
  node->parts = std::move(parts);
  return node;
}

std::shared_ptr<Expression> Leaf(NodeKind kind, std::string fact) {
  auto node = std::make_shared<Expression>();
  node->kind = kind;
  node->fact = std::move(fact);
  return node;
}

void Collect(const Expression& node, std::set<std::string>& facts) {
  if (node.is_leaf()) facts.insert(node.fact);
  for (const ExpressionPtr& part : node.parts) Collect(*part, facts);
}

absl::Status Measure(const Expression& node, size_t depth, size_t& nodes) {
  if (depth > kCriterionDepthMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "CRITERION_TOO_DEEP",
                     "a criterion is nested more than " + std::to_string(kCriterionDepthMax) +
                         " deep (kCriterionDepthMax)");
  }
  if (++nodes > kCriterionNodesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "CRITERION_TOO_LARGE",
                     "a criterion has more than " + std::to_string(kCriterionNodesMax) +
                         " nodes (kCriterionNodesMax)");
  }
  for (const ExpressionPtr& part : node.parts) {
    EVIDENT_RETURN_IF_ERROR(Measure(*part, depth + 1, nodes));
  }
  return absl::OkStatus();
}

}  // namespace

ExpressionPtr AllOf(std::vector<ExpressionPtr> parts) {
  return Group(NodeKind::kAllOf, std::move(parts));
}

ExpressionPtr AnyOf(std::vector<ExpressionPtr> parts) {
  return Group(NodeKind::kAnyOf, std::move(parts));
}

ExpressionPtr Not(ExpressionPtr part) { return Group(NodeKind::kNot, {std::move(part)}); }

ExpressionPtr Comparison(std::string fact, Operator op, Value value) {
  auto node = Leaf(NodeKind::kComparison, std::move(fact));
  node->op = op;
  node->value = std::move(value);
  return node;
}

ExpressionPtr Range(std::string fact, Value low, Value high, bool low_exclusive,
                    bool high_exclusive) {
  auto node = Leaf(NodeKind::kRange, std::move(fact));
  node->low = std::move(low);
  node->high = std::move(high);
  node->low_exclusive = low_exclusive;
  node->high_exclusive = high_exclusive;
  return node;
}

ExpressionPtr IsA(std::string fact, std::string concept_name) {
  auto node = Leaf(NodeKind::kIsA, std::move(fact));
  node->concept_name = std::move(concept_name);
  return node;
}

ExpressionPtr Within(std::string fact, int32_t amount, CalendarUnit unit) {
  auto node = Leaf(NodeKind::kWithin, std::move(fact));
  node->amount = amount;
  node->unit = unit;
  return node;
}

ExpressionPtr Known(std::string fact) { return Leaf(NodeKind::kKnown, std::move(fact)); }

bool Equal(const ExpressionPtr& a, const ExpressionPtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  if (a->kind != b->kind || a->fact != b->fact || a->parts.size() != b->parts.size()) return false;
  for (size_t i = 0; i < a->parts.size(); ++i) {
    if (!Equal(a->parts[i], b->parts[i])) return false;
  }
  return a->op == b->op && a->value == b->value && a->low == b->low && a->high == b->high &&
         a->low_exclusive == b->low_exclusive && a->high_exclusive == b->high_exclusive &&
         a->concept_name == b->concept_name && a->amount == b->amount && a->unit == b->unit;
}

std::set<std::string> FactsOf(const ExpressionPtr& expression) {
  std::set<std::string> facts;
  if (expression != nullptr) Collect(*expression, facts);
  return facts;
}

absl::Status CheckSize(const ExpressionPtr& expression) {
  size_t nodes = 0;
  return expression == nullptr ? absl::OkStatus() : Measure(*expression, 1, nodes);
}

}  // namespace evident::criteria
