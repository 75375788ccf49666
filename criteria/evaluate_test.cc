#include "criteria/evaluate.h"

#include <algorithm>

#include "base/status_matchers.h"
#include "criteria/all_trees.h"
#include "criteria/print.h"
#include "criteria/test_trees.h"

namespace evident::criteria {
namespace {

Truth Of(std::string_view criterion, std::string_view facts) {
  return Evaluate(Tree(criterion), FactsIn(facts), TestContext());
}

std::string Leaves(const std::vector<LeafResult>& leaves) {
  std::string text;
  for (const LeafResult& result : leaves) {
    constexpr const char* kTruths[] = {"false", "unknown", "true"};
    text += (text.empty() ? "" : "; ") + Print(*result.leaf, Names::kBare) + ": " +
            kTruths[static_cast<size_t>(result.truth)];
  }
  return text;
}

std::string Failing(std::string_view criterion, std::string_view facts) {
  return Leaves(FailingLeaves(Tree(criterion), FactsIn(facts), TestContext()));
}

TEST(EvaluateTest, AbsentCriterionHolds) { EXPECT_EQ(Of("", ""), Truth::kTrue); }

TEST(EvaluateTest, FollowsKleenesTables) {
  constexpr const char* kParts[] = {"alpha=false", "", "alpha=true"};
  for (size_t a = 0; a < 3; ++a) {
    EXPECT_EQ(static_cast<size_t>(Of("not alpha", kParts[a])), 2 - a);
    for (size_t b = 0; b < 3; ++b) {
      std::string facts = kParts[a];
      if (b != 1)
        facts += std::string(facts.empty() ? "" : ", ") + "beta=" + (b == 2 ? "true" : "false");
      EXPECT_EQ(static_cast<size_t>(Of("alpha and beta", facts)), std::min(a, b)) << facts;
      EXPECT_EQ(static_cast<size_t>(Of("alpha or beta", facts)), std::max(a, b)) << facts;
    }
  }
}

TEST(EvaluateTest, ComparesNumbersByValueNotByForm) {
  EXPECT_EQ(Of("level = 1.50 [g/dL]", "level=1.5 [g/dL]"), Truth::kTrue);
  EXPECT_EQ(Of("level < 1.5 [g/dL]", "level=1.49 [g/dL]"), Truth::kTrue);
  EXPECT_EQ(Of("level in 1 [g/dL]..2 [g/dL]", "level=2.00 [g/dL]"), Truth::kTrue);
  EXPECT_EQ(Of("level in 1 [g/dL]..<2 [g/dL]", "level=2.00 [g/dL]"), Truth::kFalse);
  EXPECT_EQ(Of("level in 1 [g/dL]<..2 [g/dL]", "level=1 [g/dL]"), Truth::kFalse);
}

TEST(EvaluateTest, ValueOfAnotherTypeOrUnitIsUnknown) {
  EXPECT_EQ(Of("grade = 1", "grade=true"), Truth::kUnknown);
  EXPECT_EQ(Of("level < 1 [g/dL]", "level=1 [mmol/L]"), Truth::kUnknown);
  EXPECT_EQ(Of("seen within 1 day", "seen=3"), Truth::kUnknown);
  EXPECT_EQ(Of("site is_a organ", "site=nowhere"), Truth::kUnknown);
}

TEST(EvaluateTest, KnownIsUnknownWhileTheFactIsAbsent) {
  EXPECT_EQ(Of("known grade", "grade=0"), Truth::kTrue);
  EXPECT_EQ(Of("known grade", ""), Truth::kUnknown);
  EXPECT_EQ(Of("not known grade", ""), Truth::kUnknown);
}

TEST(EvaluateTest, IsAHoldsForTheConceptAndThoseBelowIt) {
  EXPECT_EQ(Of("site is_a bone", "site=skull"), Truth::kTrue);
  EXPECT_EQ(Of("site is_a bone", "site=bone"), Truth::kTrue);
  EXPECT_EQ(Of("site is_a bone", "site=liver"), Truth::kFalse);
  EXPECT_EQ(Of("site is_a organ", "site=elsewhere"), Truth::kFalse);
}

TEST(EvaluateTest, IsAWithoutAHierarchyIsUnknown) {
  const Context context{TestSchema(), kToday, nullptr};
  EXPECT_EQ(Evaluate(Tree("site is_a bone"), FactsIn("site=bone"), context), Truth::kUnknown);
}

TEST(EvaluateTest, WithinCountsCalendarMonthsAndExcludesTheFuture) {
  const auto on = [](const char* day, const char* criterion, const char* seen) {
    const Context context{TestSchema(), ParseDate(day).value(), TestIsA};
    return Evaluate(Tree(criterion), FactsIn(std::string("seen=") + seen), context);
  };
  EXPECT_EQ(on("2026-08-31", "seen within 6 months", "2026-02-28"), Truth::kTrue);
  EXPECT_EQ(on("2026-08-31", "seen within 6 months", "2026-02-27"), Truth::kFalse);
  EXPECT_EQ(on("2024-02-29", "seen within 1 year", "2023-02-28"), Truth::kTrue);
  EXPECT_EQ(on("2024-02-29", "seen within 1 year", "2023-02-27"), Truth::kFalse);
  EXPECT_EQ(on("2026-03-15", "seen within 2 weeks", "2026-03-01"), Truth::kTrue);
  EXPECT_EQ(on("2026-03-15", "seen within 13 days", "2026-03-01"), Truth::kFalse);
  EXPECT_EQ(on("2026-03-15", "seen within 13 days", "2026-03-15"), Truth::kTrue);
  EXPECT_EQ(on("2026-03-15", "seen within 13 days", "2026-03-16"), Truth::kFalse);
}

TEST(EvaluateTest, WithinReachesNoFurtherThanTheFirstDay) {
  for (const CalendarUnit unit :
       {CalendarUnit::kDay, CalendarUnit::kWeek, CalendarUnit::kMonth, CalendarUnit::kYear}) {
    const ExpressionPtr leaf = Within("t/seen", 2'147'483'647, unit);
    EXPECT_EQ(EarliestWithin(*leaf, kToday), kDateMin);
  }
  EXPECT_EQ(kDateMin.ToString(), "0001-01-01");
  EXPECT_EQ(kDateMax.ToString(), "9999-12-31");
}

TEST(EvaluateTest, TracesEveryLeafInWrittenOrder) {
  EXPECT_EQ(Leaves(EvaluateLeaves(Tree("beta and (grade <= 1 or not alpha)"),
                                  FactsIn("grade=2, alpha=true"), TestContext())),
            "beta: unknown; grade <= 1: false; alpha: true");
}

TEST(EvaluateTest, FailingLeavesExplainOnlyWhatIsFalse) {
  EXPECT_EQ(Failing("alpha and grade <= 1 and count = 0", "alpha=true, grade=2, count=3"),
            "grade <= 1: false; count = 0: false");
  EXPECT_EQ(Failing("alpha and (grade <= 1 or count = 0)", "grade=2, count=3"),
            "grade <= 1: false; count = 0: false");
  EXPECT_EQ(Failing("not (alpha or grade >= 2)", "alpha=false, grade=2"), "grade >= 2: true");
  EXPECT_EQ(Failing("alpha", ""), "");
  EXPECT_EQ(Failing("alpha", "alpha=true"), "");
  EXPECT_EQ(Failing("", ""), "");
}

TEST(EvaluateTest, DecisiveLeavesAreThoseByWhichItHolds) {
  EXPECT_EQ(Leaves(DecisiveLeaves(Tree("alpha or grade >= 2 or beta"),
                                  FactsIn("alpha=false, grade=3"), TestContext())),
            "grade >= 2: true");
}

Truth Simply(const ExpressionPtr& tree, const Facts& facts) {
  const std::optional<bool> simple = EvaluateSimply(*tree, facts);
  return !simple ? Truth::kUnknown : *simple ? Truth::kTrue : Truth::kFalse;
}

TEST(EvaluateTest, EveryLeafAgreesWithASimpleEvaluatorOnEveryValue) {
  const Context context = TestContext();
  size_t pairs = 0;
  for (const ExpressionPtr& leaf : AllLeaves()) {
    ForEachFacts({leaf->fact}, [&](const Facts& facts) {
      EXPECT_EQ(Evaluate(leaf, facts, context), Simply(leaf, facts)) << Print(leaf, Names::kBare);
      ++pairs;
    });
  }
  EXPECT_GT(pairs, 3'000u);
}

TEST(EvaluateTest, EverySmallTreeAgreesWithASimpleEvaluatorInEveryState) {
  const Context context = TestContext();
  const std::vector<ExpressionPtr> trees = AllTrees({Tree("alpha"), Tree("beta")}, 3);
  ASSERT_EQ(trees.size(), 562u);
  ForEachFacts({"t/alpha", "t/beta"}, [&](const Facts& facts) {
    for (const ExpressionPtr& tree : trees) {
      ASSERT_EQ(Evaluate(tree, facts, context), Simply(tree, facts)) << Print(tree, Names::kBare);
    }
  });
}

// A million pairs of a random criterion and random facts: each criterion with several.
TEST(EvaluateTest, LargeTreesAgreeWithASimpleEvaluator) {
  constexpr size_t kTrees = 40'000;
  constexpr size_t kFactsOfEach = 25;
  RandomTrees random(20'261'123);
  const Context context = TestContext();
  const std::vector<std::string> all = TestSchema().Names();
  size_t decided = 0;
  for (size_t i = 0; i < kTrees; ++i) {
    const ExpressionPtr tree = random.Tree(all, 2 + i % 4);
    for (size_t j = 0; j < kFactsOfEach; ++j) {
      const Facts facts = random.SomeFacts(all, 20 * (1 + j % 4));
      const Truth expected = Simply(tree, facts);
      ASSERT_EQ(Evaluate(tree, facts, context), expected) << Print(tree, Names::kBare);
      decided += expected != Truth::kUnknown ? 1 : 0;
    }
  }
  EXPECT_GT(decided, kTrees * kFactsOfEach / 4);
  EXPECT_LT(decided, kTrees * kFactsOfEach * 9 / 10);
}

TEST(EvaluateTest, MoreFactsNeverTurnADecidedCriterion) {
  const Context context = TestContext();
  const std::vector<std::string> names = {"t/alpha", "t/beta"};
  const std::vector<ExpressionPtr> trees = AllTrees({Tree("alpha"), Tree("beta")}, 3);
  ForEachFacts(names, [&](const Facts& facts) {
    for (const std::string& added : names) {
      if (facts.count(added) != 0) continue;
      for (const Value& value : Domain(added)) {
        Facts more = facts;
        more.emplace(added, value);
        for (const ExpressionPtr& tree : trees) {
          const Truth before = Evaluate(tree, facts, context);
          if (before == Truth::kUnknown) continue;
          ASSERT_EQ(Evaluate(tree, more, context), before) << Print(tree, Names::kBare);
        }
      }
    }
  });
}

TEST(EvaluateTest, EveryTreeIsDecidedOnceAllFactsAreKnown) {
  RandomTrees random(1);
  const Context context = TestContext();
  const std::vector<std::string> all = TestSchema().Names();
  for (size_t i = 0; i < 500; ++i) {
    const ExpressionPtr tree = random.Tree(all, 4);
    Facts facts;
    Truth before = Evaluate(tree, facts, context);
    for (const auto& [fact, value] : random.SomeFacts(all, 100)) {
      facts.emplace(fact, value);
      const Truth after = Evaluate(tree, facts, context);
      ASSERT_TRUE(before == Truth::kUnknown || after == before) << Print(tree, Names::kBare);
      before = after;
    }
    ASSERT_NE(before, Truth::kUnknown) << Print(tree, Names::kBare);
  }
}

TEST(EvaluateTest, OrderOfPartsAndOfFactsDoesNotMatter) {
  RandomTrees random(2);
  const Context context = TestContext();
  const std::vector<std::string> all = TestSchema().Names();
  for (size_t i = 0; i < 1'000; ++i) {
    std::vector<ExpressionPtr> parts = {random.Tree(all, 3), random.Tree(all, 3),
                                        random.Tree(all, 3)};
    const Facts facts = random.SomeFacts(all, 50);
    Facts filled_backwards;
    for (auto fact = facts.rbegin(); fact != facts.rend(); ++fact) filled_backwards.insert(*fact);
    const Truth every = Evaluate(AllOf(parts), facts, context);
    const Truth some = Evaluate(AnyOf(parts), facts, context);
    std::reverse(parts.begin(), parts.end());
    ASSERT_EQ(Evaluate(AllOf(parts), filled_backwards, context), every);
    ASSERT_EQ(Evaluate(AnyOf(parts), filled_backwards, context), some);
  }
}

TEST(EvaluateTest, DoubleNegationAndDeMorganHold) {
  RandomTrees random(3);
  const Context context = TestContext();
  const std::vector<std::string> all = TestSchema().Names();
  for (size_t i = 0; i < 1'000; ++i) {
    const ExpressionPtr a = random.Tree(all, 4);
    const ExpressionPtr b = random.Tree(all, 4);
    const Facts facts = random.SomeFacts(all, 50);
    const auto of = [&](const ExpressionPtr& tree) { return Evaluate(tree, facts, context); };
    ASSERT_EQ(of(Not(Not(a))), of(a));
    ASSERT_EQ(of(Not(AllOf({a, b}))), of(AnyOf({Not(a), Not(b)})));
    ASSERT_EQ(of(Not(AnyOf({a, b}))), of(AllOf({Not(a), Not(b)})));
  }
}

TEST(EvaluateTest, DecisiveLeavesAloneDecide) {
  RandomTrees random(4);
  const Context context = TestContext();
  const std::vector<std::string> all = TestSchema().Names();
  for (size_t i = 0; i < 1'000; ++i) {
    const ExpressionPtr tree = random.Tree(all, 4);
    const Facts facts = random.SomeFacts(all, 60);
    const Truth truth = Evaluate(tree, facts, context);
    const std::vector<LeafResult> leaves = DecisiveLeaves(tree, facts, context);
    ASSERT_EQ(leaves.empty(), truth == Truth::kUnknown);
    Facts grounds;
    for (const LeafResult& result : leaves) grounds.insert(*facts.find(result.leaf->fact));
    ASSERT_EQ(Evaluate(tree, grounds, context), truth) << Print(tree, Names::kBare);
  }
}

}  // namespace
}  // namespace evident::criteria
