#include "graph/model/criterion_codec.h"

#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"

namespace evident::graph {
namespace {

using criteria::ExpressionPtr;

absl::Status Malformed(const char* reason, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, why);
}

absl::StatusOr<ExpressionPtr> Decode(const v1::Criterion& criterion, size_t depth);

absl::StatusOr<std::vector<ExpressionPtr>> DecodeList(const v1::CriterionList& list, size_t depth) {
  std::vector<ExpressionPtr> parts;
  for (const v1::Criterion& part : list.criteria()) {
    EVIDENT_ASSIGN_OR_RETURN(ExpressionPtr decoded, Decode(part, depth));
    if (decoded == nullptr) return Malformed("CRITERION_MALFORMED", "a part of a group is empty");
    parts.push_back(std::move(decoded));
  }
  if (parts.empty()) return Malformed("CRITERION_MALFORMED", "a group has no parts");
  return parts;
}

absl::StatusOr<ExpressionPtr> DecodeComparison(const v1::Comparison& comparison) {
  if (comparison.op() < v1::OPERATOR_EQUAL || comparison.op() > v1::OPERATOR_GREATER_OR_EQUAL) {
    return Malformed("CRITERION_MALFORMED", "a comparison has no operator");
  }
  EVIDENT_ASSIGN_OR_RETURN(criteria::Value value, DecodeValue(comparison.value()));
  return criteria::Comparison(
      comparison.fact(), static_cast<criteria::Operator>(comparison.op() - 1), std::move(value));
}

absl::StatusOr<ExpressionPtr> DecodeRange(const v1::Range& range) {
  EVIDENT_ASSIGN_OR_RETURN(criteria::Value low, DecodeValue(range.low()));
  EVIDENT_ASSIGN_OR_RETURN(criteria::Value high, DecodeValue(range.high()));
  return criteria::Range(range.fact(), std::move(low), std::move(high), range.low_exclusive(),
                         range.high_exclusive());
}

absl::StatusOr<ExpressionPtr> DecodeWithin(const v1::Within& within) {
  if (within.unit() < v1::CALENDAR_UNIT_DAY || within.unit() > v1::CALENDAR_UNIT_YEAR ||
      within.amount() < 1) {
    return Malformed("CRITERION_MALFORMED", "a duration has no amount or unit");
  }
  return criteria::Within(within.fact(), within.amount(),
                          static_cast<criteria::CalendarUnit>(within.unit() - 1));
}

absl::StatusOr<ExpressionPtr> DecodeNode(const v1::Criterion& criterion, size_t depth) {
  switch (criterion.node_case()) {
    case v1::Criterion::kAllOf: {
      EVIDENT_ASSIGN_OR_RETURN(auto parts, DecodeList(criterion.all_of(), depth + 1));
      return criteria::AllOf(std::move(parts));
    }
    case v1::Criterion::kAnyOf: {
      EVIDENT_ASSIGN_OR_RETURN(auto parts, DecodeList(criterion.any_of(), depth + 1));
      return criteria::AnyOf(std::move(parts));
    }
    case v1::Criterion::kNegation: {
      EVIDENT_ASSIGN_OR_RETURN(ExpressionPtr part, Decode(criterion.negation(), depth + 1));
      if (part == nullptr) return Malformed("CRITERION_MALFORMED", "a negation is empty");
      return criteria::Not(std::move(part));
    }
    case v1::Criterion::kComparison:
      return DecodeComparison(criterion.comparison());
    case v1::Criterion::kRange:
      return DecodeRange(criterion.range());
    case v1::Criterion::kIsA:
      return criteria::IsA(criterion.is_a().fact(), criterion.is_a().concept_name());
    case v1::Criterion::kWithin:
      return DecodeWithin(criterion.within());
    case v1::Criterion::kKnown:
      return criteria::Known(criterion.known().fact());
    case v1::Criterion::NODE_NOT_SET:
      break;
  }
  return ExpressionPtr();
}

absl::StatusOr<ExpressionPtr> Decode(const v1::Criterion& criterion, size_t depth) {
  if (depth > kCriterionDepthMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "CRITERION_TOO_DEEP",
                     "a criterion is nested more than " + std::to_string(kCriterionDepthMax) +
                         " deep (kCriterionDepthMax)");
  }
  EVIDENT_ASSIGN_OR_RETURN(ExpressionPtr node, DecodeNode(criterion, depth));
  if (node != nullptr && node->is_leaf() && node->fact.empty()) {
    return Malformed("CRITERION_MALFORMED", "a condition names no fact");
  }
  return node;
}

void EncodeList(const std::vector<ExpressionPtr>& parts, v1::CriterionList& list) {
  for (const ExpressionPtr& part : parts) *list.add_criteria() = EncodeCriterion(part);
}

absl::Status SetBound(const v1::Value& from, bool present, std::optional<criteria::Value>& to) {
  if (!present) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(to, DecodeValue(from));
  return absl::OkStatus();
}

