#include "criteria/check.h"

#include <cstdint>
#include <limits>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "criteria/all_trees.h"
#include "criteria/print.h"
#include "criteria/test_trees.h"

namespace evident::criteria {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Check(const ExpressionPtr& tree) {
  std::vector<std::string> found;
  for (const Violation& violation : Check(tree, TestSchema(), TestHasConcept)) {
    found.push_back(violation.field + ": " + violation.description);
  }
  return found;
}

std::vector<std::string> Check(std::string_view criterion) { return Check(Tree(criterion)); }

TEST(CheckTest, EveryWellTypedLeafPassesUnlessItHoldsNothing) {
  for (const ExpressionPtr& leaf : AllLeaves()) {
    const bool room = leaf->kind != NodeKind::kRange ||
                      CompareValues(leaf->low, leaf->high) != std::strong_ordering::equal ||
                      !(leaf->low_exclusive || leaf->high_exclusive);
    const std::vector<std::string> found = Check(leaf);
    ASSERT_EQ(found.size(), room ? 0u : 1u) << Print(leaf, Names::kBare);
    if (!room) {
      EXPECT_THAT(found[0], HasSubstr("no value lies between the bounds"));
    }
  }
}

TEST(CheckTest, EveryGroupOfWellTypedLeavesPasses) {
  for (const ExpressionPtr& tree : AllTrees({Tree("alpha"), Tree("grade <= 1")}, 3)) {
    EXPECT_THAT(Check(tree), IsEmpty());
  }
}

TEST(CheckTest, AbsentCriterionPasses) { EXPECT_THAT(Check(""), IsEmpty()); }

TEST(CheckTest, ReportsAllErrorsAtOnce) {
  EXPECT_THAT(
      Check("alpa and grade = true and grade <= 9 and alpha < true"),
      ElementsAre("alpa: there is no fact t/alpa; nearest known: t/alpha",
                  "grade: t/grade: expected integer, got boolean true",
                  "grade <= 9: t/grade: 9 is out of range; it must be at most 5",
                  "alpha < true: t/alpha is boolean; expected integer, decimal or date, which have "
                  "an order"));
}

TEST(CheckTest, UnitMustBeThatOfTheDefinition) {
  EXPECT_THAT(Check("level < 1 [mmol/L]"),
              ElementsAre("level < 1 [mmol/L]: t/level: expected the unit [g/dL], got [mmol/L]"));
  EXPECT_THAT(Check("level < 2"),
              ElementsAre("level < 2: t/level: expected decimal, got integer 2"));
}

TEST(CheckTest, CodedValueMustBeAllowed) {
  EXPECT_THAT(Check("site = livr"),
              ElementsAre("site = livr: t/site: 'livr' is not one of its values (bone, liver, "
                          "skull, elsewhere); nearest known: liver"));
}

TEST(CheckTest, RangeNeedsANumberAndRoom) {
  EXPECT_THAT(Check("grade in 3..1"),
              ElementsAre("grade in 3..1: no value lies between the bounds"));
  EXPECT_THAT(Check("grade in 2..<2"),
              ElementsAre("grade in 2..<2: no value lies between the bounds"));
  EXPECT_THAT(Check("grade in 2..2"), IsEmpty());
  EXPECT_THAT(Check("seen in 2026-01-01..2026-02-01"),
              ElementsAre("seen in 2026-01-01..2026-02-01: t/seen is date; expected integer or "
                          "decimal"));
}

TEST(CheckTest, IsANeedsACodedFactAndAConcept) {
  EXPECT_THAT(Check("grade is_a bone"),
              ElementsAre("grade is_a bone: t/grade is integer; expected coded"));
  EXPECT_THAT(Check("site is_a spleen"),
              ElementsAre("site is_a spleen: there is no concept t/spleen"));
}

TEST(CheckTest, IsANeedsAValueThatStandsForAConcept) {
  FactSchema schema;
  FactDefinition definition;
  definition.name = "t/mood";
  definition.type = FactType::kCoded;
  definition.allowed_values = {{"good", ""}};
  EVIDENT_ASSERT_OK(schema.Add(definition));
  const std::vector<Violation> found = Check(Tree("mood is_a bone"), schema, TestHasConcept);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].description, "no value of t/mood stands for a concept");
}

