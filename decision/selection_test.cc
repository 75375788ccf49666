// Which candidates are in force, and what details hold under.
#include "decision/test_graph.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::Answer AnswerOn(const TestGraph& graph, const std::string& day, const FactList& facts = {}) {
  const auto index = graph.Compile();
  if (index == nullptr) return {};
  v1::QuestionFrame frame = FrameOf(facts);
  frame.set_as_valid_on(day);
  return DecideFor(*index, frame).answer;
}

v1::ExclusionReason ReasonOf(const v1::Answer& answer, const std::string& slug) {
  const v1::Exclusion* const out = FindExclusion(answer, slug);
  return out == nullptr ? v1::EXCLUSION_REASON_UNSPECIFIED : out->reason();
}

std::string DetailOf(const v1::Answer& answer, const std::string& slug) {
  const v1::Exclusion* const out = FindExclusion(answer, slug);
  return out == nullptr ? "" : out->detail();
}

// "old" is part of "first", "new" of "second"; "first" stands as told.
TestGraph TwoBooks(v1::Standing standing) {
  TestGraph graph;
  graph.AddIntervention("care", v1::INTERVENTION_KIND_CARE);
  graph.AddPoint("p");
  graph.AddGuideline("first").set_standing(standing);
  graph.AddGuideline("second").set_valid_from("2026-02-01");
  for (const char* const slug : {"old", "new"}) {
    graph.Add(slug, v1::POLARITY_RECOMMEND, "", {"p"}).set_review_state(v1::REVIEW_STATE_APPROVED);
    graph.AddOption(slug, false, {{"care"}});
  }
  graph.MoveTo("old", "first");
  graph.MoveTo("new", "second");
  return graph;
}

TEST(SelectionTest, WhatAGuidelineSaysStandsWhileItIsCurrentOrCorrected) {
  for (const v1::Standing standing :
       {v1::STANDING_UNSPECIFIED, v1::STANDING_CURRENT, v1::STANDING_CORRECTED}) {
    EXPECT_NE(FindItem(AnswerOn(TwoBooks(standing), "2026-03-01"), "old"), nullptr) << standing;
  }
}

TEST(SelectionTest, WhatAWithdrawnOrRetractedGuidelineSaidDropsOutVisibly) {
  const v1::Answer withdrawn = AnswerOn(TwoBooks(v1::STANDING_WITHDRAWN), "2026-03-01");
  EXPECT_EQ(ReasonOf(withdrawn, "old"), v1::EXCLUSION_REASON_NOT_VALID);
  EXPECT_EQ(DetailOf(withdrawn, "old"), "t/first is withdrawn");
  EXPECT_NE(FindItem(withdrawn, "new"), nullptr);
  EXPECT_THAT(PointOf(withdrawn, "p").statements(), ElementsAre(Full("new")));
  const v1::Answer retracted = AnswerOn(TwoBooks(v1::STANDING_RETRACTED), "2026-03-01");
  EXPECT_EQ(ReasonOf(retracted, "old"), v1::EXCLUSION_REASON_NOT_VALID);
  EXPECT_EQ(DetailOf(retracted, "old"), "t/first is retracted");
}

TEST(SelectionTest, ASupersededStandingWithoutASuccessorHoldsOnAnyDay) {
  for (const char* const day : {"2020-01-01", "2026-03-01"}) {
    const v1::Answer answer = AnswerOn(TwoBooks(v1::STANDING_SUPERSEDED), day);
    EXPECT_EQ(ReasonOf(answer, "old"), v1::EXCLUSION_REASON_SUPERSEDED) << day;
    EXPECT_EQ(DetailOf(answer, "old"), "t/first is superseded");
  }
}

TEST(SelectionTest, ASupersedingGuidelineReplacesTheOlderFromItsFirstDayOn) {
  for (const v1::Standing standing : {v1::STANDING_CURRENT, v1::STANDING_SUPERSEDED}) {
    TestGraph graph = TwoBooks(standing);
    graph.AddSuccessor("second", "first", v1::NODE_KIND_GUIDELINE);
    const v1::Answer before = AnswerOn(graph, "2026-01-31");
    EXPECT_NE(FindItem(before, "old"), nullptr);
    EXPECT_EQ(ReasonOf(before, "new"), v1::EXCLUSION_REASON_NOT_VALID);
    const v1::Answer after = AnswerOn(graph, "2026-02-01");
    EXPECT_EQ(ReasonOf(after, "old"), v1::EXCLUSION_REASON_SUPERSEDED);
    EXPECT_EQ(DetailOf(after, "old"), "t/first is superseded by t/second");
    EXPECT_NE(FindItem(after, "new"), nullptr);
  }
}

