// Contradictions that stand, that could, and what they do to decisions.
#include "decision/test_graph.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "one" for everybody and "other" for the tired ask for different care, each at its own decision;
// "third" speaks at a decision of its own.
TestGraph TwoSides() {
  TestGraph graph;
  graph.AddFact("tired", v1::FACT_TYPE_BOOLEAN);
  graph.AddFact("young", v1::FACT_TYPE_BOOLEAN);
  for (const char* const slug : {"rest", "walk", "tea"}) {
    graph.AddIntervention(slug, v1::INTERVENTION_KIND_CARE);
  }
  for (const char* const point : {"p", "q", "r"}) graph.AddPoint(point);
  graph.Add("one", v1::POLARITY_RECOMMEND, "", {"p"});
  graph.AddOption("one", false, {{"walk"}});
  graph.Add("other", v1::POLARITY_RECOMMEND, "tired", {"q"});
  graph.AddOption("other", false, {{"rest"}});
  graph.Add("third", v1::POLARITY_RECOMMEND, "", {"r"});
  graph.AddOption("third", false, {{"tea"}});
  return graph;
}

TestGraph Declared() {
  TestGraph graph = TwoSides();
  graph.AddConflict("one", "other");
  return graph;
}

TEST(ConflictsTest, APossibleConflictMakesItsSidesAndTheirDecisionsConditional) {
  const v1::Answer answer = AnswerFor(Declared(), {});
  ASSERT_EQ(answer.conflicts_size(), 1);
  EXPECT_EQ(answer.conflicts(0).state(), v1::CONFLICT_STATE_POSSIBLE);
  ASSERT_EQ(answer.conflicts(0).would_join_size(), 1);
  EXPECT_THAT(answer.conflicts(0).would_join(0).facts(), ElementsAre(Full("tired")));
  EXPECT_EQ(FindItem(answer, "one")->options(0).state(), v1::OPTION_STATE_CONDITIONAL);
  EXPECT_FALSE(FindItem(answer, "one")->contested());
  EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_TRUE(PointOf(answer, "p").conditional());
}

