#include "graph/model/criterion_codec.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

v1::Value IntegerValue(int64_t number) {
  v1::Value value;
  value.set_integer(number);
  return value;
}

v1::Criterion Known(const std::string& fact) {
  v1::Criterion criterion;
  criterion.mutable_known()->set_fact(fact);
  return criterion;
}

std::vector<criteria::Value> ValuesOfAllTypes() {
  return {criteria::Value(false),
          criteria::Value(true),
          criteria::Value(int64_t{-1}),
          criteria::Value(std::numeric_limits<int64_t>::min()),
          criteria::Value(criteria::Quantity{{-170, 1}, "mg/kg"}),
          criteria::Value(criteria::Quantity{{0, kDecimalScaleMax}, "1"}),
          criteria::Value(criteria::Coded{"slug"}),
          criteria::Value(*ParseDate("2024-02-29"))};
}

TEST(CriterionCodecTest, ValuesOfEveryTypeComeBack) {
  for (const criteria::Value& value : ValuesOfAllTypes()) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const criteria::Value again, DecodeValue(EncodeValue(value)));
    EXPECT_EQ(again, value) << criteria::ToString(value);
  }
}

TEST(CriterionCodecTest, ValuesThatAreNoneAreRefused) {
  v1::Value value;
  EXPECT_THAT(DecodeValue(value), HasReason("VALUE_MALFORMED"));
  value.mutable_decimal()->mutable_value()->set_scale(kDecimalScaleMax + 1);
  EXPECT_THAT(DecodeValue(value), HasReason("VALUE_MALFORMED"));
  value.mutable_decimal()->mutable_value()->set_scale(-1);
  EXPECT_THAT(DecodeValue(value), HasReason("VALUE_MALFORMED"));
  value.set_date("2026-02-30");
  EXPECT_EQ(DecodeValue(value).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(CriterionCodecTest, EveryKindOfNodeComesBack) {
  using namespace criteria;  // NOLINT: the factories of every node
  std::vector<ExpressionPtr> leaves = {
      IsA("p/f", "p/c"), criteria::Known("p/f"),
      criteria::Range("p/f", Value(int64_t{1}), Value(int64_t{2}), true, false),
      criteria::Range("p/f", Value(int64_t{1}), Value(int64_t{2}), false, true)};
  for (const auto unit :
       {CalendarUnit::kDay, CalendarUnit::kWeek, CalendarUnit::kMonth, CalendarUnit::kYear}) {
    leaves.push_back(Within("p/f", 3, unit));
  }
  for (int op = 0; op <= static_cast<int>(Operator::kGreaterOrEqual); ++op) {
    for (const Value& value : ValuesOfAllTypes()) {
      leaves.push_back(Comparison("p/f", static_cast<Operator>(op), value));
    }
  }
  leaves.push_back(Not(leaves[0]));
  leaves.push_back(AnyOf({leaves[0], AllOf({leaves[1]})}));
  for (const ExpressionPtr& leaf : leaves) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const ExpressionPtr again, DecodeCriterion(EncodeCriterion(leaf)));
    EXPECT_TRUE(Equal(again, leaf));
  }
  EXPECT_EQ(EncodeCriterion(nullptr).ByteSizeLong(), 0u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ExpressionPtr none, DecodeCriterion(v1::Criterion()));
  EXPECT_EQ(none, nullptr);
}

TEST(CriterionCodecTest, MalformedNodesAreRefused) {
  std::vector<v1::Criterion> malformed(13);
  malformed[0].mutable_all_of();
  malformed[1].mutable_any_of();
  malformed[2].mutable_all_of()->add_criteria();
  malformed[3].mutable_negation();
  malformed[4].mutable_comparison()->set_fact("p/f");
  *malformed[4].mutable_comparison()->mutable_value() = IntegerValue(1);
  malformed[5] = malformed[4];
  malformed[5].mutable_comparison()->set_op(static_cast<v1::Operator>(7));
  malformed[6] = malformed[4];
  malformed[6].mutable_comparison()->set_op(v1::OPERATOR_EQUAL);
  malformed[6].mutable_comparison()->clear_fact();
  malformed[7].mutable_within()->set_fact("p/f");
  malformed[7].mutable_within()->set_amount(1);
  malformed[8] = malformed[7];
  malformed[8].mutable_within()->set_unit(v1::CALENDAR_UNIT_DAY);
  malformed[8].mutable_within()->set_amount(0);
  malformed[9] = Known("");
  malformed[10].mutable_is_a()->set_concept_name("p/c");
  malformed[11].mutable_range()->set_fact("p/f");
  *malformed[11].mutable_range()->mutable_low() = IntegerValue(1);
  malformed[12] = malformed[4];
  malformed[12].mutable_comparison()->set_op(v1::OPERATOR_EQUAL);
  malformed[12].mutable_comparison()->clear_value();
  for (size_t i = 0; i < malformed.size(); ++i) {
    const auto refused = DecodeCriterion(malformed[i]);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument) << i;
    EXPECT_THAT(refused, HasReason(i < 11 ? "CRITERION_MALFORMED" : "VALUE_MALFORMED")) << i;
  }
}