absl::Status FillDefinition(const v1::FactDefinition& fact, criteria::FactDefinition& definition) {
  if (fact.type() < v1::FACT_TYPE_BOOLEAN || fact.type() > v1::FACT_TYPE_DATE) {
    return Malformed("FACT_MALFORMED", "the fact has no type");
  }
  definition.type = static_cast<criteria::FactType>(fact.type());
  definition.unit = fact.unit();
  EVIDENT_RETURN_IF_ERROR(SetBound(fact.minimum(), fact.has_minimum(), definition.minimum));
  EVIDENT_RETURN_IF_ERROR(SetBound(fact.maximum(), fact.has_maximum(), definition.maximum));
  for (const v1::AllowedValue& allowed : fact.allowed_values()) {
    definition.allowed_values.push_back({allowed.slug(), allowed.concept_name()});
  }
  EVIDENT_ASSIGN_OR_RETURN(definition.true_when, DecodeCriterion(fact.true_when()));
  EVIDENT_ASSIGN_OR_RETURN(definition.false_when, DecodeCriterion(fact.false_when()));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<criteria::Value> DecodeValue(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kBoolean:
      return criteria::Value(value.boolean());
    case v1::Value::kInteger:
      return criteria::Value(value.integer());
    case v1::Value::kDecimal: {
      const v1::Decimal& decimal = value.decimal().value();
      if (decimal.scale() < 0 || decimal.scale() > kDecimalScaleMax) {
        return Malformed("VALUE_MALFORMED",
                         "a decimal's scale is 0 to " + std::to_string(kDecimalScaleMax));
      }
      return criteria::Value(
          criteria::Quantity{{decimal.unscaled(), decimal.scale()}, value.decimal().unit()});
    }
    case v1::Value::kCoded:
      return criteria::Value(criteria::Coded{value.coded()});
    case v1::Value::kDate: {
      EVIDENT_ASSIGN_OR_RETURN(const Date date, ParseDate(value.date()));
      return criteria::Value(date);
    }
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return Malformed("VALUE_MALFORMED", "a value has no kind");
}

v1::Value EncodeValue(const criteria::Value& value) {
  v1::Value out;
  switch (criteria::TypeOf(value)) {
    case criteria::FactType::kBoolean:
      out.set_boolean(std::get<bool>(value));
      break;
    case criteria::FactType::kInteger:
      out.set_integer(std::get<int64_t>(value));
      break;
    case criteria::FactType::kDecimal: {
      const auto& quantity = std::get<criteria::Quantity>(value);
      out.mutable_decimal()->mutable_value()->set_unscaled(quantity.value.unscaled);
      out.mutable_decimal()->mutable_value()->set_scale(quantity.value.scale);
      out.mutable_decimal()->set_unit(quantity.unit);
      break;
    }
    case criteria::FactType::kCoded:
      out.set_coded(std::get<criteria::Coded>(value).slug);
      break;
    case criteria::FactType::kDate:
      out.set_date(std::get<Date>(value).ToString());
      break;
  }
  return out;
}

absl::StatusOr<ExpressionPtr> DecodeCriterion(const v1::Criterion& criterion) {
  EVIDENT_ASSIGN_OR_RETURN(ExpressionPtr expression, Decode(criterion, 1));
  EVIDENT_RETURN_IF_ERROR(criteria::CheckSize(expression));
  return expression;
}

v1::Criterion EncodeCriterion(const ExpressionPtr& expression) {
  v1::Criterion out;
  if (expression == nullptr) return out;
  const criteria::Expression& node = *expression;
  switch (node.kind) {
    case criteria::NodeKind::kAllOf:
      EncodeList(node.parts, *out.mutable_all_of());
      break;
    case criteria::NodeKind::kAnyOf:
      EncodeList(node.parts, *out.mutable_any_of());
      break;
    case criteria::NodeKind::kNot:
      *out.mutable_negation() = EncodeCriterion(node.parts[0]);
      break;
    case criteria::NodeKind::kComparison:
      out.mutable_comparison()->set_fact(node.fact);
      out.mutable_comparison()->set_op(static_cast<v1::Operator>(static_cast<int>(node.op) + 1));
      *out.mutable_comparison()->mutable_value() = EncodeValue(node.value);
      break;
    case criteria::NodeKind::kRange:
      out.mutable_range()->set_fact(node.fact);
      *out.mutable_range()->mutable_low() = EncodeValue(node.low);
      *out.mutable_range()->mutable_high() = EncodeValue(node.high);
      out.mutable_range()->set_low_exclusive(node.low_exclusive);
      out.mutable_range()->set_high_exclusive(node.high_exclusive);
      break;
    case criteria::NodeKind::kIsA:
      out.mutable_is_a()->set_fact(node.fact);
      out.mutable_is_a()->set_concept_name(node.concept_name);
      break;
    case criteria::NodeKind::kWithin:
      out.mutable_within()->set_fact(node.fact);
      out.mutable_within()->set_amount(node.amount);
      out.mutable_within()->set_unit(
          static_cast<v1::CalendarUnit>(static_cast<int>(node.unit) + 1));
      break;
    case criteria::NodeKind::kKnown:
      out.mutable_known()->set_fact(node.fact);
      break;
  }
  return out;
}

absl::StatusOr<criteria::FactDefinition> DecodeFactDefinition(const v1::NodeRecord& record) {
  criteria::FactDefinition definition;
  definition.name = record.name();
  EVIDENT_RETURN_IF_ERROR(Annotate(FillDefinition(record.fact(), definition), record.name()));
  return definition;
}

absl::StatusOr<criteria::FactSchema> LoadFactSchema(const GraphReader& reader) {
  criteria::FactSchema schema;
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, reader.Nodes(v1::NODE_KIND_FACT));
  for (const NodeId& id : ids) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader.GetNode(id));
    if (node == nullptr) continue;
    EVIDENT_ASSIGN_OR_RETURN(criteria::FactDefinition definition, DecodeFactDefinition(*node));
    EVIDENT_RETURN_IF_ERROR(schema.Add(std::move(definition)));
  }
  return schema;
}

}  // namespace evident::graph
