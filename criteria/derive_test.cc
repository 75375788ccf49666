#include "criteria/derive.h"

#include <map>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "criteria/print.h"
#include "criteria/test_trees.h"

namespace evident::criteria {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Rules {
  std::string true_when;
  std::string false_when;
};

// Boolean facts by bare name, with their rules; beside them number, an integer.
FactSchema SchemaOf(const std::map<std::string, Rules>& rules) {
  FactSchema schema;
  for (const auto& [name, rule] : rules) {
    FactDefinition definition;
    definition.name = "t/" + name;
    definition.true_when = Tree(rule.true_when);
    definition.false_when = Tree(rule.false_when);
    EVIDENT_EXPECT_OK(schema.Add(definition));
  }
  FactDefinition number;
  number.name = "t/number";
  number.type = FactType::kInteger;
  EVIDENT_EXPECT_OK(schema.Add(number));
  return schema;
}

struct Outcome {
  Facts facts;
  std::vector<Derivation> derived;
  std::vector<Violation> contradictions;
};

Outcome Derive(const FactSchema& schema, std::string_view facts) {
  Outcome outcome;
  outcome.facts = FactsIn(facts);
  const absl::StatusOr<DerivationPlan> plan = DerivationPlan::Create(schema);
  EXPECT_THAT(plan, IsOk());
  if (!plan.ok()) return outcome;
  outcome.derived = plan->Derive(outcome.facts, {schema, kToday, TestIsA}, outcome.contradictions);
  return outcome;
}

TEST(DeriveTest, AbsentFactFollowsFromOthers) {
  const FactSchema schema =
      SchemaOf({{"treated", {"number >= 1", "number = 0"}}, {"naive", {"not treated", "treated"}}});
  const Outcome outcome = Derive(schema, "number=0");
  EXPECT_THAT(outcome.contradictions, IsEmpty());
  ASSERT_EQ(outcome.derived.size(), 2u);
  EXPECT_EQ(outcome.derived[0].fact, "t/naive");
  EXPECT_TRUE(outcome.derived[0].value);
  EXPECT_EQ(outcome.derived[0].rule, "true when not treated");
  EXPECT_THAT(outcome.derived[0].because, ElementsAre("t/treated"));
  EXPECT_EQ(outcome.derived[1].rule, "false when number = 0");
  EXPECT_EQ(outcome.facts.at("t/treated"), Value(false));
  EXPECT_EQ(outcome.facts.at("t/naive"), Value(true));
}

TEST(DeriveTest, NothingFollowsFromWhatIsUnknown) {
  const FactSchema schema = SchemaOf({{"treated", {"number >= 1", "number = 0"}}});
  const Outcome outcome = Derive(schema, "");
  EXPECT_THAT(outcome.derived, IsEmpty());
  EXPECT_THAT(outcome.facts, IsEmpty());
}

TEST(DeriveTest, NamesOnlyTheFactsByWhichTheRuleHolds) {
  const FactSchema schema =
      SchemaOf({{"a", {}}, {"b", {}}, {"c", {}}, {"any_of_them", {"a or b or c", ""}}});
  const Outcome outcome = Derive(schema, "a=false, b=true");
  ASSERT_EQ(outcome.derived.size(), 1u);
  EXPECT_THAT(outcome.derived[0].because, ElementsAre("t/b"));
}

TEST(DeriveTest, SuppliedFactThatAgreesIsLeftAlone) {
  const FactSchema schema = SchemaOf({{"treated", {"number >= 1", "number = 0"}}});
  const Outcome outcome = Derive(schema, "number=2, treated=true");
  EXPECT_THAT(outcome.derived, IsEmpty());
  EXPECT_THAT(outcome.contradictions, IsEmpty());
}

TEST(DeriveTest, SuppliedFactThatContradictsIsReportedWithBothFacts) {
  const FactSchema schema = SchemaOf({{"treated", {"number >= 1", "number = 0"}}});
  const Outcome outcome = Derive(schema, "number=0, treated=true");
  ASSERT_EQ(outcome.contradictions.size(), 1u);
  EXPECT_EQ(outcome.contradictions[0].field, "t/treated");
  EXPECT_EQ(outcome.contradictions[0].description,
            "it was given as true, but is false when number = 0, which holds by t/number");
  EXPECT_EQ(outcome.facts.at("t/treated"), Value(true));
}

TEST(DeriveTest, ContradictionThroughADerivedFactIsFound) {
  const FactSchema schema =
      SchemaOf({{"treated", {"number >= 1", "number = 0"}}, {"naive", {"not treated", "treated"}}});
  const Outcome outcome = Derive(schema, "number=3, naive=true");
  ASSERT_EQ(outcome.contradictions.size(), 1u);
  EXPECT_EQ(outcome.contradictions[0].field, "t/naive");
  EXPECT_THAT(outcome.contradictions[0].description, HasSubstr("t/treated"));
}

TEST(DeriveTest, RulesThatBothHoldAreAContradictionAndDeriveNothing) {
  const FactSchema schema = SchemaOf({{"a", {}}, {"both", {"a", "number = 1"}}});
  const Outcome outcome = Derive(schema, "a=true, number=1");
  ASSERT_EQ(outcome.contradictions.size(), 1u);
  EXPECT_THAT(outcome.contradictions[0].description, HasSubstr("t/a, t/number"));
  EXPECT_THAT(outcome.derived, IsEmpty());
}

TEST(DeriveTest, CycleIsRefusedByName) {
  const FactSchema schema =
      SchemaOf({{"a", {"b", ""}}, {"b", {"", "c or number = 1"}}, {"c", {"not a", ""}}});
  const absl::StatusOr<DerivationPlan> plan = DerivationPlan::Create(schema);
  EXPECT_THAT(plan, HasReason("DERIVATION_CYCLE"));
  EXPECT_THAT(plan, FailsWith(absl::StatusCode::kInvalidArgument, "t/a -> t/b -> t/c -> t/a"));
  EXPECT_THAT(DerivationPlan::Create(SchemaOf({{"a", {"a", ""}}})),
              FailsWith(absl::StatusCode::kInvalidArgument, "t/a -> t/a"));
}

TEST(DeriveTest, OnlyBooleanFactsAreDerived) {
  FactSchema schema;
  FactDefinition definition;
  definition.name = "t/number";
  definition.type = FactType::kInteger;
  definition.true_when = Tree("a");
  EVIDENT_ASSERT_OK(schema.Add(definition));
  EXPECT_THAT(DerivationPlan::Create(schema), HasReason("DERIVATION_TYPE"));
}

// n000 is given; each further one follows from the one before. Backwards, the names run against the
// order of derivation.
FactSchema Chain(size_t length, bool backwards) {
  const auto name = [&](size_t i) {
    const std::string digits = std::to_string(1000 + (backwards ? length - i : i));
    return "n" + digits;
  };
  std::map<std::string, Rules> rules = {{name(0), {}}};
  for (size_t i = 1; i <= length; ++i) rules[name(i)] = {name(i - 1), "not " + name(i - 1)};
  return SchemaOf(rules);
}

TEST(DeriveTest, ChainsAreDerivedInOrderUpToTheLimit) {
  for (const bool backwards : {false, true}) {
    const FactSchema schema = Chain(kDerivationDepthMax, backwards);
    const size_t first = backwards ? 1000 + kDerivationDepthMax : 1000;
    const Outcome outcome = Derive(schema, "n" + std::to_string(first) + "=true");
    EXPECT_EQ(outcome.derived.size(), kDerivationDepthMax);
    EXPECT_THAT(DerivationPlan::Create(Chain(kDerivationDepthMax + 1, backwards)),
                HasReason("DERIVATION_TOO_DEEP"));
    EXPECT_THAT(DerivationPlan::Create(Chain(3'000, backwards)), HasReason("DERIVATION_TOO_DEEP"));
  }
}

TEST(DeriveTest, MoreFactsNeverTurnADerivedOne) {
  RandomTrees random(14);
  for (size_t i = 0; i < 500; ++i) {
    const std::vector<std::string> sources = {"t/grade", "t/count", "t/site"};
    FactSchema schema;
    for (const auto& [name, definition] : TestSchema().all()) {
      FactDefinition copy = definition;
      if (name == "t/alpha") copy.true_when = random.Tree(sources, 3);
      if (name == "t/beta") copy.true_when = random.Tree({"t/alpha", "t/grade"}, 3);
      EVIDENT_ASSERT_OK(schema.Add(copy));
    }
    const Context context{schema, kToday, TestIsA};
    const absl::StatusOr<DerivationPlan> plan = DerivationPlan::Create(schema);
    ASSERT_THAT(plan, IsOk());
    const Facts all = random.SomeFacts(sources, 100);
    Facts few = all;
    few.erase(sources[random.Below(3)]);
    Facts many = all;
    std::vector<Violation> contradictions;
    plan->Derive(few, context, contradictions);
    plan->Derive(many, context, contradictions);
    ASSERT_THAT(contradictions, IsEmpty());
    for (const auto& [fact, value] : few) ASSERT_EQ(many.at(fact), value);
  }
}

// "barred" when bleeding or pressure, "treated" not when number is 0.
FactSchema Barred() {
  return SchemaOf({{"barred", {"bleeding or pressure", ""}},
                   {"bleeding", {"", ""}},
                   {"pressure", {"pressure_high and pressure_long", ""}},
                   {"pressure_high", {"", ""}},
                   {"pressure_long", {"", ""}},
                   {"treated", {"", "number = 0"}}});
}

TEST(DeriveTest, WhatWouldMakeAKnownFactAnotherIsFalse) {
  const Outcome outcome = Derive(Barred(), "barred=false");
  EXPECT_THAT(outcome.contradictions, IsEmpty());
  ASSERT_EQ(outcome.derived.size(), 2u);
  EXPECT_EQ(outcome.derived[0].fact, "t/bleeding");
  EXPECT_FALSE(outcome.derived[0].value);
  EXPECT_EQ(outcome.derived[0].rule,
            "false when barred = false, as it is true when bleeding or pressure");
  EXPECT_THAT(outcome.derived[0].because, ElementsAre("t/barred"));
  EXPECT_EQ(outcome.derived[1].fact, "t/pressure");
}

TEST(DeriveTest, OfSeveralThatWouldTogetherTheLastOneThatIsOpenIsFalse) {
  const Outcome outcome = Derive(Barred(), "barred=false, pressure_high=true");
  EXPECT_THAT(outcome.contradictions, IsEmpty());
  ASSERT_EQ(outcome.derived.size(), 3u);
  EXPECT_EQ(outcome.derived[2].fact, "t/pressure_long");
  EXPECT_FALSE(outcome.derived[2].value);
  EXPECT_THAT(outcome.derived[2].because, ElementsAre("t/pressure", "t/pressure_high"));
}

TEST(DeriveTest, AFactThatIsRequiredMakesOthersFollow) {
  const Outcome outcome =
      Derive(SchemaOf({{"a", {"not b", ""}}, {"b", {"", ""}}, {"c", {"b", ""}}}), "a=false");
  ASSERT_EQ(outcome.derived.size(), 2u);
  EXPECT_EQ(outcome.derived[0].fact, "t/b");
  EXPECT_TRUE(outcome.derived[0].value);
  EXPECT_EQ(outcome.derived[1].fact, "t/c");
}

TEST(DeriveTest, WhatTwoKnownFactsRequireDifferentlyIsAContradiction) {
  const Outcome outcome = Derive(
      SchemaOf({{"a", {"b", ""}}, {"b", {"", ""}}, {"c", {"not b", ""}}}), "a=false, c=false");
  ASSERT_EQ(outcome.contradictions.size(), 1u);
}

TEST(DeriveTest, ANumberIsNotGuessedButItsRuleIsImpossible) {
  const FactSchema schema = Barred();
  const Context context{schema, kToday, TestIsA};
  const absl::StatusOr<DerivationPlan> plan = DerivationPlan::Create(schema);
  ASSERT_THAT(plan, IsOk());
  Facts facts = FactsIn("treated=true");
  std::vector<Violation> contradictions;
  EXPECT_THAT(plan->Derive(facts, context, contradictions), IsEmpty());
  const Eliminations eliminations = plan->Eliminate(facts, context);
  ASSERT_EQ(eliminations.size(), 1u);
  ASSERT_EQ(eliminations.at("t/number").rulings().size(), 1u);
  EXPECT_EQ(InWords(eliminations.at("t/number").rulings()[0]),
            "treated, as it is false when number = 0");
  EXPECT_TRUE(plan->Eliminate(FactsIn("treated=true, number=2"), context).empty());
  EXPECT_TRUE(plan->Eliminate(FactsIn("treated=false"), context).empty());
}

TEST(DeriveTest, AFactThatCanHaveNoValueIsAContradictionThatNamesWhatWasSupplied) {
  const FactSchema schema = SchemaOf({{"treated", {"", "number <= 0"}},
                                      {"naive", {"", "number >= 1 and not early"}},
                                      {"early", {"", "late"}},
                                      {"late", {"", ""}}});
  EXPECT_THAT(Derive(schema, "treated=true, naive=true").contradictions, IsEmpty());
  const Outcome outcome = Derive(schema, "treated=true, naive=true, late=true");
  ASSERT_EQ(outcome.contradictions.size(), 1u);
  EXPECT_EQ(outcome.contradictions[0].field, "t/number");
  EXPECT_EQ(outcome.contradictions[0].description,
            "no value is left for it, by t/late, t/naive, t/treated: naive, as it is false when "
            "number >= 1 and not early; treated, as it is false when number <= 0");
}

// Of random rules over few facts, so that they often meet.
FactSchema RandomRules(RandomTrees& random) {
  const std::vector<std::string> sources = {"t/gamma", "t/grade", "t/count", "t/site"};
  FactSchema schema;
  for (const auto& [name, definition] : TestSchema().all()) {
    FactDefinition copy = definition;
    if (name == "t/alpha") {
      copy.true_when = random.Tree(sources, 2);
      copy.false_when = random.Tree(sources, 2);
    }
    if (name == "t/beta") {
      copy.true_when = random.Tree({"t/alpha", "t/grade", "t/count"}, 2);
      copy.false_when = random.Tree({"t/alpha", "t/grade", "t/count"}, 2);
    }
    EVIDENT_EXPECT_OK(schema.Add(copy));
  }
  return schema;
}

TEST(DeriveTest, MoreFactsNeverTurnWhatWasDecidedByElimination) {
  RandomTrees random(16);
  const std::vector<std::string> all = {"t/alpha", "t/beta",  "t/gamma",
                                        "t/grade", "t/count", "t/site"};
  size_t compared = 0;
  size_t eliminated = 0;
  for (size_t i = 0; i < 4'000; ++i) {
    const FactSchema schema = RandomRules(random);
    const absl::StatusOr<DerivationPlan> plan = DerivationPlan::Create(schema);
    ASSERT_THAT(plan, IsOk());
    Context context{schema, kToday, TestIsA};
    Facts few = random.SomeFacts(all, 30);
    Facts many = few;
    for (const auto& [fact, value] : random.SomeFacts(all, 40)) many.emplace(fact, value);
    std::vector<Violation> contradictions;
    plan->Derive(many, context, contradictions);
    if (!contradictions.empty()) continue;
    plan->Derive(few, context, contradictions);
    ASSERT_THAT(contradictions, IsEmpty());  // what agrees agrees without some of it
    Context with_few = context;
    with_few.eliminations = plan->Eliminate(few, context);
    Context with_many = context;
    with_many.eliminations = plan->Eliminate(many, context);
    const ExpressionPtr tree = random.Tree(all, 3);
    const Truth before = Evaluate(tree, few, with_few);
    if (before == Truth::kUnknown) continue;
    ++compared;
    eliminated += Evaluate(tree, few, context) == Truth::kUnknown ? 1 : 0;
    ASSERT_EQ(Evaluate(tree, many, with_many), before) << Print(tree, Names::kBare);
  }
  EXPECT_GT(compared, 500u);
  EXPECT_GT(eliminated, 20u);
}

}  // namespace
}  // namespace evident::criteria
