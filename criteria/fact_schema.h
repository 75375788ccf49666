// Definitions of facts: types, units, ranges, allowed values, derivation rules.
#ifndef EVIDENT_CRITERIA_FACT_SCHEMA_H_
#define EVIDENT_CRITERIA_FACT_SCHEMA_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "criteria/expression.h"
#include "criteria/value.h"

namespace evident::criteria {

struct AllowedValue {
  std::string slug;
  std::string concept_name;  // full name of the concept it stands for; empty when none
};

struct FactDefinition {
  std::string name;  // full
  FactType type = FactType::kBoolean;
  std::string unit;                          // of a decimal
  std::optional<Value> minimum;              // inclusive
  std::optional<Value> maximum;              // inclusive
  std::vector<AllowedValue> allowed_values;  // of a coded fact; empty: any slug
  ExpressionPtr true_when;                   // derivation rules of a boolean fact; null: none
  ExpressionPtr false_when;
};

// All definitions, by full name. Immutable once filled; then thread safe.
class FactSchema {
 public:
  // ALREADY_EXISTS (FACT_DEFINED_TWICE).
  absl::Status Add(FactDefinition definition);

  // Null when there is no such fact.
  const FactDefinition* Find(std::string_view name) const;

  const std::map<std::string, FactDefinition, std::less<>>& all() const { return definitions_; }
  std::vector<std::string> Names() const;

 private:
  std::map<std::string, FactDefinition, std::less<>> definitions_;
};

// INVALID_ARGUMENT unless the fact can have the value: FACT_TYPE, FACT_UNIT (naming the expected
// one), FACT_RANGE, FACT_VALUE_UNKNOWN (with the nearest allowed ones).
absl::Status CheckValue(const FactDefinition& definition, const Value& value);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_FACT_SCHEMA_H_
