#include "criteria/requirements.h"

#include <utility>

namespace evident::criteria {

std::set<std::string> Grounds(const ExpressionPtr& rule, const Facts& facts,
                              const Context& context) {
  std::set<std::string> grounds;
  for (const LeafResult& result : DecisiveLeaves(rule, facts, context)) {
    grounds.insert(result.leaf->fact);
  }
  return grounds;
}

std::vector<Derivation> Requirements::Of(const FactDefinition& definition,
                                         const ExpressionPtr& rule) {
  const bool value = std::get<bool>(facts_.find(definition.name)->second);
  grounds_ = {definition.name};
  why_ = " when " + InWords(Ruling{definition.name, value, rule});
  found_.clear();
  Require(*rule, false);
  return std::move(found_);
}

void Requirements::Require(const Expression& node, bool holds) {
  if (node.is_leaf()) return RequireLeaf(node, holds);
  if (node.kind == NodeKind::kNot) return Require(*node.parts[0], !holds);
  if ((node.kind == NodeKind::kAllOf) != holds) return RequireOne(node, holds);
  for (const ExpressionPtr& part : node.parts) Require(*part, holds);
}

// One part must come out so; which, is known only where all others are known not to.
void Requirements::RequireOne(const Expression& node, bool holds) {
  const Truth other = holds ? Truth::kFalse : Truth::kTrue;
  const Expression* left = nullptr;
  std::set<std::string> grounds = grounds_;
  for (const ExpressionPtr& part : node.parts) {
    if (Evaluate(part, facts_, context_) == other) {
      grounds.merge(Grounds(part, facts_, context_));
    } else if (left != nullptr) {
      return;
    } else {
      left = part.get();
    }
  }
  if (left == nullptr) return;
  std::swap(grounds_, grounds);
  Require(*left, holds);
  std::swap(grounds_, grounds);
}

void Requirements::RequireLeaf(const Expression& leaf, bool holds) {
  const bool* const value = std::get_if<bool>(&leaf.value);
  const bool is_test = leaf.kind == NodeKind::kComparison && value != nullptr;
  if (!is_test || facts_.find(leaf.fact) != facts_.end()) return;
  const bool must_be = *value == ((leaf.op == Operator::kEqual) == holds);
  found_.push_back({leaf.fact,
                    must_be,
                    (must_be ? "true" : "false") + why_,
                    {grounds_.begin(), grounds_.end()}});
}

}  // namespace evident::criteria
