#include "criteria/fact_schema.h"

#include <utility>

#include "base/status.h"
#include "base/suggest.h"

namespace evident::criteria {
namespace {

absl::Status Refuse(const char* reason, const FactDefinition& definition, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, definition.name + ": " + why);
}

absl::Status CheckRange(const FactDefinition& definition, const Value& value) {
  const bool below = definition.minimum.has_value() &&
                     CompareValues(value, *definition.minimum) == std::strong_ordering::less;
  const bool above = definition.maximum.has_value() &&
                     CompareValues(value, *definition.maximum) == std::strong_ordering::greater;
  if (!below && !above) return absl::OkStatus();
  return Refuse("FACT_RANGE", definition,
                ToString(value) + " is out of range; it must be at " +
                    (below ? "least " + ToString(*definition.minimum)
                           : "most " + ToString(*definition.maximum)));
}

absl::Status CheckAllowed(const FactDefinition& definition, const std::string& slug) {
  std::vector<std::string> known;
  for (const AllowedValue& allowed : definition.allowed_values) {
    if (allowed.slug == slug) return absl::OkStatus();
    known.push_back(allowed.slug);
  }
  if (known.empty()) return absl::OkStatus();
  std::string all;
  for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
  return Refuse("FACT_VALUE_UNKNOWN", definition,
                "'" + slug + "' is not one of its values (" + all + ")" + NearestHint(slug, known));
}

}  // namespace

absl::Status FactSchema::Add(FactDefinition definition) {
  std::string name = definition.name;
  if (!definitions_.emplace(name, std::move(definition)).second) {
    return MakeError(absl::StatusCode::kAlreadyExists, "FACT_DEFINED_TWICE",
                     "the fact " + name + " is defined twice");
  }
  return absl::OkStatus();
}

const FactDefinition* FactSchema::Find(std::string_view name) const {
  const auto found = definitions_.find(name);
  return found == definitions_.end() ? nullptr : &found->second;
}

std::vector<std::string> FactSchema::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, definition] : definitions_) names.push_back(name);
  return names;
}

absl::Status CheckValue(const FactDefinition& definition, const Value& value) {
  if (TypeOf(value) != definition.type) {
    return Refuse("FACT_TYPE", definition,
                  std::string("expected ") + TypeName(definition.type) + ", got " +
                      TypeName(TypeOf(value)) + " " + ToString(value));
  }
  if (definition.type == FactType::kDecimal) {
    const std::string& unit = std::get<Quantity>(value).unit;
    if (unit != definition.unit) {
      return Refuse("FACT_UNIT", definition,
                    "expected the unit [" + definition.unit + "], got [" + unit + "]");
    }
  }
  if (definition.type == FactType::kCoded) {
    return CheckAllowed(definition, std::get<Coded>(value).slug);
  }
  return CheckRange(definition, value);
}

}  // namespace evident::criteria
