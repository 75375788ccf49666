// Components that are added to others, and decisions that come down to a class.
#include "decision/test_graph.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;

// "base" gives drug-a below grade 4 unless it is barred; "plus" adds drug-b to such drugs at the
// same decision.
TestGraph AddOn() {
  TestGraph graph;
  graph.AddFact("grade", v1::FACT_TYPE_INTEGER);
  graph.AddFact("barred", v1::FACT_TYPE_BOOLEAN);
  graph.AddFact("ill", v1::FACT_TYPE_BOOLEAN);
  graph.AddIntervention("drugs", v1::INTERVENTION_KIND_CLASS);
  graph.AddIntervention("drug-a", v1::INTERVENTION_KIND_DRUG, "drugs");
  graph.AddIntervention("drug-b", v1::INTERVENTION_KIND_DRUG);
  graph.AddIntervention("care", v1::INTERVENTION_KIND_CARE);
  graph.AddPoint("p");
  graph.AddPoint("q");
  graph.Add("plus", v1::POLARITY_RECOMMEND, "", {"p"});
  graph.AddOption("plus", false, {{.intervention = "drug-b", .add_on_to = "drugs"}});
  graph.Add("base", v1::POLARITY_RECOMMEND, "grade <= 3", {"p"});
  graph.AddOption("base", false, {{.intervention = "drug-a", .unless = "barred"}});
  graph.Add("elsewhere", v1::POLARITY_RECOMMEND, "", {"q"});
  graph.AddOption("elsewhere", false, {{"care"}});
  return graph;
}

const v1::AnswerOption& OptionOf(const v1::Answer& answer, const std::string& slug) {
  const v1::Recommendation* const item = FindItem(answer, slug);
  static const v1::AnswerOption kNone;
  EXPECT_TRUE(item != nullptr && item->options_size() == 1) << slug;
  return item == nullptr || item->options().empty() ? kNone : item->options(0);
}

TEST(AddOnTest, IsOfferedWithWhatAnotherStatementSelects) {
  const v1::Answer answer = AnswerFor(AddOn(), {{"grade", Int(3)}, {"barred", Bool(false)}});
  EXPECT_EQ(OptionOf(answer, "plus").state(), v1::OPTION_STATE_OFFERED);
  EXPECT_EQ(OptionOf(answer, "plus").removals_size(), 0);
  EXPECT_EQ(OptionOf(answer, "plus").components(0).add_on_to(), Full("drugs"));
  EXPECT_FALSE(PointOf(answer, "p").conditional());
}

TEST(AddOnTest, NeverStandsAlone) {
  // What it is added to does not apply, or is removed by its own condition.
  const std::vector<FactList> cases = {{{"grade", Int(4)}, {"barred", Bool(false)}},
                                       {{"grade", Int(3)}, {"barred", Bool(true)}}};
  for (const FactList& facts : cases) {
    const v1::Answer answer = AnswerFor(AddOn(), facts);
    const v1::AnswerOption& option = OptionOf(answer, "plus");
    EXPECT_EQ(option.state(), v1::OPTION_STATE_REMOVED);
    EXPECT_EQ(option.components(0).state(), v1::OPTION_STATE_REMOVED);
    ASSERT_EQ(option.removals_size(), 1);
    EXPECT_EQ(option.removals(0).statement(), "");
    EXPECT_EQ(option.removals(0).intervention(), Full("drug-b"));
    EXPECT_NE(option.removals(0).argument(), "");
    EXPECT_EQ(option.removals(0).if_facts_size(), 0);
    EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_ADVISED_AGAINST);
    EXPECT_EQ(PointOf(answer, "q").outcome(), v1::OUTCOME_RECOMMENDED);
  }
}

TEST(AddOnTest, GoesWhenAStatementRemovesWhatItIsAddedTo) {
  TestGraph graph = AddOn();
  graph.Add("against", v1::POLARITY_ADVISE_AGAINST, "ill", {"p"});
  graph.AddOption("against", false, {{"drug-a"}});
  FactList facts = {{"grade", Int(3)}, {"barred", Bool(false)}, {"ill", Bool(true)}};
  EXPECT_EQ(OptionOf(AnswerFor(graph, facts), "plus").state(), v1::OPTION_STATE_REMOVED);
  facts.back().second = Bool(false);
  EXPECT_EQ(OptionOf(AnswerFor(graph, facts), "plus").state(), v1::OPTION_STATE_OFFERED);
  facts.pop_back();
  const v1::Answer open = AnswerFor(graph, facts);
  const v1::AnswerOption& option = OptionOf(open, "plus");
  EXPECT_EQ(option.state(), v1::OPTION_STATE_CONDITIONAL);
  ASSERT_EQ(option.removals_size(), 1);
  ASSERT_EQ(option.removals(0).if_facts_size(), 1);
  EXPECT_THAT(option.removals(0).if_facts(0).facts(), ElementsAre(Full("ill")));
}