TEST(CheckTest, WithinNeedsADateAndABoundedDuration) {
  EXPECT_THAT(Check("grade within 2 days"),
              ElementsAre("grade within 2 days: t/grade is integer; expected date"));
  EXPECT_THAT(Check(Within("t/seen", 0, CalendarUnit::kDay)),
              ElementsAre("seen within 0 days: the duration must be from 1 to 100000"));
  EXPECT_THAT(Check(Within("t/seen", 100'001, CalendarUnit::kYear)),
              ElementsAre("seen within 100001 years: the duration must be from 1 to 100000"));
}

// A schema that would take the value, so that only the writing of it can be refused.
std::vector<std::string> CheckWriting(FactType type, const std::string& unit, const Value& value) {
  FactSchema schema;
  FactDefinition definition;
  definition.name = "t/x";
  definition.type = type;
  definition.unit = unit;
  EVIDENT_EXPECT_OK(schema.Add(definition));
  std::vector<std::string> found;
  const ExpressionPtr tree = AllOf({Known("t/x"), Comparison("t/x", Operator::kNotEqual, value)});
  for (const Violation& violation : Check(tree, schema, TestHasConcept)) {
    found.push_back(violation.field + ": " + violation.description);
  }
  return found;
}

TEST(CheckTest, NamesThatNoLineCanWriteAreRefused) {
  for (const std::string name :
       {"", "a b", "not", "within", "true", "t/a..b", "t/\xc3\xa9", "t/'"}) {
    FactSchema schema;
    FactDefinition definition;
    definition.name = name;
    EVIDENT_ASSERT_OK(schema.Add(definition));
    const std::vector<Violation> found = Check(Known(name), schema, TestHasConcept);
    ASSERT_EQ(found.size(), 1u) << name;
    EXPECT_EQ(found[0].description, "the name '" + name + "' cannot be written in a criterion");
  }
  const auto any_concept = [](std::string_view name) { return true; };
  const std::vector<Violation> found =
      Check(IsA("t/site", "t/left bone"), TestSchema(), any_concept);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].description, "the name 't/left bone' cannot be written in a criterion");
}

TEST(CheckTest, CodedValuesThatNoLineCanWriteAreRefused) {
  for (const std::string slug : {"", "a b", "a..b", "it's", "\xc3\xa9", "a\n"}) {
    EXPECT_THAT(CheckWriting(FactType::kCoded, "", Coded{slug}),
                ElementsAre("x: the value '" + slug + "' cannot be written in a criterion"));
  }
  for (const std::string slug : {"and", "3", "1.5", "a.", "2026-01-31", "true", "-"}) {
    EXPECT_THAT(CheckWriting(FactType::kCoded, "", Coded{slug}), IsEmpty()) << slug;
  }
}

TEST(CheckTest, DecimalsThatNoLineCanWriteAreRefused) {
  for (const std::string unit : {"", "g dL", "]", "a]b[", "[g", "\xc2\xb5g"}) {
    EXPECT_THAT(CheckWriting(FactType::kDecimal, unit, Quantity{{90, 1}, unit}),
                ElementsAre("x: the unit [" + unit + "] cannot be written in a criterion"));
  }
  for (const int32_t scale : {-1, 19, std::numeric_limits<int32_t>::max()}) {
    EXPECT_THAT(CheckWriting(FactType::kDecimal, "1", Quantity{{1, scale}, "1"}),
                ElementsAre("x: a decimal has 0 to 18 places"));
  }
  for (const int64_t extreme : {INT64_MIN, INT64_MAX}) {
    EXPECT_THAT(CheckWriting(FactType::kDecimal, "mm[Hg]", Quantity{{extreme, 18}, "mm[Hg]"}),
                IsEmpty());
  }
}

TEST(CheckTest, DatesThatNoLineCanWriteAreRefused) {
  for (const int32_t days : {kDateMin.days - 1, kDateMax.days + 1, INT32_MIN, INT32_MAX}) {
    EXPECT_THAT(CheckWriting(FactType::kDate, "", Date{days}),
                ElementsAre("x: a date lies in the years 0001 to 9999"));
  }
  EXPECT_THAT(CheckWriting(FactType::kDate, "", kDateMin), IsEmpty());
  EXPECT_THAT(CheckWriting(FactType::kDate, "", kDateMax), IsEmpty());
}

TEST(CheckTest, BothBoundsMustBeWritable) {
  const Value good = Quantity{{1, 0}, "1"};
  const Value bad = Quantity{{1, 0}, "a b"};
  for (const ExpressionPtr& range : {Range("t/level", good, bad), Range("t/level", bad, good)}) {
    EXPECT_THAT(Check(range),
                ElementsAre("level: the unit [a b] cannot be written in a criterion"));
  }
}

TEST(CheckTest, CriterionLongerThanALineIsRefused) {
  const ExpressionPtr leaf = Tree("alpha");  // "t/alpha", and " and " between two
  const size_t most = (kCriterionTextBytesMax + 5) / 12;
  EXPECT_THAT(Check(AllOf(std::vector<ExpressionPtr>(most, leaf))), IsEmpty());
  const std::string bytes = std::to_string((most + 1) * 12 - 5);
  EXPECT_THAT(Check(AllOf(std::vector<ExpressionPtr>(most + 1, leaf))),
              ElementsAre(": with full names it has " + bytes +
                          " bytes, more than 4096 (kCriterionTextBytesMax)"));
}