TEST(SelectionTest, ANewerStatementCountsThoughItIsAboutSomethingElse) {
  TestGraph graph = TwoBooks(v1::STANDING_CURRENT);
  graph.AddConcept("other", v1::CONCEPT_KIND_CONDITION);
  graph.AddSuccessor("elsewhere", "old");
  graph.Add("elsewhere", v1::POLARITY_RECOMMEND, "", {"p"});
  graph.ApplyTo("elsewhere", "other");
  const v1::Answer answer = AnswerOn(graph, "2026-03-01");
  EXPECT_EQ(FindItem(answer, "elsewhere"), nullptr);
  EXPECT_EQ(FindExclusion(answer, "elsewhere"), nullptr);
  EXPECT_EQ(ReasonOf(answer, "old"), v1::EXCLUSION_REASON_SUPERSEDED);
  EXPECT_EQ(DetailOf(answer, "old"), "superseded by t/elsewhere");
}

TEST(SelectionTest, WhatWasReplacedStaysSoWhenItsSuccessorEndsOrIsHeldBack) {
  TestGraph graph = TwoBooks(v1::STANDING_CURRENT);
  v1::Statement& middle = graph.Add("middle", v1::POLARITY_RECOMMEND, "", {"p"});
  middle.set_valid_from("2026-02-01");
  middle.set_valid_to("2026-02-28");
  middle.set_review_state(v1::REVIEW_STATE_REJECTED);
  graph.AddSuccessor("middle", "old");
  const v1::Answer after = AnswerOn(graph, "2026-03-01");
  EXPECT_EQ(ReasonOf(after, "middle"), v1::EXCLUSION_REASON_NOT_VALID);
  EXPECT_EQ(ReasonOf(after, "old"), v1::EXCLUSION_REASON_SUPERSEDED);
  const auto index = graph.Compile();
  ASSERT_NE(index, nullptr);
  v1::QuestionFrame frame = FrameOf({});
  frame.set_as_valid_on("2026-02-15");
  frame.mutable_filters()->set_review_state_min(v1::REVIEW_STATE_APPROVED);
  const v1::Answer during = DecideFor(*index, frame).answer;
  EXPECT_EQ(ReasonOf(during, "middle"), v1::EXCLUSION_REASON_HELD_BACK);
  EXPECT_EQ(ReasonOf(during, "old"), v1::EXCLUSION_REASON_SUPERSEDED);
}

TEST(SelectionTest, SuccessorsCountThroughEachOther) {
  TestGraph graph = TwoBooks(v1::STANDING_CURRENT);
  graph.Add("between", v1::POLARITY_RECOMMEND, "", {"p"}).set_valid_from("2027-01-01");
  graph.AddSuccessor("between", "old");
  graph.AddSuccessor("new", "between");
  const v1::Answer answer = AnswerOn(graph, "2026-03-01");
  EXPECT_EQ(ReasonOf(answer, "old"), v1::EXCLUSION_REASON_SUPERSEDED);
  EXPECT_EQ(DetailOf(answer, "old"), "superseded by t/new");
}

TEST(SelectionTest, WhatIsNotInForceCoversNoCell) {
  TestGraph graph;
  graph.AddFact("grade", v1::FACT_TYPE_INTEGER);
  graph.AddIntervention("care", v1::INTERVENTION_KIND_CARE);
  graph.AddPoint("p").add_partition(Full("grade"));
  graph.Add("low", v1::POLARITY_RECOMMEND, "grade <= 3", {"p"});
  graph.AddOption("low", false, {{"care"}});
  graph.Add("all", v1::POLARITY_RECOMMEND, "grade <= 9", {"p"}).set_valid_to("2026-01-31");
  graph.AddOption("all", false, {{"care"}});
  const FactList facts = {{"grade", Int(5)}};
  EXPECT_EQ(PointOf(AnswerOn(graph, "2026-01-31", facts), "p").outcome(), v1::OUTCOME_RECOMMENDED);
  const v1::Answer after = AnswerOn(graph, "2026-02-01", facts);
  EXPECT_EQ(PointOf(after, "p").outcome(), v1::OUTCOME_NOT_COVERED);
  ASSERT_EQ(after.silences_size(), 1);
  EXPECT_EQ(after.silences(0).fact(), Full("grade"));
}