TEST(AddOnTest, HangsOnTheFactsOfWhatItIsAddedTo) {
  const v1::Answer answer = AnswerFor(AddOn(), {});
  const v1::AnswerOption& option = OptionOf(answer, "plus");
  EXPECT_EQ(option.state(), v1::OPTION_STATE_CONDITIONAL);
  ASSERT_EQ(option.removals_size(), 1);
  ASSERT_EQ(option.removals(0).if_facts_size(), 2);
  EXPECT_THAT(option.removals(0).if_facts(0).facts(), ElementsAre(Full("grade")));
  EXPECT_THAT(option.removals(0).if_facts(1).facts(), ElementsAre(Full("barred")));
  EXPECT_TRUE(PointOf(answer, "p").conditional());
}

TEST(AddOnTest, StandsOnTheSurestOfSeveral) {
  TestGraph graph = AddOn();
  graph.AddIntervention("drug-c", v1::INTERVENTION_KIND_DRUG, "drugs");
  graph.Add("sure", v1::POLARITY_CONSIDER, "", {"p"});
  graph.AddOption("sure", false, {{"drug-c"}});
  EXPECT_EQ(OptionOf(AnswerFor(graph, {}), "plus").state(), v1::OPTION_STATE_OFFERED);
}

TEST(AddOnTest, IsNotAddedToItselfNorToAnotherAddOnNorToAnotherDecision) {
  TestGraph graph = AddOn();
  graph.AddIntervention("drug-b-weekly", v1::INTERVENTION_KIND_DRUG, "drug-b");
  graph.Add("same", v1::POLARITY_CONSIDER, "", {"p"});
  graph.AddOption("same", false, {{"drug-b-weekly"}});
  graph.Add("more", v1::POLARITY_CONSIDER, "", {"p"});
  graph.AddOption("more", false, {{.intervention = "care", .add_on_to = "drug-b"}});
  const v1::Answer answer = AnswerFor(graph, {{"grade", Int(9)}});
  EXPECT_EQ(OptionOf(answer, "plus").state(), v1::OPTION_STATE_REMOVED);
  EXPECT_EQ(OptionOf(answer, "more").state(), v1::OPTION_STATE_OFFERED);  // to drug-b-weekly
}

TEST(AddOnTest, IsContestedWithWhatItIsAddedTo) {
  TestGraph graph = AddOn();
  graph.Add("stop", v1::POLARITY_STOP, "ill", {"p"});
  graph.AddOption("stop", false, {{"drug-a"}});
  graph.AddConflict("stop", "base");
  const v1::Answer answer =
      AnswerFor(graph, {{"grade", Int(1)}, {"barred", Bool(false)}, {"ill", Bool(true)}});
  EXPECT_EQ(OptionOf(answer, "base").state(), v1::OPTION_STATE_CONTESTED);
  EXPECT_EQ(OptionOf(answer, "plus").state(), v1::OPTION_STATE_CONTESTED);
}

TEST(AddOnTest, InAnOptionItGoesWithTheLastOfTheOtherComponents) {
  TestGraph graph = AddOn();
  graph.Add("mixed", v1::POLARITY_CONSIDER, "", {"q"});
  graph.AddOption("mixed", false,
                  {{.intervention = "drug-a", .unless = "barred"},
                   {.intervention = "drug-b", .add_on_to = "drugs"}});
  const v1::Answer gone = AnswerFor(graph, {{"barred", Bool(true)}});
  EXPECT_EQ(OptionOf(gone, "mixed").state(), v1::OPTION_STATE_REMOVED);
  EXPECT_EQ(OptionOf(gone, "mixed").components(1).state(), v1::OPTION_STATE_REMOVED);
  EXPECT_EQ(OptionOf(gone, "mixed").removals_size(), 2);
  const v1::Answer there = AnswerFor(graph, {{"barred", Bool(false)}});
  EXPECT_EQ(OptionOf(there, "mixed").state(), v1::OPTION_STATE_OFFERED);
  const v1::Answer open = AnswerFor(graph, {});
  EXPECT_EQ(OptionOf(open, "mixed").components(1).state(), v1::OPTION_STATE_CONDITIONAL);
}