TEST(CheckTest, GroupsNeedParts) {
  EXPECT_EQ(Check(AllOf({})).size(), 1u);
  EXPECT_EQ(Check(Not(AnyOf({}))).size(), 1u);
}

TEST(CheckTest, TreesPastTheLimitsAreRefusedWhole) {
  ExpressionPtr deep = Tree("alpha");
  for (size_t i = 0; i < 1000; ++i) deep = Not(deep);
  EXPECT_THAT(CheckSize(deep), HasReason("CRITERION_TOO_DEEP"));
  EXPECT_EQ(Check(deep).size(), 1u);
  std::vector<ExpressionPtr> parts(kCriterionNodesMax, Tree("alpha"));
  EXPECT_THAT(CheckSize(AllOf(parts)), HasReason("CRITERION_TOO_LARGE"));
  parts.pop_back();
  EVIDENT_EXPECT_OK(CheckSize(AllOf(parts)));
}

TEST(FactSchemaTest, ValuesMustFitTheirDefinition) {
  const auto check = [](const char* fact, Value value) {
    return CheckValue(*TestSchema().Find(fact), value);
  };
  EVIDENT_EXPECT_OK(check("t/grade", int64_t{5}));
  EVIDENT_EXPECT_OK(check("t/level", Quantity{{300, 2}, "g/dL"}));
  EVIDENT_EXPECT_OK(check("t/site", Coded{"elsewhere"}));
  EVIDENT_EXPECT_OK(check("t/seen", kToday));
  EXPECT_THAT(check("t/grade", int64_t{6}), HasReason("FACT_RANGE"));
  EXPECT_THAT(check("t/grade", int64_t{-1}),
              FailsWith(absl::StatusCode::kInvalidArgument, "at least 0"));
  EXPECT_THAT(check("t/level", Quantity{{3001, 3}, "g/dL"}), HasReason("FACT_RANGE"));
  EXPECT_THAT(check("t/level", Quantity{{1, 0}, "g/L"}), HasReason("FACT_UNIT"));
  EXPECT_THAT(check("t/level", Quantity{{1, 0}, "g/L"}),
              FailsWith(absl::StatusCode::kInvalidArgument, "expected the unit [g/dL]"));
  EXPECT_THAT(check("t/level", int64_t{1}), HasReason("FACT_TYPE"));
  EXPECT_THAT(check("t/alpha", Coded{"yes"}),
              FailsWith(absl::StatusCode::kInvalidArgument, "expected boolean, got coded yes"));
  EXPECT_THAT(check("t/site", Coded{"bones"}), HasReason("FACT_VALUE_UNKNOWN"));
  EXPECT_THAT(check("t/site", Coded{"bones"}),
              FailsWith(absl::StatusCode::kInvalidArgument, "nearest known: bone"));
}

TEST(FactSchemaTest, FactIsDefinedOnce) {
  FactSchema schema;
  FactDefinition definition;
  definition.name = "t/alpha";
  EVIDENT_ASSERT_OK(schema.Add(definition));
  EXPECT_THAT(schema.Add(definition), HasReason("FACT_DEFINED_TWICE"));
  EXPECT_NE(schema.Find("t/alpha"), nullptr);
  EXPECT_EQ(schema.Find("alpha"), nullptr);
}

TEST(ValueTest, OrdersByValueWithinOneTypeAndUnit) {
  EXPECT_EQ(CompareValues(Quantity{{170, 1}, "d"}, Quantity{{17, 0}, "d"}),
            std::strong_ordering::equal);
  EXPECT_NE(Value(Quantity{{170, 1}, "d"}), Value(Quantity{{17, 0}, "d"}));
  EXPECT_EQ(CompareValues(Quantity{{1, 0}, "d"}, Quantity{{1, 0}, "wk"}), std::nullopt);
  EXPECT_EQ(CompareValues(true, int64_t{1}), std::nullopt);
  EXPECT_EQ(CompareValues(Date{1}, Date{2}), std::strong_ordering::less);
  EXPECT_EQ(CompareValues(Coded{"b"}, Coded{"a"}), std::strong_ordering::greater);
  EXPECT_EQ(ToString(Quantity{{90, 1}, "g/dL"}), "9.0 [g/dL]");
  EXPECT_EQ(ToString(ParseDate("2026-01-31").value()), "2026-01-31");
}

}  // namespace
}  // namespace evident::criteria
