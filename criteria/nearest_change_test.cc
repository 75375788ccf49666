#include "criteria/nearest_change.h"

#include <map>
#include <optional>
#include <set>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "criteria/all_trees.h"
#include "criteria/deciding.h"
#include "criteria/print.h"
#include "criteria/test_trees.h"

namespace evident::criteria {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using FactList = std::vector<std::string>;

std::vector<std::string> NearestOf(const ExpressionPtr& tree, const Facts& facts,
                                   const FactSchema& schema = TestSchema()) {
  const absl::StatusOr<DerivationPlan> plan = DerivationPlan::Create(schema);
  EXPECT_THAT(plan, IsOk());
  if (!plan.ok()) return {};
  return NearestChange(tree, facts, *plan, {schema, kToday, TestIsA});
}

std::vector<std::string> Nearest(std::string_view criterion, std::string_view facts) {
  return NearestOf(Tree(criterion), FactsIn(facts));
}

TEST(NearestChangeTest, NamesTheConditionThatMustHold) {
  EXPECT_THAT(Nearest("alpha and grade <= 1", "alpha=true, grade=2"), ElementsAre("grade <= 1"));
  EXPECT_THAT(Nearest("alpha and not beta", "alpha=true, beta=true"), ElementsAre("beta = false"));
  EXPECT_THAT(Nearest("alpha and grade <= 1", "alpha=false, grade=2"),
              ElementsAre("alpha", "grade <= 1"));
}

TEST(NearestChangeTest, CountsMissingFactsAsChanges) {
  EXPECT_THAT(Nearest("alpha and grade <= 1", "grade=2"), ElementsAre("alpha", "grade <= 1"));
  EXPECT_THAT(Nearest("grade <= 1 and alpha or count = 0 and beta", "grade=2, count=1, beta=true"),
              ElementsAre("count = 0"));
}

TEST(NearestChangeTest, TakesTheNearestValue) {
  EXPECT_THAT(Nearest("grade = 0 or grade = 3", "grade=4"), ElementsAre("grade = 3"));
  EXPECT_THAT(Nearest("grade >= 2 and grade <= 3", "grade=5"),
              ElementsAre("grade >= 2", "grade <= 3"));
}

TEST(NearestChangeTest, EmptyWhenNothingSmallWouldDo) {
  EXPECT_THAT(Nearest("grade <= 1 and grade >= 3", "grade=2"), IsEmpty());
  EXPECT_THAT(Nearest("alpha and beta and gamma and count = 0 and grade = 1", "grade=2"),
              IsEmpty());
  EXPECT_THAT(Nearest("alpha", ""), IsEmpty());
  EXPECT_THAT(Nearest("alpha", "alpha=true"), IsEmpty());
  EXPECT_THAT(Nearest("", ""), IsEmpty());
}

// Whether every choice of values for `chosen` under which `conditions` holds makes `tree` true, and
// there is such a choice.
void TryAll(const Expression& tree, const Expression& conditions, const FactList& chosen,
            size_t next, Facts& facts, bool& all, bool& some) {
  if (next == chosen.size()) {
    if (EvaluateSimply(conditions, facts) != true) return;
    some = true;
    all = all && EvaluateSimply(tree, facts) == true;
    return;
  }
  const auto before = facts.find(chosen[next]);
  const std::optional<Value> saved =
      before == facts.end() ? std::nullopt : std::optional<Value>(before->second);
  for (const Value& value : Domain(chosen[next])) {
    facts.insert_or_assign(chosen[next], value);
    TryAll(tree, conditions, chosen, next + 1, facts, all, some);
  }
  facts.erase(chosen[next]);
  if (saved.has_value()) facts.emplace(chosen[next], *saved);
}

// The size of the smallest set of facts that, given other values, makes the tree true.
std::optional<size_t> SmallestByTrial(const Expression& tree, const FactList& all,
                                      const Facts& facts) {
  for (const FactList& subset : Subsets(all)) {
    if (subset.size() > kChangedFactsMax) break;
    Facts trial = facts;
    for (const std::string& fact : subset) trial.erase(fact);
    if (Reaches(tree, subset, 0, false, trial)) return subset.size();
  }
  return std::nullopt;
}

// Compares with a trial of every value; true when the tree is false.
bool NearestAgreesWithTrial(const ExpressionPtr& tree, Facts facts) {
  const std::vector<std::string> conditions = NearestOf(tree, facts);
  const std::string text = Print(tree, Names::kBare);
  if (EvaluateSimply(*tree, facts) != false) {
    EXPECT_THAT(conditions, IsEmpty()) << text;
    return false;
  }
  const std::set<std::string> used = FactsOf(tree);
  const std::optional<size_t> smallest =
      SmallestByTrial(*tree, FactList(used.begin(), used.end()), facts);
  EXPECT_EQ(conditions.empty(), !smallest.has_value()) << text;
  if (conditions.empty()) return true;
  std::vector<ExpressionPtr> parts;
  for (const std::string& condition : conditions) parts.push_back(Tree(condition));
  const ExpressionPtr together = AllOf(parts);
  const std::set<std::string> changed = FactsOf(together);
  EXPECT_EQ(changed.size(), smallest) << text << " -> " << Print(together, Names::kBare);
  bool all = true;
  bool some = false;
  TryAll(*tree, *together, FactList(changed.begin(), changed.end()), 0, facts, all, some);
  EXPECT_TRUE(all && some) << text << " -> " << Print(together, Names::kBare);
  return true;
}

TEST(NearestChangeTest, ConditionsOfEverySmallTreeAreSmallestAndSuffice) {
  size_t false_trees = 0;
  const std::vector<ExpressionPtr> leaves = {Tree("alpha"), Tree("grade <= 1"), Tree("grade >= 3")};
  for (const ExpressionPtr& tree : AllTrees(leaves, 3)) {
    for (const char* const facts :
         {"grade=2", "alpha=false", "alpha=true, grade=2", "alpha=false, grade=4"}) {
      false_trees += NearestAgreesWithTrial(tree, FactsIn(facts)) ? 1 : 0;
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(false_trees, 1'500u);
}

TEST(NearestChangeTest, ConditionsOfLargeTreesAreSmallestAndSuffice) {
  RandomTrees random(13);
  size_t false_trees = 0;
  for (size_t i = 0; i < 300; ++i) {
    const FactList names = random.Pick(2 + i % 4);
    const ExpressionPtr tree = random.Tree(names, 4);
    false_trees += NearestAgreesWithTrial(tree, random.SomeFacts(names, 70)) ? 1 : 0;
    if (HasFailure()) return;
  }
  EXPECT_GT(false_trees, 60u);
}

struct Rules {
  std::string fact;
  std::string true_when;
  std::string false_when;
};

FactSchema SchemaWith(const std::vector<Rules>& rules) {
  FactSchema schema;
  for (const auto& [name, definition] : TestSchema().all()) {
    FactDefinition copy = definition;
    for (const Rules& rule : rules) {
      if ("t/" + rule.fact != name) continue;
      copy.true_when = Tree(rule.true_when);
      copy.false_when = Tree(rule.false_when);
    }
    EVIDENT_EXPECT_OK(schema.Add(copy));
  }
  return schema;
}

std::vector<std::string> NearestWith(const std::vector<Rules>& rules, std::string_view criterion,
                                     std::string_view facts) {
  const FactSchema schema = SchemaWith(rules);
  return NearestOf(Tree(criterion), FactsIn(facts), schema);
}

TEST(NearestChangeTest, ASuppliedFactThatWouldContradictIsChangedWithIt) {
  // alpha as false makes beta false.
  EXPECT_THAT(NearestWith({{"alpha", "beta or gamma", ""}}, "beta", "alpha=false"),
              ElementsAre("beta", "alpha"));
  // alpha as true leaves count no 0.
  EXPECT_THAT(NearestWith({{"alpha", "", "count = 0"}}, "count = 0", "alpha=true"),
              ElementsAre("count = 0", "alpha = false"));
}

TEST(NearestChangeTest, AValueThatIsLeftNeedsNoOtherChange) {
  EXPECT_THAT(
      NearestWith({{"alpha", "", "count = 0"}}, "count <= 1 and grade = 0", "alpha=true, grade=1"),
      ElementsAre("count <= 1", "grade = 0"));
}

TEST(NearestChangeTest, WhatADerivedFactRestsOnIsChangedWithIt) {
  EXPECT_THAT(NearestWith({{"alpha", "grade <= 1", "grade >= 2"}}, "alpha", "grade=3"),
              ElementsAre("alpha", "grade = 1"));
}

TEST(NearestChangeTest, EmptyWhenConsistencyWouldTakeTooManyChanges) {
  EXPECT_THAT(NearestWith({{"alpha", "gamma", ""}, {"beta", "gamma", ""}}, "gamma",
                          "alpha=false, beta=false"),
              ElementsAre("gamma", "alpha", "beta"));
  EXPECT_THAT(NearestWith({{"alpha", "gamma", ""}, {"beta", "gamma", ""}}, "gamma and grade = 0",
                          "alpha=false, beta=false, grade=1"),
              IsEmpty());
}

// Whether some values that meet the conditions make the tree true without a contradiction.
bool IsAccepted(const ExpressionPtr& tree, const Expression& conditions, const FactList& chosen,
                size_t next, const DerivationPlan& plan, const Context& context, Facts& facts) {
  if (next == chosen.size()) {
    if (EvaluateSimply(conditions, facts) != true) return false;
    Facts all = facts;
    std::vector<Violation> contradictions;
    plan.Derive(all, context, contradictions);
    Context with = context;
    with.eliminations = plan.Eliminate(all, context);
    return contradictions.empty() && Evaluate(tree, all, with) == Truth::kTrue;
  }
  Facts trial = facts;
  for (const Value& value : Domain(chosen[next])) {
    trial.insert_or_assign(chosen[next], value);
    if (IsAccepted(tree, conditions, chosen, next + 1, plan, context, trial)) return true;
  }
  return false;
}

TEST(NearestChangeTest, WithRandomRulesAChangeThatIsGivenIsAccepted) {
  RandomTrees random(15);
  size_t given = 0;
  for (size_t i = 0; i < 3'000; ++i) {
    const FactList sources = {"t/gamma", "t/grade", "t/count", "t/site"};
    FactSchema schema;
    for (const auto& [name, definition] : TestSchema().all()) {
      FactDefinition copy = definition;
      if (name == "t/alpha") copy.true_when = random.Tree(sources, 2);
      if (name == "t/beta") copy.false_when = random.Tree({"t/alpha", "t/grade", "t/count"}, 2);
      EVIDENT_ASSERT_OK(schema.Add(copy));
    }
    const absl::StatusOr<DerivationPlan> plan = DerivationPlan::Create(schema);
    ASSERT_THAT(plan, IsOk());
    const Context context{schema, kToday, TestIsA};
    const FactList all = {"t/alpha", "t/beta", "t/gamma", "t/grade", "t/count", "t/site"};
    Facts facts = random.SomeFacts(all, 40);
    const ExpressionPtr tree = random.Tree(all, 3);
    const std::vector<std::string> conditions = NearestChange(tree, facts, *plan, context);
    if (conditions.empty()) continue;
    ++given;
    std::vector<ExpressionPtr> parts;
    for (const std::string& condition : conditions) parts.push_back(Tree(condition));
    const ExpressionPtr together = AllOf(parts);
    const std::set<std::string> changed = FactsOf(together);
    EXPECT_LE(changed.size(), kChangedFactsMax);
    EXPECT_TRUE(
        IsAccepted(tree, *together, {changed.begin(), changed.end()}, 0, *plan, context, facts))
        << Print(tree, Names::kBare) << " -> " << Print(together, Names::kBare);
  }
  EXPECT_GT(given, 200u);
}

}  // namespace
}  // namespace evident::criteria
