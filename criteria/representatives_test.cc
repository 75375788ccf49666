#include "criteria/representatives.h"

#include <cstdint>

#include "base/status_matchers.h"
#include "criteria/test_trees.h"

namespace evident::criteria {
namespace {

TEST(RepresentativesTest, LieOnBothSidesOfEveryThresholdWithinTheDefinition) {
  const auto values = [](std::string_view criterion, const char* fact) {
    std::string text;
    for (const Value& value : RepresentativeValues(Tree(criterion), fact, TestContext())) {
      text += (text.empty() ? "" : " ") + ToString(value);
    }
    return text;
  };
  EXPECT_EQ(values("grade <= 1 or grade >= 4", "t/grade"), "0 1 2 3 4 5");
  EXPECT_EQ(values("count = 0", "t/count"), "0 1");
  EXPECT_EQ(values("level < 1.5 [g/dL]", "t/level"),
            "0.00 [g/dL] 1.49 [g/dL] 1.5 [g/dL] 1.51 [g/dL] 3.00 [g/dL]");
  EXPECT_EQ(values("site = bone", "t/site"), "bone elsewhere liver skull");
  EXPECT_EQ(values("known seen", "t/seen"), "1970-01-01");
  EXPECT_EQ(values("alpha", "t/beta"), "false true");
  EXPECT_EQ(values("seen within 1 day", "t/seen"), "2024-10-02 2024-10-03 2024-10-04 2024-10-05");
  EXPECT_EQ(values("alpha", "t/nothing"), "");
}

TEST(RepresentativesTest, ExtremeThresholdsDoNotOverflow) {
  FactSchema schema;
  FactDefinition number;
  number.name = "t/number";
  number.type = FactType::kInteger;
  FactDefinition amount;
  amount.name = "t/amount";
  amount.type = FactType::kDecimal;
  amount.unit = "1";
  EVIDENT_ASSERT_OK(schema.Add(number));
  EVIDENT_ASSERT_OK(schema.Add(amount));
  const Context context{schema, kToday, nullptr};
  for (const int64_t extreme : {INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(
        RepresentativeValues(Comparison("t/number", Operator::kLess, extreme), "t/number", context)
            .size(),
        2u);
    const Value quantity = Quantity{{extreme, 18}, "1"};
    EXPECT_EQ(
        RepresentativeValues(Comparison("t/amount", Operator::kLess, quantity), "t/amount", context)
            .size(),
        2u);
  }
}

}  // namespace
}  // namespace evident::criteria
