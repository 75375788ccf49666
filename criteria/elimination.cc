#include "criteria/elimination.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "criteria/evaluate.h"
#include "criteria/print.h"
#include "criteria/representatives.h"

namespace evident::criteria {

std::string InWords(const Ruling& ruling) {
  return Print(Comparison(ruling.fact, Operator::kEqual, ruling.value), Names::kBare) +
         ", as it is " + (ruling.value ? "false" : "true") + " when " +
         Print(ruling.rule, Names::kBare);
}

Elimination::Elimination(std::string fact, std::vector<Ruling> rulings,
                         std::shared_ptr<Facts> known)
    : fact_(std::move(fact)), rulings_(std::move(rulings)), known_(std::move(known)) {}

const Ruling* Elimination::Against(const Value& value, const Context& context) const {
  const auto [place, fresh] = against_.emplace(ToString(value), rulings_.size());
  if (fresh) {
    // Without eliminations: a rule's other absent facts stay unknown.
    const Context plain{context.schema, context.as_of, context.is_a};
    known_->insert_or_assign(fact_, value);
    const auto excludes = [&](const Ruling& ruling) {
      return Evaluate(ruling.rule, *known_, plain) == Truth::kTrue;
    };
    place->second = static_cast<size_t>(std::find_if(rulings_.begin(), rulings_.end(), excludes) -
                                        rulings_.begin());
    known_->erase(fact_);
  }
  return place->second == rulings_.size() ? nullptr : &rulings_[place->second];
}

std::vector<Value> Elimination::Representatives(const Expression* leaf,
                                                const Context& context) const {
  std::vector<ExpressionPtr> told_apart;
  for (const Ruling& ruling : rulings_) told_apart.push_back(ruling.rule);
  if (leaf != nullptr) told_apart.push_back(std::make_shared<Expression>(*leaf));
  return RepresentativeValues(AllOf(std::move(told_apart)), fact_, context);
}

bool Elimination::LeavesNone(const Context& context) const {
  const std::vector<Value> values = Representatives(nullptr, context);
  return !values.empty() && std::all_of(values.begin(), values.end(), [&](const Value& value) {
    return Against(value, context) != nullptr;
  });
}

Truth Elimination::Of(const Expression& leaf, const Context& context) const {
  if (leaf.kind == NodeKind::kKnown) return Truth::kUnknown;
  const auto [place, fresh] = of_.emplace(Print(leaf, Names::kFull), Truth::kUnknown);
  if (fresh) place->second = Find(leaf, context);
  return place->second;
}

Truth Elimination::Find(const Expression& leaf, const Context& context) const {
  std::optional<Truth> all;
  for (const Value& value : Representatives(&leaf, context)) {
    if (Against(value, context) != nullptr) continue;
    const Truth truth = EvaluateLeaf(leaf, value, context);
    if (all.value_or(truth) != truth) return Truth::kUnknown;
    all = truth;
  }
  return all.value_or(Truth::kUnknown);
}

std::vector<const Ruling*> Elimination::Reasons(const Expression& leaf,
                                                const Context& context) const {
  std::vector<const Ruling*> reasons;
  const Truth truth = Of(leaf, context);
  if (truth == Truth::kUnknown) return reasons;
  for (const Value& value : Representatives(&leaf, context)) {
    if (EvaluateLeaf(leaf, value, context) == truth) continue;
    const Ruling* const ruling = Against(value, context);
    if (ruling != nullptr) reasons.push_back(ruling);
  }
  std::sort(reasons.begin(), reasons.end());  // they stand in one vector
  reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
  return reasons;
}

}  // namespace evident::criteria