TEST(AddOnTest, WhatElseItsOptionHoldsDoesNotKeepIt) {
  TestGraph graph = AddOn();
  graph.Add("mixed", v1::POLARITY_RECOMMEND, "", {"q"});
  graph.AddOption("mixed", false,
                  {{.intervention = "drug-a", .unless = "barred"},
                   {.intervention = "drug-b", .optional = true, .add_on_to = "drugs"},
                   {"care"}});
  const v1::Answer gone = AnswerFor(graph, {{"barred", Bool(true)}});
  EXPECT_EQ(OptionOf(gone, "mixed").components(1).state(), v1::OPTION_STATE_REMOVED);
  EXPECT_EQ(OptionOf(gone, "mixed").components(2).state(), v1::OPTION_STATE_OFFERED);
  ASSERT_EQ(OptionOf(gone, "mixed").removals_size(), 2);
  EXPECT_EQ(OptionOf(gone, "mixed").removals(1).argument(),
            "added to drugs, of which nothing is left");
  const v1::Answer open = AnswerFor(graph, {});
  EXPECT_EQ(OptionOf(open, "mixed").components(1).state(), v1::OPTION_STATE_CONDITIONAL);
}

TEST(AddOnTest, IsNotAddedToAnotherDrugThanTheOneItNames) {
  TestGraph graph = AddOn();
  graph.AddIntervention("drug-c", v1::INTERVENTION_KIND_DRUG);
  graph.Add("unrelated", v1::POLARITY_CONSIDER, "", {"p"});
  graph.AddOption("unrelated", false, {{"drug-c"}});
  const v1::Answer answer = AnswerFor(graph, {{"grade", Int(4)}, {"barred", Bool(false)}});
  EXPECT_EQ(OptionOf(answer, "plus").state(), v1::OPTION_STATE_REMOVED);
}

// "plan" gives a class and care, "named" a drug of the class unless it is barred; supportive care
// names a class and no drug at all.
TestGraph Classes() {
  TestGraph graph;
  graph.AddFact("barred", v1::FACT_TYPE_BOOLEAN);
  graph.AddIntervention("drugs", v1::INTERVENTION_KIND_CLASS);
  graph.AddIntervention("drug-a", v1::INTERVENTION_KIND_DRUG, "drugs");
  graph.AddIntervention("extra", v1::INTERVENTION_KIND_DRUG);
  graph.AddIntervention("soothers", v1::INTERVENTION_KIND_CLASS);
  graph.AddIntervention("care", v1::INTERVENTION_KIND_CARE);
  graph.AddPoint("therapy");
  graph.AddPoint("support");
  graph.Add("plan", v1::POLARITY_RECOMMEND, "", {"therapy"});
  graph.AddOption("plan", false,
                  {{"drugs"}, {.intervention = "extra", .optional = true}, {"care"}});
  graph.Add("named", v1::POLARITY_CONSIDER, "", {"therapy"});
  graph.AddOption("named", true, {{.intervention = "drug-a", .unless = "barred"}});
  graph.Add("soothe", v1::POLARITY_RECOMMEND, "", {"support"});
  graph.AddOption("soothe", false, {{"soothers"}, {"care"}});
  return graph;
}

TEST(ClassOnlyTest, IsSaidWhereTheNamedDrugIsGone) {
  EXPECT_TRUE(PointOf(AnswerFor(Classes(), {{"barred", Bool(true)}}), "therapy").class_only());
}

TEST(ClassOnlyTest, IsNotSaidWhereADrugFitsThoughItIsOnlyConsidered) {
  const v1::Answer answer = AnswerFor(Classes(), {{"barred", Bool(false)}});
  EXPECT_EQ(PointOf(answer, "therapy").outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_FALSE(PointOf(answer, "therapy").class_only());
}

TEST(ClassOnlyTest, IsNotSaidOfADecisionForWhichNoDrugIsNamed) {
  const v1::Answer answer = AnswerFor(Classes(), {{"barred", Bool(true)}});
  EXPECT_EQ(PointOf(answer, "support").outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_FALSE(PointOf(answer, "support").class_only());
}

TEST(ClassOnlyTest, ADetailThatNamesTheDrugOfAClassIsEnough) {
  TestGraph graph = Classes();
  graph.Add("detail", v1::POLARITY_CONSIDER, "", {"therapy"});
  graph.AddOption("detail", false, {{"drug-a"}});
  graph.AddDetail("detail", "plan");
  EXPECT_FALSE(PointOf(AnswerFor(graph, {{"barred", Bool(true)}}), "therapy").class_only());
  // A detail of what is gone is nothing to follow.
  TestGraph gone = Classes();
  gone.Add("detail", v1::POLARITY_CONSIDER, "", {"therapy"});
  gone.AddOption("detail", false, {{"drug-a"}});
  gone.AddDetail("detail", "named");
  EXPECT_TRUE(PointOf(AnswerFor(gone, {{"barred", Bool(true)}}), "therapy").class_only());
}

}  // namespace
}  // namespace evident::decision
