#include "criteria/check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/suggest.h"
#include "criteria/lexer.h"
#include "criteria/print.h"

namespace evident::criteria {
namespace {

std::vector<const Value*> ValuesOf(const Expression& leaf) {
  if (leaf.kind == NodeKind::kComparison) return {&leaf.value};
  if (leaf.kind == NodeKind::kRange) return {&leaf.low, &leaf.high};
  return {};
}

// Nullopt when the one-line form can write the value.
std::optional<std::string> WhyUnwritable(const Value& value) {
  if (const auto* const coded = std::get_if<Coded>(&value)) {
    if (IsWord(coded->slug)) return std::nullopt;
    return "the value '" + coded->slug + "' cannot be written in a criterion";
  }
  if (const auto* const quantity = std::get_if<Quantity>(&value)) {
    if (quantity->value.scale < 0 || quantity->value.scale > kDecimalScaleMax) {
      return "a decimal has 0 to " + std::to_string(kDecimalScaleMax) + " places";
    }
    if (IsUnit(quantity->unit)) return std::nullopt;
    return "the unit [" + quantity->unit + "] cannot be written in a criterion";
  }
  if (const auto* const date = std::get_if<Date>(&value)) {
    if (*date < kDateMin || *date > kDateMax) return "a date lies in the years 0001 to 9999";
  }
  return std::nullopt;
}

class Checker {
 public:
  Checker(const FactSchema& schema, const std::function<bool(std::string_view)>& has_concept)
      : schema_(schema), has_concept_(has_concept) {}

  void Visit(const Expression& node) {
    for (const ExpressionPtr& part : node.parts) Visit(*part);
    if (!node.is_leaf()) {
      if (node.parts.empty()) Add(node, "a group needs at least one part");
      return;
    }
    if (!CheckWritable(node)) return;
    const FactDefinition* const definition = schema_.Find(node.fact);
    if (definition == nullptr) {
      Add(node, "there is no fact " + node.fact + NearestHint(node.fact, schema_.Names()));
      return;
    }
    VisitLeaf(node, *definition);
  }

  std::vector<Violation> Take() { return std::move(found_); }

 private:
  void Add(const Expression& node, std::string why) {
    found_.push_back({Print(node, Names::kBare), std::move(why)});
  }

  void CheckOne(const Expression& node, const FactDefinition& definition, const Value& value) {
    const absl::Status status = CheckValue(definition, value);
    if (!status.ok()) Add(node, std::string(status.message()));
  }

  void RequireType(const Expression& node, const FactDefinition& definition, bool fits,
                   const char* wanted) {
    if (fits) return;
    Add(node, definition.name + " is " + TypeName(definition.type) + "; expected " + wanted);
  }

  void VisitLeaf(const Expression& node, const FactDefinition& definition) {
    const FactType type = definition.type;
    const bool ordered = type == FactType::kInteger || type == FactType::kDecimal;
    switch (node.kind) {
      case NodeKind::kComparison:
        if (node.op != Operator::kEqual && node.op != Operator::kNotEqual) {
          RequireType(node, definition, ordered || type == FactType::kDate,
                      "integer, decimal or date, which have an order");
        }
        CheckOne(node, definition, node.value);
        break;
      case NodeKind::kRange:
        RequireType(node, definition, ordered, "integer or decimal");
        CheckOne(node, definition, node.low);
        CheckOne(node, definition, node.high);
        CheckBounds(node);
        break;
      case NodeKind::kIsA:
        RequireType(node, definition, type == FactType::kCoded, "coded");
        CheckConcept(node, definition);
        break;
      case NodeKind::kWithin:
        RequireType(node, definition, type == FactType::kDate, "date");
        if (node.amount < 1 || node.amount > kWithinAmountMax) {
          Add(node, "the duration must be from 1 to " + std::to_string(kWithinAmountMax));
        }
        break;
      default:
        break;
    }
  }

  bool CheckName(const Expression& node, const std::string& name) {
    if (IsWord(name) && !IsKeyword(name)) return true;
    Add(node, "the name '" + name + "' cannot be written in a criterion");
    return false;
  }

  // Trees that were not parsed may hold what the one-line form has no way to write.
  bool CheckWritable(const Expression& node) {
    bool writable = CheckName(node, node.fact);
    if (node.kind == NodeKind::kIsA) writable = CheckName(node, node.concept_name) && writable;
    for (const Value* const value : ValuesOf(node)) {
      const std::optional<std::string> why = WhyUnwritable(*value);
      if (!why.has_value()) continue;
      // The condition is named by its fact: the value may be too long to be shown.
      found_.push_back({PrintName(node.fact, Names::kBare), *why});
      writable = false;
    }
    return writable;
  }

  void CheckConcept(const Expression& node, const FactDefinition& definition) {
    if (!has_concept_(node.concept_name)) Add(node, "there is no concept " + node.concept_name);
    const auto& values = definition.allowed_values;
    const bool stands = std::any_of(values.begin(), values.end(), [](const AllowedValue& value) {
      return !value.concept_name.empty();
    });
    if (definition.type == FactType::kCoded && !stands) {
      Add(node, "no value of " + definition.name + " stands for a concept");
    }
  }

  void CheckBounds(const Expression& node) {
    const auto order = CompareValues(node.low, node.high);
    if (!order.has_value()) return;
    const bool empty = *order > 0 || (*order == 0 && (node.low_exclusive || node.high_exclusive));
    if (empty) Add(node, "no value lies between the bounds");
  }

  const FactSchema& schema_;
  const std::function<bool(std::string_view)>& has_concept_;
  std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> Check(const ExpressionPtr& expression, const FactSchema& schema,
                             const std::function<bool(std::string_view)>& has_concept) {
  if (expression == nullptr) return {};
  if (const absl::Status size = CheckSize(expression); !size.ok()) {
    return {{"", std::string(size.message())}};
  }
  Checker checker(schema, has_concept);
  checker.Visit(*expression);
  std::vector<Violation> found = checker.Take();
  if (!found.empty()) return found;
  const size_t bytes = Print(expression, Names::kFull).size();
  if (bytes <= kCriterionTextBytesMax) return {};
  return {{"", "with full names it has " + std::to_string(bytes) + " bytes, more than " +
                   std::to_string(kCriterionTextBytesMax) + " (kCriterionTextBytesMax)"}};
}

}  // namespace evident::criteria