TEST(CriterionCodecTest, DepthAndSizeAreCapped) {
  v1::Criterion deep = Known("p/f");
  for (size_t depth = 1; depth < kCriterionDepthMax; ++depth) {
    v1::Criterion outer;
    *outer.mutable_negation() = deep;
    deep = outer;
  }
  EVIDENT_EXPECT_OK(DecodeCriterion(deep));
  v1::Criterion deeper;
  *deeper.mutable_negation() = deep;
  EXPECT_THAT(DecodeCriterion(deeper), HasReason("CRITERION_TOO_DEEP"));

  v1::Criterion wide;
  for (size_t nodes = 1; nodes < kCriterionNodesMax; ++nodes) {
    *wide.mutable_all_of()->add_criteria() = Known("p/f");
  }
  EVIDENT_EXPECT_OK(DecodeCriterion(wide));
  *wide.mutable_all_of()->add_criteria() = Known("p/f");
  EXPECT_THAT(DecodeCriterion(wide), HasReason("CRITERION_TOO_LARGE"));
}

TEST(CriterionCodecTest, DefinitionsCarryBoundsValuesAndRules) {
  v1::NodeRecord node;
  node.set_name("p/f");
  node.mutable_fact()->set_type(v1::FACT_TYPE_BOOLEAN);
  *node.mutable_fact()->mutable_minimum() = IntegerValue(-1);
  node.mutable_fact()->set_unit("u");
  v1::AllowedValue& allowed = *node.mutable_fact()->add_allowed_values();
  allowed.set_slug("a");
  allowed.set_concept_name("p/c");
  *node.mutable_fact()->mutable_true_when() = Known("p/g");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const criteria::FactDefinition definition,
                               DecodeFactDefinition(node));
  EXPECT_EQ(definition.name, "p/f");
  EXPECT_EQ(definition.type, criteria::FactType::kBoolean);
  EXPECT_EQ(definition.unit, "u");
  EXPECT_EQ(definition.minimum, criteria::Value(int64_t{-1}));
  EXPECT_FALSE(definition.maximum.has_value());
  ASSERT_EQ(definition.allowed_values.size(), 1u);
  EXPECT_EQ(definition.allowed_values[0].concept_name, "p/c");
  EXPECT_TRUE(criteria::Equal(definition.true_when, criteria::Known("p/g")));
  EXPECT_EQ(definition.false_when, nullptr);

  node.mutable_fact()->mutable_maximum();
  EXPECT_THAT(DecodeFactDefinition(node),
              FailsWith(absl::StatusCode::kInvalidArgument, "p/f: a value has no kind"));
  node.mutable_fact()->clear_type();
  EXPECT_THAT(DecodeFactDefinition(node), HasReason("FACT_MALFORMED"));
}

TEST(CriterionCodecTest, SchemaHoldsEveryFactOfARelease) {
  GraphDraft draft;
  for (const char* name : {"p/a", "p/b"}) {
    v1::NodeRecord& node = draft.nodes.emplace_back();
    node.set_name(name);
    node.set_pack("p");
    node.mutable_fact()->set_type(v1::FACT_TYPE_INTEGER);
    node.mutable_fact()->set_question("?");
  }
  draft.nodes.push_back(ConceptNode("p/c", "C"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, MemoryGraph::Build(draft, {}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const criteria::FactSchema schema, LoadFactSchema(*graph));
  EXPECT_EQ(schema.Names(), (std::vector<std::string>{"p/a", "p/b"}));
}

}  // namespace
}  // namespace evident::graph
