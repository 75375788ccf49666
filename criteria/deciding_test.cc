#include "criteria/deciding.h"

#include <algorithm>
#include <memory>
#include <set>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "criteria/all_trees.h"
#include "criteria/print.h"
#include "criteria/test_trees.h"

namespace evident::criteria {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using FactList = std::vector<std::string>;

DecidingSets Sets(std::string_view criterion, std::string_view facts) {
  return FindDecidingSets(Tree(criterion), FactsIn(facts), TestContext());
}

FactSets SetsByTrial(const Expression& tree, const FactList& unknown, bool either, Facts facts) {
  FactSets minimal;
  for (FactList& subset : Subsets(unknown)) {
    const bool covered = std::any_of(minimal.begin(), minimal.end(), [&](const FactList& smaller) {
      return std::includes(subset.begin(), subset.end(), smaller.begin(), smaller.end());
    });
    if (!covered && Reaches(tree, subset, 0, either, facts)) minimal.push_back(std::move(subset));
  }
  return minimal;
}

TEST(DecidingTest, ConjunctionIsDecidedByOneAndAppliesByAll) {
  const DecidingSets sets = Sets("alpha and grade <= 1 and count = 0", "alpha=true");
  EXPECT_THAT(sets.decides, ElementsAre(FactList{"t/count"}, FactList{"t/grade"}));
  EXPECT_THAT(sets.to_apply, ElementsAre(FactList{"t/count", "t/grade"}));
  EXPECT_TRUE(sets.exact);
}

TEST(DecidingTest, RepeatedFactIsDecidedAlone) {
  const DecidingSets sets = Sets("(grade <= 1 or grade >= 3) and alpha", "alpha=true");
  EXPECT_THAT(sets.decides, ElementsAre(FactList{"t/grade"}));
  EXPECT_THAT(sets.to_apply, ElementsAre(FactList{"t/grade"}));
}

TEST(DecidingTest, ContradictoryConditionsCannotBeMadeToApply) {
  const DecidingSets sets = Sets("grade <= 1 and grade >= 3", "");
  EXPECT_THAT(sets.decides, ElementsAre(FactList{"t/grade"}));
  EXPECT_THAT(sets.to_apply, IsEmpty());
}

TEST(DecidingTest, DefinitionBoundsWhatCanApply) {
  EXPECT_THAT(Sets("grade > 5 or alpha", "").to_apply, ElementsAre(FactList{"t/alpha"}));
  EXPECT_THAT(Sets("grade > 5", "").decides, ElementsAre(FactList{"t/grade"}));
  EXPECT_THAT(Sets("count > 5", "").to_apply, ElementsAre(FactList{"t/count"}));
}

TEST(DecidingTest, KnownCountsAsACondition) {
  EXPECT_THAT(Sets("known grade and alpha", "").to_apply,
              ElementsAre(FactList{"t/alpha", "t/grade"}));
  EXPECT_THAT(Sets("not known grade", "").to_apply, IsEmpty());
}

TEST(DecidingTest, DecidedCriterionHasNoSets) {
  EXPECT_THAT(Sets("alpha or beta", "alpha=true").decides, IsEmpty());
  EXPECT_TRUE(Sets("alpha or beta", "alpha=true").exact);
  EXPECT_THAT(Sets("", "").decides, IsEmpty());
}

// Compares with a trial of every value; true when the tree is unknown.
bool AgreesWithTrial(const ExpressionPtr& tree, const Facts& facts) {
  const DecidingSets sets = FindDecidingSets(tree, facts, TestContext());
  const std::string text = Print(tree, Names::kBare);
  if (EvaluateSimply(*tree, facts).has_value()) {
    EXPECT_TRUE(sets.decides.empty() && sets.to_apply.empty()) << text;
    return false;
  }
  FactList unknown;
  for (const std::string& fact : FactsOf(tree)) {
    if (facts.count(fact) == 0) unknown.push_back(fact);
  }
  EXPECT_TRUE(sets.exact) << text;
  EXPECT_EQ(sets.decides, SetsByTrial(*tree, unknown, true, facts)) << text;
  EXPECT_EQ(sets.to_apply, SetsByTrial(*tree, unknown, false, facts)) << text;
  return true;
}

TEST(DecidingTest, EverySmallTreeAgreesWithTrialOfEveryValue) {
  size_t unknown = 0;
  const std::vector<ExpressionPtr> leaves = {Tree("alpha"), Tree("grade <= 1"), Tree("grade >= 3")};
  const std::vector<ExpressionPtr> trees = AllTrees(leaves, 3);
  ASSERT_EQ(trees.size(), 1'893u);
  for (const ExpressionPtr& tree : trees) {
    for (const char* const facts : {"", "alpha=true", "grade=2"}) {
      unknown += AgreesWithTrial(tree, FactsIn(facts)) ? 1 : 0;
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(unknown, 3'000u);
}

TEST(DecidingTest, EveryLeafAndPairOfLeavesAgreesWithTrialOfEveryValue) {
  const std::vector<ExpressionPtr> leaves = AllLeaves();
  for (size_t i = 0; i < leaves.size(); ++i) {
    AgreesWithTrial(leaves[i], {});
    // Any other leaf, of the same fact mostly: the list is ordered by facts.
    AgreesWithTrial(AllOf({leaves[i], Not(leaves[(i + 1 + i % 7) % leaves.size()])}), {});
    if (HasFailure()) return;
  }
}

TEST(DecidingTest, LargeTreesAgreeWithTrialOfEveryValue) {
  RandomTrees random(11);
  size_t unknown = 0;
  for (size_t i = 0; i < 200; ++i) {
    const FactList names = random.Pick(2 + i % 3);
    const ExpressionPtr tree = random.Tree(names, 4);
    unknown += AgreesWithTrial(tree, random.SomeFacts(names, i % 3 == 0 ? 30 : 0)) ? 1 : 0;
    if (HasFailure()) return;
  }
  EXPECT_GT(unknown, 70u);
}

FactSchema ManyBooleans(size_t count) {
  FactSchema schema;
  for (size_t i = 0; i < count; ++i) {
    FactDefinition definition;
    definition.name = "m/" + std::string(1, static_cast<char>('a' + i));
    EVIDENT_EXPECT_OK(schema.Add(definition));
  }
  return schema;
}

ExpressionPtr ConjunctionOf(const FactSchema& schema) {
  std::vector<ExpressionPtr> parts;
  for (const std::string& name : schema.Names()) {
    parts.push_back(Comparison(name, Operator::kEqual, true));
  }
  return AllOf(parts);
}

TEST(DecidingTest, ExactUpToTheLimitOfFactsAndABoundBeyond) {
  const FactSchema most = ManyBooleans(kDecidingFactsExactMax);
  const DecidingSets exact = FindDecidingSets(ConjunctionOf(most), {}, {most, kToday, TestIsA});
  EXPECT_TRUE(exact.exact);
  EXPECT_EQ(exact.decides.size(), kDecidingFactsExactMax);
  EXPECT_THAT(exact.to_apply, ElementsAre(most.Names()));

  const FactSchema more = ManyBooleans(kDecidingFactsExactMax + 1);
  const DecidingSets bound = FindDecidingSets(ConjunctionOf(more), {}, {more, kToday, TestIsA});
  EXPECT_FALSE(bound.exact);
  EXPECT_THAT(bound.decides, ElementsAre(more.Names()));
  EXPECT_THAT(bound.to_apply, ElementsAre(more.Names()));
}

TEST(DecidingTest, TooManySetsAreABoundNotAPart) {
  // Any six of twelve: 924 minimal sets.
  const FactSchema schema = ManyBooleans(12);
  const Context context{schema, kToday, TestIsA};
  std::vector<ExpressionPtr> choices;
  for (const FactList& subset : Subsets(schema.Names())) {
    if (subset.size() != 2) continue;
    choices.push_back(AllOf({Comparison(subset[0], Operator::kEqual, true),
                             Comparison(subset[1], Operator::kEqual, true)}));
  }
  ASSERT_EQ(choices.size(), 66u);
  const DecidingSets sets = FindDecidingSets(AnyOf(choices), {}, context);
  EXPECT_FALSE(sets.exact);
  EXPECT_THAT(sets.to_apply, ElementsAre(schema.Names()));
}

TEST(DecidingTest, ManyAlternativesOfOneFactAreTriedTogether) {
  std::vector<ExpressionPtr> parts;
  for (size_t i = 0; i < 25; ++i) {
    const auto number = static_cast<int64_t>(3 * i);
    parts.push_back(AnyOf({Comparison("t/count", Operator::kNotEqual, number), Tree("alpha")}));
  }
  const DecidingSets sets = FindDecidingSets(AllOf(parts), {}, TestContext());
  EXPECT_TRUE(sets.exact);
  EXPECT_THAT(sets.to_apply, ElementsAre(FactList{"t/alpha"}, FactList{"t/count"}));
  EXPECT_THAT(sets.decides, ElementsAre(FactList{"t/alpha"}, FactList{"t/count"}));
}

TEST(DecidingTest, HostileCriterionEndsAtTheLimit) {
  RandomTrees random(12);
  const FactSchema schema = ManyBooleans(12);
  const FactList names = schema.Names();
  std::vector<ExpressionPtr> clauses;
  for (size_t i = 0; i < 25; ++i) {
    std::vector<ExpressionPtr> choices;
    for (size_t j = 0; j < 3; ++j) {
      choices.push_back(
          Comparison(names[random.Below(12)], Operator::kEqual, random.Below(4) != 0));
    }
    clauses.push_back(AnyOf(choices));
  }
  const ExpressionPtr tree = AllOf(clauses);
  EVIDENT_ASSERT_OK(CheckSize(tree));
  const DecidingSets sets = FindDecidingSets(tree, {}, {schema, kToday, TestIsA});
  if (!sets.exact) {
    EXPECT_THAT(sets.decides, ElementsAre(names));
  }
}

// With rules that cannot hold, each under a fact that it tests.
Context ContextWithout(const std::vector<std::pair<std::string, std::string>>& rules,
                       std::string_view facts) {
  Context context = TestContext();
  const auto known = std::make_shared<Facts>(FactsIn(facts));
  for (const auto& [fact, rule] : rules) {
    context.eliminations.emplace(fact, Elimination(fact, {{"t/gamma", false, Tree(rule)}}, known));
  }
  return context;
}

TEST(DecidingTest, WhatCannotBeDecidesWithoutAnAnswer) {
  const Context context = ContextWithout({{"t/count", "count = 0"}, {"t/alpha", "alpha"}}, "");
  EXPECT_EQ(Evaluate(Tree("count = 0 and beta"), {}, context), Truth::kFalse);
  EXPECT_EQ(Evaluate(Tree("count >= 1"), {}, context), Truth::kTrue);
  EXPECT_EQ(Evaluate(Tree("count >= 2"), {}, context), Truth::kUnknown);
  EXPECT_EQ(Evaluate(Tree("alpha"), {}, context), Truth::kFalse);
  EXPECT_EQ(Evaluate(Tree("known count"), {}, context), Truth::kUnknown);
  EXPECT_THAT(FindDecidingSets(Tree("count = 0"), {}, context).decides, IsEmpty());
}

TEST(DecidingTest, NothingIsDecidedWhereNoValueIsLeft) {
  const Context context = ContextWithout({{"t/count", "count = 0 or count >= 1"}}, "");
  EXPECT_TRUE(context.eliminations.at("t/count").LeavesNone(context));
  EXPECT_EQ(Evaluate(Tree("count = 0"), {}, context), Truth::kUnknown);
  EXPECT_THAT(context.eliminations.at("t/count").Reasons(*Tree("count = 0"), context), IsEmpty());
}

TEST(DecidingTest, WhatIsDecidedWithoutAnAnswerHasItsReason) {
  const Context context = ContextWithout({{"t/count", "count = 0"}}, "");
  const Elimination& elimination = context.eliminations.at("t/count");
  const auto reasons = elimination.Reasons(*Tree("count = 0"), context);
  ASSERT_EQ(reasons.size(), 1u);
  EXPECT_EQ(InWords(*reasons[0]), "gamma = false, as it is true when count = 0");
  EXPECT_EQ(elimination.Reasons(*Tree("count >= 1"), context), reasons);
  EXPECT_THAT(elimination.Reasons(*Tree("count >= 2"), context), IsEmpty());
}

TEST(DecidingTest, NoAnswerThatWouldBeRefusedIsAskedFor) {
  const Context context = ContextWithout({{"t/count", "count = 0"}}, "");
  // Only 0 and 1 would make it true, and 0 cannot be.
  const DecidingSets sets =
      FindDecidingSets(Tree("count <= 1 and not count = 1 or beta"), {}, context);
  EXPECT_THAT(sets.to_apply, ElementsAre(FactList{"t/beta"}));
  EXPECT_THAT(FindDecidingSets(Tree("count <= 1"), {}, context).to_apply,
              ElementsAre(FactList{"t/count"}));
}

TEST(DecidingTest, ValuesThatCannotBeTogetherAreNoWay) {
  const Context context =
      ContextWithout({{"t/alpha", "alpha and beta"}, {"t/beta", "alpha and beta"}}, "");
  const DecidingSets sets = FindDecidingSets(Tree("alpha and beta or gamma"), {}, context);
  EXPECT_THAT(sets.to_apply, ElementsAre(FactList{"t/gamma"}));
  // One of the two being true leaves the other nothing but false.
  const Context with = ContextWithout({{"t/beta", "alpha and beta"}}, "alpha=true");
  EXPECT_EQ(Evaluate(Tree("beta"), FactsIn("alpha=true"), with), Truth::kFalse);
}

}  // namespace
}  // namespace evident::criteria
