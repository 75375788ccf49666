// Evaluation in Kleene's three-valued logic: an absent fact is unknown, not false, and more facts
// never turn what was decided.
#ifndef EVIDENT_CRITERIA_EVALUATE_H_
#define EVIDENT_CRITERIA_EVALUATE_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "criteria/elimination.h"
#include "criteria/expression.h"
#include "criteria/fact_schema.h"
#include "criteria/truth.h"

namespace evident::criteria {

// What evaluation needs besides the facts. References outlive the context.
struct Context {
  const FactSchema& schema;
  Date as_of;  // the day of evaluation, for kWithin
  // Whether the concept named first is the second or one below it. Names are full. Without it
  // every kIsA is unknown.
  std::function<bool(std::string_view concept_name, std::string_view ancestor)> is_a;
  // What the known facts exclude for absent ones (DerivationPlan::Eliminate), and how leaves over
  // these come out by that: made for one set of facts and used with no other.
  Eliminations eliminations = {};
};

// The absent criterion is true. Values are taken as checked: one of another type or unit is
// unknown.
Truth Evaluate(const ExpressionPtr& expression, const Facts& facts, const Context& context);

// How a leaf comes out for a value of its fact.
Truth EvaluateLeaf(const Expression& leaf, const Value& value, const Context& context);

// A leaf of the tree and how it came out. Points into the tree.
struct LeafResult {
  const Expression* leaf = nullptr;
  Truth truth = Truth::kUnknown;
};

// Every leaf in written order.
std::vector<LeafResult> EvaluateLeaves(const ExpressionPtr& expression, const Facts& facts,
                                       const Context& context);

// The leaves that make a decided criterion come out as it does, in written order: of a false all_of
// its false parts', of a true one every part's; of any_of the other way round. Empty while it is
// unknown.
std::vector<LeafResult> DecisiveLeaves(const ExpressionPtr& expression, const Facts& facts,
                                       const Context& context);

// DecisiveLeaves of a false criterion; empty unless it is false.
std::vector<LeafResult> FailingLeaves(const ExpressionPtr& expression, const Facts& facts,
                                      const Context& context);

// The earliest date for which a kWithin leaf holds on `as_of`, not before kDateMin.
Date EarliestWithin(const Expression& leaf, Date as_of);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_EVALUATE_H_