// "base" below 4, "other" from 7 on; "both" details both of them for the fit.
TestGraph Details() {
  TestGraph graph;
  graph.AddFact("grade", v1::FACT_TYPE_INTEGER);
  graph.AddFact("fit", v1::FACT_TYPE_BOOLEAN);
  graph.AddIntervention("care", v1::INTERVENTION_KIND_CARE);
  graph.AddPoint("p");
  graph.Add("both", v1::POLARITY_RECOMMEND, "fit", {"p"});
  graph.Add("base", v1::POLARITY_RECOMMEND, "grade <= 3", {"p"});
  graph.Add("other", v1::POLARITY_RECOMMEND, "grade >= 7", {"p"});
  for (const char* const slug : {"both", "base", "other"}) graph.AddOption(slug, false, {{"care"}});
  graph.AddDetail("both", "other");
  graph.AddDetail("both", "base");
  return graph;
}

TEST(SelectionTest, WhatDetailsSeveralHoldsUnderAnyOfThem) {
  for (const int grade : {3, 7}) {
    const v1::Answer in = AnswerFor(Details(), {{"grade", Int(grade)}, {"fit", Bool(true)}});
    ASSERT_NE(FindItem(in, "both"), nullptr) << grade;
    EXPECT_EQ(FindItem(in, "both")->applicability(), v1::APPLICABILITY_APPLIES);
    EXPECT_EQ(FindItem(in, "both")->elaborates(), "t/base, t/other");
  }
  for (const int grade : {4, 6}) {
    const v1::Answer out = AnswerFor(Details(), {{"grade", Int(grade)}, {"fit", Bool(true)}});
    EXPECT_EQ(ReasonOf(out, "both"), v1::EXCLUSION_REASON_PARENT) << grade;
    EXPECT_EQ(DetailOf(out, "both"), "details t/base, t/other");
    EXPECT_EQ(PointOf(out, "p").outcome(), v1::OUTCOME_NONE_APPLIES);
  }
  const v1::Answer unfit = AnswerFor(Details(), {{"grade", Int(3)}, {"fit", Bool(false)}});
  EXPECT_EQ(ReasonOf(unfit, "both"), v1::EXCLUSION_REASON_CRITERION);
}

TEST(SelectionTest, ADetailFollowsOnlyThoseThatAreInForce) {
  TestGraph graph = Details();
  graph.Add("newer", v1::POLARITY_CONSIDER, "", {"p"});
  graph.AddOption("newer", false, {{"care"}});
  graph.AddSuccessor("newer", "other");
  const v1::Answer high = AnswerFor(graph, {{"grade", Int(8)}, {"fit", Bool(true)}});
  EXPECT_EQ(ReasonOf(high, "both"), v1::EXCLUSION_REASON_PARENT);
  const v1::Answer open = AnswerFor(graph, {{"fit", Bool(true)}});
  ASSERT_NE(FindItem(open, "both"), nullptr);
  EXPECT_EQ(FindItem(open, "both")->criterion(), "grade <= 3 and fit");
}

TEST(SelectionTest, EveryDetailOfAStatementIsKept) {
  TestGraph graph = Details();
  graph.Add("second", v1::POLARITY_RECOMMEND, "", {});
  graph.Add("deeper", v1::POLARITY_RECOMMEND, "fit", {});
  for (const char* const slug : {"second", "deeper"}) graph.AddOption(slug, false, {{"care"}});
  graph.AddDetail("second", "base");
  graph.AddDetail("deeper", "second");
  const v1::Answer in = AnswerFor(graph, {{"grade", Int(1)}, {"fit", Bool(true)}});
  for (const char* const slug : {"both", "second", "deeper"}) {
    EXPECT_NE(FindItem(in, slug), nullptr) << slug;
  }
  EXPECT_EQ(FindItem(in, "second")->elaborates(), Full("base"));
  EXPECT_EQ(FindItem(in, "deeper")->elaborates(), Full("second"));
  const v1::Answer out = AnswerFor(graph, {{"grade", Int(5)}, {"fit", Bool(true)}});
  for (const char* const slug : {"both", "second", "deeper"}) {
    EXPECT_EQ(ReasonOf(out, slug), v1::EXCLUSION_REASON_PARENT) << slug;
  }
}

TEST(SelectionTest, ADetailIsOutWithWhatItDetailsThoughThatIsNotAskedFor) {
  TestGraph graph = Details();
  graph.AddConcept("other-condition", v1::CONCEPT_KIND_CONDITION);
  for (const char* const slug : {"base", "other"}) graph.ApplyTo(slug, "other-condition");
  const v1::Answer in = AnswerFor(graph, {{"grade", Int(1)}, {"fit", Bool(true)}});
  EXPECT_NE(FindItem(in, "both"), nullptr);
  EXPECT_THAT(PointOf(in, "p").statements(), IsEmpty());
  const v1::Answer out = AnswerFor(graph, {{"grade", Int(5)}, {"fit", Bool(true)}});
  EXPECT_EQ(ReasonOf(out, "both"), v1::EXCLUSION_REASON_PARENT);
}

}  // namespace
}  // namespace evident::decision
