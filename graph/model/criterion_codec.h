// Criteria, values and fact definitions between their messages and the criteria room's types.
#ifndef EVIDENT_GRAPH_MODEL_CRITERION_CODEC_H_
#define EVIDENT_GRAPH_MODEL_CRITERION_CODEC_H_

#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "criteria/expression.h"
#include "criteria/fact_schema.h"
#include "criteria/value.h"
#include "evident/v1/criterion.pb.h"
#include "evident/v1/knowledge.pb.h"
#include "evident/v1/value.pb.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// INVALID_ARGUMENT (VALUE_MALFORMED): no kind set, a date or decimal that is none.
absl::StatusOr<criteria::Value> DecodeValue(const v1::Value& value);
v1::Value EncodeValue(const criteria::Value& value);

// Null for a criterion without a node: it always holds. INVALID_ARGUMENT (CRITERION_MALFORMED,
// VALUE_MALFORMED): an empty group, an unspecified operator or unit, a leaf without a fact.
// RESOURCE_EXHAUSTED past the caps of criteria.
absl::StatusOr<criteria::ExpressionPtr> DecodeCriterion(const v1::Criterion& criterion);
v1::Criterion EncodeCriterion(const criteria::ExpressionPtr& expression);  // empty for null

// The definition with its rules. DecodeCriterion's and DecodeValue's errors, annotated with the
// fact's name.
absl::StatusOr<criteria::FactDefinition> DecodeFactDefinition(const v1::NodeRecord& record);

// All fact definitions of a release.
absl::StatusOr<criteria::FactSchema> LoadFactSchema(const GraphReader& reader);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_CRITERION_CODEC_H_