TEST(ConflictsTest, WhatAPossibleConflictDoesNotConcernIsUnconditional) {
  const v1::Answer answer = AnswerFor(Declared(), {});
  EXPECT_EQ(FindItem(answer, "third")->options(0).state(), v1::OPTION_STATE_OFFERED);
  EXPECT_EQ(PointOf(answer, "r").outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_FALSE(PointOf(answer, "r").conditional());
  const v1::Answer undeclared = AnswerFor(TwoSides(), {});
  EXPECT_EQ(FindItem(undeclared, "one")->options(0).state(), v1::OPTION_STATE_OFFERED);
  EXPECT_FALSE(PointOf(undeclared, "p").conditional());
}

TEST(ConflictsTest, TheNamedFactTurnsAPossibleConflictIntoAStandingOneOrNone) {
  const v1::Answer standing = AnswerFor(Declared(), {{"tired", Bool(true)}});
  ASSERT_EQ(standing.conflicts_size(), 1);
  EXPECT_EQ(standing.conflicts(0).state(), v1::CONFLICT_STATE_STANDING);
  EXPECT_THAT(standing.conflicts(0).would_join(), IsEmpty());
  EXPECT_THAT(standing.conflicts(0).decision_points(), ElementsAre(Full("p"), Full("q")));
  for (const char* const slug : {"one", "other"}) {
    EXPECT_TRUE(FindItem(standing, slug)->contested()) << slug;
    EXPECT_EQ(FindItem(standing, slug)->options(0).state(), v1::OPTION_STATE_CONTESTED) << slug;
  }
  for (const char* const point : {"p", "q"}) {
    EXPECT_EQ(PointOf(standing, point).outcome(), v1::OUTCOME_CONFLICT) << point;
    EXPECT_FALSE(PointOf(standing, point).conditional()) << point;
  }
  const v1::Answer none = AnswerFor(Declared(), {{"tired", Bool(false)}});
  EXPECT_EQ(none.conflicts_size(), 0);
  EXPECT_EQ(FindItem(none, "one")->options(0).state(), v1::OPTION_STATE_OFFERED);
  EXPECT_FALSE(PointOf(none, "p").conditional());
}

TEST(ConflictsTest, ADecisionAgainstSomethingIsConditionalToo) {
  TestGraph graph = TwoSides();
  graph.Add("stop", v1::POLARITY_STOP, "", {"p"});
  graph.AddOption("stop", false, {{"walk"}});
  graph.AddConflict("stop", "other");
  const v1::Answer open = AnswerFor(graph, {});
  EXPECT_EQ(PointOf(open, "p").outcome(), v1::OUTCOME_ADVISED_AGAINST);
  EXPECT_TRUE(PointOf(open, "p").conditional());
  EXPECT_EQ(FindItem(open, "one")->options(0).state(), v1::OPTION_STATE_REMOVED);
  const v1::Answer settled = AnswerFor(graph, {{"tired", Bool(false)}});
  EXPECT_EQ(PointOf(settled, "p").outcome(), v1::OUTCOME_ADVISED_AGAINST);
  EXPECT_FALSE(PointOf(settled, "p").conditional());
}

TEST(ConflictsTest, OneThatIsDeclaredFromBothSidesIsListedOnce) {
  for (const bool earlier_first : {true, false}) {
    TestGraph graph = TwoSides();
    const auto declare = [&](bool from_earlier) {
      v1::ConflictsWith& conflict =
          from_earlier ? graph.AddConflict("one", "other") : graph.AddConflict("other", "one");
      conflict.set_note(from_earlier ? "Seen from one." : "Seen from the other.");
      if (from_earlier) return;
      conflict.set_none_named(false);
      conflict.add_discriminators(Full("young"));
    };
    declare(earlier_first);
    declare(!earlier_first);
    const v1::Answer answer = AnswerFor(graph, {{"tired", Bool(true)}});
    ASSERT_EQ(answer.conflicts_size(), 1);
    const v1::Conflict& conflict = answer.conflicts(0);
    EXPECT_EQ(conflict.statement(), Full("one"));
    EXPECT_EQ(conflict.against(), Full("other"));
    EXPECT_THAT(conflict.discriminators(), ElementsAre(Full("young")));
    EXPECT_FALSE(conflict.none_named());
    EXPECT_EQ(conflict.note(), "Seen from one.\nSeen from the other.");
  }
}

TEST(ConflictsTest, TheSideThatDeclaresComesFirstThoughItIsLaterInOrder) {
  TestGraph graph = TwoSides();
  graph.AddConflict("other", "one");
  graph.AddConflict("third", "one");
  graph.AddConflict("one", "third");
  const v1::Answer answer = AnswerFor(graph, {{"tired", Bool(true)}});
  ASSERT_EQ(answer.conflicts_size(), 2);
  EXPECT_EQ(answer.conflicts(0).statement(), Full("one"));
  EXPECT_EQ(answer.conflicts(0).against(), Full("third"));
  EXPECT_TRUE(answer.conflicts(0).none_named());
  EXPECT_EQ(answer.conflicts(1).statement(), Full("other"));
  EXPECT_EQ(answer.conflicts(1).against(), Full("one"));
}

TEST(ConflictsTest, TheRecordKeepsConflictsWithoutTheirNotes) {
  TestGraph graph = TwoSides();
  graph.AddConflict("one", "other").set_note("In words.");
  const auto index = graph.Compile();
  ASSERT_NE(index, nullptr);
  const Decision decision = DecideFor(*index, FrameOf({}));
  ASSERT_EQ(decision.record.conflicts_size(), 1);
  EXPECT_EQ(decision.answer.conflicts(0).note(), "In words.");
  EXPECT_EQ(decision.record.conflicts(0).note(), "");
  EXPECT_EQ(decision.record.conflicts(0).against(), Full("other"));
}

}  // namespace
}  // namespace evident::decision
