#include "criteria/representatives.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/limits.h"

namespace evident::criteria {
namespace {

void AddAround(const Value& threshold, std::vector<Value>& out) {
  out.push_back(threshold);
  if (const auto* const integer = std::get_if<int64_t>(&threshold)) {
    if (*integer > std::numeric_limits<int64_t>::min()) out.emplace_back(*integer - 1);
    if (*integer < std::numeric_limits<int64_t>::max()) out.emplace_back(*integer + 1);
  } else if (const auto* const date = std::get_if<Date>(&threshold)) {
    if (*date > kDateMin) out.emplace_back(Date{date->days - 1});
    if (*date < kDateMax) out.emplace_back(Date{date->days + 1});
  } else if (const auto* const quantity = std::get_if<Quantity>(&threshold)) {
    // One step of the next decimal place lies between any two thresholds of this or a coarser
    // scale.
    Decimal finer = quantity->value;
    constexpr int64_t kScalable = std::numeric_limits<int64_t>::max() / 10 - 1;
    if (finer.scale < kDecimalScaleMax && finer.unscaled < kScalable &&
        finer.unscaled > -kScalable) {
      finer.unscaled *= 10;
      ++finer.scale;
    }
    if (finer.unscaled > std::numeric_limits<int64_t>::min()) {
      out.emplace_back(Quantity{Decimal{finer.unscaled - 1, finer.scale}, quantity->unit});
    }
    if (finer.unscaled < std::numeric_limits<int64_t>::max()) {
      out.emplace_back(Quantity{Decimal{finer.unscaled + 1, finer.scale}, quantity->unit});
    }
  }
}

void CollectThresholds(const Expression& node, const std::string& fact, const Context& context,
                       std::vector<Value>& out) {
  for (const ExpressionPtr& part : node.parts) CollectThresholds(*part, fact, context, out);
  if (!node.is_leaf() || node.fact != fact) return;
  if (node.kind == NodeKind::kComparison) {
    AddAround(node.value, out);
  } else if (node.kind == NodeKind::kRange) {
    AddAround(node.low, out);
    AddAround(node.high, out);
  } else if (node.kind == NodeKind::kWithin) {
    AddAround(EarliestWithin(node, context.as_of), out);
    AddAround(context.as_of, out);
  }
}

void AddDomain(const FactDefinition& definition, std::vector<Value>& out) {
  if (definition.type == FactType::kBoolean) {
    out.emplace_back(false);
    out.emplace_back(true);
  }
  for (const AllowedValue& allowed : definition.allowed_values) {
    out.emplace_back(Coded{allowed.slug});
  }
  if (definition.type == FactType::kCoded && definition.allowed_values.empty()) {
    Coded other{"other"};
    while (std::find(out.begin(), out.end(), Value(other)) != out.end()) other.slug += "-1";
    out.emplace_back(std::move(other));
  }
  for (const auto& bound : {definition.minimum, definition.maximum}) {
    if (bound.has_value()) out.push_back(*bound);
  }
  if (out.empty()) {
    // Nothing is asked of the value itself: any one will do.
    if (definition.type == FactType::kInteger) out.emplace_back(int64_t{0});
    if (definition.type == FactType::kDecimal) out.emplace_back(Quantity{{}, definition.unit});
    if (definition.type == FactType::kDate) out.emplace_back(Date{});
  }
}

}  // namespace

std::vector<Value> RepresentativeValues(const ExpressionPtr& expression, const std::string& fact,
                                        const Context& context) {
  std::vector<Value> values;
  const FactDefinition* const definition = context.schema.Find(fact);
  if (expression == nullptr || definition == nullptr) return values;
  CollectThresholds(*expression, fact, context, values);
  AddDomain(*definition, values);
  std::erase_if(values, [&](const Value& value) { return !CheckValue(*definition, value).ok(); });
  std::sort(values.begin(), values.end(),
            [](const Value& a, const Value& b) { return CompareValues(a, b).value() < 0; });
  values.erase(
      std::unique(values.begin(), values.end(),
                  [](const Value& a, const Value& b) { return CompareValues(a, b).value() == 0; }),
      values.end());
  return values;
}

}  // namespace evident::criteria
