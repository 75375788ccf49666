#include "decision/decide.h"

#include <algorithm>

#include "decision/test_graph.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Facts(const v1::FactSet& set) {
  return {set.facts().begin(), set.facts().end()};
}

// One decision "p" divided by "grade"; "pair" below 4, "against" drugs from 6 on, "basis" always.
TestGraph Treatment() {
  TestGraph graph;
  graph.AddFact("grade", v1::FACT_TYPE_INTEGER);
  graph.AddFact("intolerant", v1::FACT_TYPE_BOOLEAN);
  graph.AddFact("over", v1::FACT_TYPE_BOOLEAN);
  graph.AddIntervention("drugs", v1::INTERVENTION_KIND_CLASS);
  graph.AddIntervention("drug-a", v1::INTERVENTION_KIND_DRUG, "drugs");
  graph.AddIntervention("drug-b", v1::INTERVENTION_KIND_DRUG, "drugs");
  graph.AddIntervention("care", v1::INTERVENTION_KIND_CARE);
  graph.AddPoint("p", "not over").add_partition(Full("grade"));
  graph.Add("basis", v1::POLARITY_RECOMMEND, "", {"p"});
  graph.AddOption("basis", false, {{"drugs"}, {"care"}});
  graph.Add("pair", v1::POLARITY_RECOMMEND, "grade <= 3", {"p"});
  graph.AddOption("pair", true, {{"drug-a"}, {"drug-b", "", "intolerant"}});
  graph.Add("against", v1::POLARITY_ADVISE_AGAINST, "grade >= 6", {"p"});
  graph.AddOption("against", false, {{"drugs"}});
  return graph;
}

TEST(DecideTest, AppliesAndExcludesWithTheFailedConditionAndTheNearestChange) {
  const v1::Answer answer = AnswerFor(Treatment(), {{"grade", Int(5)}});
  ASSERT_NE(FindItem(answer, "basis"), nullptr);
  EXPECT_EQ(FindItem(answer, "basis")->applicability(), v1::APPLICABILITY_APPLIES);
  const v1::Exclusion* const out = FindExclusion(answer, "pair");
  ASSERT_NE(out, nullptr);
  EXPECT_EQ(out->reason(), v1::EXCLUSION_REASON_CRITERION);
  ASSERT_EQ(out->failed_size(), 1);
  EXPECT_EQ(out->failed(0).condition(), "grade <= 3");
  EXPECT_EQ(out->failed(0).truth(), v1::TRUTH_FALSE);
  EXPECT_EQ(out->failed(0).value().integer(), 5);
  EXPECT_THAT(out->nearest_change(), ElementsAre("grade <= 3"));
}

// As true, "high" leaves grades from 4 and "low" grades to 3.
TestGraph Over() {
  TestGraph graph = Treatment();
  *graph.AddFact("high", v1::FACT_TYPE_BOOLEAN).mutable_false_when() = Criterion("grade <= 3");
  *graph.AddFact("low", v1::FACT_TYPE_BOOLEAN).mutable_false_when() = Criterion("grade >= 4");
  return graph;
}

TEST(DecideTest, WhatOtherFactsExcludeIsSaidWithThemAndTheChangeIncludesThem) {
  const v1::Answer answer = AnswerFor(Over(), {{Full("high"), Bool(true)}});
  const v1::Exclusion* const out = FindExclusion(answer, "pair");
  ASSERT_NE(out, nullptr);
  ASSERT_EQ(out->failed_size(), 1);
  EXPECT_EQ(out->failed(0).truth(), v1::TRUTH_FALSE);
  EXPECT_FALSE(out->failed(0).has_value());
  EXPECT_EQ(out->failed(0).because(), "high, as it is false when grade <= 3");
  EXPECT_THAT(out->nearest_change(), ElementsAre("grade <= 3", "high = false"));
}

TEST(DecideTest, FactsThatLeaveAnotherNoValueAreRefused) {
  const auto index = Over().Compile();
  ASSERT_NE(index, nullptr);
  EXPECT_THAT(Resolve(*index, FrameOf({{Full("low"), Bool(true)}})), IsOk());
  EXPECT_THAT(Resolve(*index, FrameOf({{Full("low"), Bool(true)}, {Full("high"), Bool(true)}})),
              HasReason("QUESTION_INVALID"));
}

TEST(DecideTest, AnUncoveredCellIsNotCoveredAndNamesWhoIsSilent) {
  const v1::Answer answer = AnswerFor(Treatment(), {{"grade", Int(5)}, {"over", Bool(false)}});
  EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_NOT_COVERED);
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_NOT_COVERED);
  ASSERT_EQ(answer.silences_size(), 2);
  EXPECT_EQ(answer.silences(0).kind(), v1::SILENCE_KIND_NOT_COVERED);
  EXPECT_EQ(answer.silences(0).fact(), Full("grade"));
  EXPECT_EQ(answer.silences(0).value().integer(), 5);
  EXPECT_EQ(answer.silences(1).kind(), v1::SILENCE_KIND_SILENT_ON);
  EXPECT_THAT(answer.silences(1).statements(), ElementsAre(Full("basis")));
}

TEST(DecideTest, FactsOfARemovedComponentAreNotMissing) {
  TestGraph graph = Treatment();
  graph.AddFact("ill", v1::FACT_TYPE_BOOLEAN);
  graph.Add("loose", v1::POLARITY_CONSIDER, "", {"p"});
  graph.AddOption("loose", false, {{"care"}, {"drug-a", "", "ill"}});
  const auto is_missing = [&](int grade) {
    const v1::Answer answer = AnswerFor(
        graph, {{"grade", Int(grade)}, {"over", Bool(false)}, {"intolerant", Bool(true)}});
    return answer.missing_facts_size() == 1 && answer.missing_facts(0).name() == Full("ill");
  };
  EXPECT_TRUE(is_missing(5));
  EXPECT_FALSE(is_missing(6));  // "against" took the drug, whatever "ill" says
}

TEST(DecideTest, AnUnknownPartitionFactIsUndecidedAndAskedFirst) {
  const v1::Answer answer = AnswerFor(Treatment(), {{"over", Bool(false)}});
  EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_UNDECIDED);
  ASSERT_GE(answer.missing_facts_size(), 2);
  EXPECT_EQ(answer.missing_facts(0).name(), Full("grade"));
  EXPECT_THAT(answer.missing_facts(0).decision_points(), ElementsAre(Full("p")));
  EXPECT_THAT(answer.missing_facts(0).statements(), ElementsAre(Full("pair"), Full("against")));
  EXPECT_THAT(answer.missing_facts(0).values(), ElementsAre("0", "9"));
  EXPECT_EQ(answer.missing_facts(1).name(), Full("intolerant"));
  const v1::Recommendation* const pair = FindItem(answer, "pair");
  ASSERT_NE(pair, nullptr);
  EXPECT_EQ(pair->applicability(), v1::APPLICABILITY_UNDECIDED);
  ASSERT_EQ(pair->to_apply_size(), 1);
  EXPECT_THAT(Facts(pair->to_apply(0)), ElementsAre(Full("grade")));
}

TEST(DecideTest, WhatIsNotAtIssueIsNothingElse) {
  const v1::Answer answer = AnswerFor(Treatment(), {{"grade", Int(5)}, {"over", Bool(true)}});
  EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_NOT_AT_ISSUE);
  EXPECT_EQ(PointOf(answer, "p").missing_facts_size(), 0);
}

TEST(DecideTest, AnUnknownComponentConditionMakesTheOptionConditional) {
  const v1::Answer answer = AnswerFor(Treatment(), {{"grade", Int(1)}, {"over", Bool(false)}});
  EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_TRUE(PointOf(answer, "p").conditional());
  const v1::AnswerOption& option = FindItem(answer, "pair")->options(0);
  EXPECT_EQ(option.state(), v1::OPTION_STATE_CONDITIONAL);
  EXPECT_EQ(option.components(0).state(), v1::OPTION_STATE_OFFERED);
  EXPECT_EQ(option.components(1).state(), v1::OPTION_STATE_CONDITIONAL);
  EXPECT_EQ(option.components(1).condition(), "unless intolerant");
}

TEST(DecideTest, AFalseComponentConditionRemovesAWholeOptionAndLeavesTheClassOnly) {
  const v1::Answer answer = AnswerFor(
      Treatment(), {{"grade", Int(1)}, {"over", Bool(false)}, {"intolerant", Bool(true)}});
  const v1::AnswerOption& option = FindItem(answer, "pair")->options(0);
  EXPECT_EQ(option.state(), v1::OPTION_STATE_REMOVED);
  ASSERT_EQ(option.removals_size(), 1);
  EXPECT_EQ(option.removals(0).statement(), "");
  EXPECT_EQ(option.removals(0).argument(), "unless intolerant");
  EXPECT_EQ(option.removals(0).intervention(), Full("drug-b"));
  EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_TRUE(PointOf(answer, "p").class_only());
}

TEST(DecideTest, AWholeOptionIsCompleteWithoutItsOptionalComponent) {
  TestGraph graph = Treatment();
  graph.Add("optional", v1::POLARITY_CONSIDER, "", {"p"});
  graph.AddOption("optional", true, {{"drug-a"}, {"drug-b", "", "intolerant", true}});
  const v1::Answer answer = AnswerFor(graph, {{"grade", Int(1)}, {"intolerant", Bool(true)}});
  const v1::AnswerOption& option = FindItem(answer, "optional")->options(0);
  EXPECT_EQ(option.state(), v1::OPTION_STATE_OFFERED);
  EXPECT_EQ(option.components(1).state(), v1::OPTION_STATE_REMOVED);
}

TEST(DecideTest, AFalseComponentConditionRemovesASeparableComponentOnly) {
  TestGraph graph = Treatment();
  graph.Add("loose", v1::POLARITY_CONSIDER, "", {"p"});
  graph.AddOption("loose", false, {{"drug-a"}, {"drug-b", "", "intolerant"}});
  const v1::Answer answer = AnswerFor(graph, {{"grade", Int(1)}, {"intolerant", Bool(true)}});
  const v1::AnswerOption& option = FindItem(answer, "loose")->options(0);
  EXPECT_EQ(option.state(), v1::OPTION_STATE_OFFERED);
  EXPECT_EQ(option.components(0).state(), v1::OPTION_STATE_OFFERED);
  EXPECT_EQ(option.components(1).state(), v1::OPTION_STATE_REMOVED);
}

TEST(DecideTest, AnApplicableStatementAgainstRemovesDownTheKindsAndLeavesTheRest) {
  TestGraph graph = Treatment();
  graph.Add("single", v1::POLARITY_CONSIDER, "", {"p"});
  graph.AddOption("single", false, {{"drug-a"}});
  const v1::Answer answer = AnswerFor(graph, {{"grade", Int(7)}, {"over", Bool(false)}});
  const v1::AnswerOption& single = FindItem(answer, "single")->options(0);
  EXPECT_EQ(single.state(), v1::OPTION_STATE_REMOVED);
  ASSERT_EQ(single.removals_size(), 1);
  EXPECT_EQ(single.removals(0).statement(), Full("against"));
  EXPECT_EQ(single.removals(0).argument(), "Headline of against");
  EXPECT_EQ(single.removals(0).intervention(), Full("drug-a"));
  const v1::AnswerOption& basis = FindItem(answer, "basis")->options(0);
  EXPECT_EQ(basis.components(0).state(), v1::OPTION_STATE_REMOVED);
  EXPECT_EQ(basis.components(1).state(), v1::OPTION_STATE_OFFERED);
  EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_ADVISED_AGAINST);
}

TEST(DecideTest, WhatIsSaidAgainstAComponentHoldsForTheRegimenThatHasIt) {
  TestGraph graph = Treatment();
  graph.AddIntervention("regimen", v1::INTERVENTION_KIND_REGIMEN);
  graph.Edge(v1::NODE_KIND_CONCEPT, "drug-a", v1::EDGE_KIND_COMPONENT_OF, v1::NODE_KIND_CONCEPT,
             "regimen");
  graph.Add("named", v1::POLARITY_RECOMMEND, "", {"p"});
  graph.AddOption("named", true, {{"regimen"}});
  graph.Add("not-a", v1::POLARITY_STOP, "intolerant", {"p"});
  graph.AddOption("not-a", false, {{"drug-a"}});
  const v1::Answer removed = AnswerFor(graph, {{"grade", Int(1)}, {"intolerant", Bool(true)}});
  EXPECT_EQ(FindItem(removed, "named")->options(0).state(), v1::OPTION_STATE_REMOVED);
  const v1::Answer kept = AnswerFor(graph, {{"grade", Int(1)}, {"intolerant", Bool(false)}});
  EXPECT_EQ(FindItem(kept, "named")->options(0).state(), v1::OPTION_STATE_OFFERED);
}

TEST(DecideTest, AnUndecidedRemovalLeavesTheOptionStandingUnlessItsFacts) {
  const v1::Answer answer = AnswerFor(Treatment(), {{"over", Bool(false)}});
  const v1::AnswerOption& basis = FindItem(answer, "basis")->options(0);
  EXPECT_EQ(basis.state(), v1::OPTION_STATE_CONDITIONAL);
  ASSERT_EQ(basis.removals_size(), 1);
  EXPECT_EQ(basis.removals(0).statement(), Full("against"));
  ASSERT_EQ(basis.removals(0).if_facts_size(), 1);
  EXPECT_THAT(Facts(basis.removals(0).if_facts(0)), ElementsAre(Full("grade")));
}

TEST(DecideTest, ASideOfAStandingConflictRemovesNothing) {
  TestGraph graph = Treatment();
  graph.AddConflict("against", "basis");
  const v1::Answer answer = AnswerFor(graph, {{"grade", Int(7)}, {"over", Bool(false)}});
  EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_CONFLICT);
  ASSERT_EQ(answer.conflicts_size(), 1);
  EXPECT_EQ(answer.conflicts(0).state(), v1::CONFLICT_STATE_STANDING);
  EXPECT_EQ(answer.conflicts(0).statement(), Full("against"));
  EXPECT_TRUE(answer.conflicts(0).none_named());
  EXPECT_THAT(answer.conflicts(0).decision_points(), ElementsAre(Full("p")));
  EXPECT_TRUE(FindItem(answer, "basis")->contested());
  EXPECT_TRUE(FindItem(answer, "against")->contested());
  EXPECT_EQ(FindItem(answer, "basis")->options(0).state(), v1::OPTION_STATE_CONTESTED);
}

TEST(DecideTest, AConflictIsPossibleOnlyWhileFactsCanJoinItsSides) {
  TestGraph graph = Treatment();
  graph.AddConflict("against", "basis");
  graph.AddConflict("against", "pair");
  const v1::Answer answer = AnswerFor(graph, {{"over", Bool(false)}});
  ASSERT_EQ(answer.conflicts_size(), 1);  // no grade is both at most 3 and at least 6
  EXPECT_EQ(answer.conflicts(0).against(), Full("basis"));
  EXPECT_EQ(answer.conflicts(0).state(), v1::CONFLICT_STATE_POSSIBLE);
  ASSERT_EQ(answer.conflicts(0).would_join_size(), 1);
  EXPECT_THAT(Facts(answer.conflicts(0).would_join(0)), ElementsAre(Full("grade")));
}

TEST(DecideTest, AnElaborationHoldsUnderItsParentAndNeverDecidesAlone) {
  TestGraph graph = Treatment();
  graph.AddPoint("q");
  graph.Add("detail", v1::POLARITY_RECOMMEND, "", {"q"});
  graph.AddOption("detail", false, {{"drug-a"}});
  graph.Link("detail", v1::EDGE_KIND_ELABORATES, v1::NODE_KIND_STATEMENT, "pair");
  const v1::Answer out = AnswerFor(graph, {{"grade", Int(5)}});
  ASSERT_NE(FindExclusion(out, "detail"), nullptr);
  EXPECT_EQ(FindExclusion(out, "detail")->reason(), v1::EXCLUSION_REASON_PARENT);
  const v1::Answer in = AnswerFor(graph, {{"grade", Int(1)}});
  ASSERT_NE(FindItem(in, "detail"), nullptr);
  EXPECT_EQ(FindItem(in, "detail")->elaborates(), Full("pair"));
  EXPECT_EQ(PointOf(in, "q").outcome(), v1::OUTCOME_NONE_APPLIES);
}

TEST(DecideTest, SupersededAndOutOfValidityDropOutVisibly) {
  TestGraph graph = Treatment();
  graph.Add("newer", v1::POLARITY_RECOMMEND, "", {"p"}).set_valid_from("2026-02-01");
  graph.AddOption("newer", false, {{"care"}});
  graph.Link("newer", v1::EDGE_KIND_SUPERSEDES, v1::NODE_KIND_STATEMENT, "basis")
      .mutable_supersedes()
      ->set_why("newer");
  const auto index = graph.Compile();
  ASSERT_NE(index, nullptr);
  v1::QuestionFrame frame = FrameOf({});
  frame.set_as_valid_on("2026-01-31");
  const v1::Answer before = DecideFor(*index, frame).answer;
  EXPECT_NE(FindItem(before, "basis"), nullptr);
  ASSERT_NE(FindExclusion(before, "newer"), nullptr);
  EXPECT_EQ(FindExclusion(before, "newer")->reason(), v1::EXCLUSION_REASON_NOT_VALID);
  frame.set_as_valid_on("2026-02-01");
  const v1::Answer after = DecideFor(*index, frame).answer;
  EXPECT_NE(FindItem(after, "newer"), nullptr);
  ASSERT_NE(FindExclusion(after, "basis"), nullptr);
  EXPECT_EQ(FindExclusion(after, "basis")->reason(), v1::EXCLUSION_REASON_SUPERSEDED);
}

TEST(DecideTest, AnsweredWithoutStatementsSaysSo) {
  TestGraph graph = Treatment();
  graph.AddConcept("other", v1::CONCEPT_KIND_CONDITION);
  const auto index = graph.Compile();
  ASSERT_NE(index, nullptr);
  v1::QuestionFrame frame;
  frame.add_concepts("other");
  const v1::Answer answer = DecideFor(*index, frame).answer;
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_NO_STATEMENTS);
  EXPECT_EQ(answer.notices(0).code(), "NO_STATEMENTS");
}

TEST(DecideTest, APatientIsNotShownCliniciansWordingUnlessTheCallerOptsIn) {
  const auto index = Treatment().Compile();
  ASSERT_NE(index, nullptr);
  v1::QuestionFrame frame = FrameOf({{"grade", Int(7)}});
  frame.set_audience(v1::AUDIENCE_PATIENT);
  const v1::Answer withheld = DecideFor(*index, frame).answer;
  const v1::Recommendation* const basis = FindItem(withheld, "basis");
  ASSERT_NE(basis, nullptr);
  EXPECT_EQ(basis->wording(), v1::WORDING_STATE_WITHHELD);
  EXPECT_THAT(basis->headline() + basis->text(), IsEmpty());
  EXPECT_THAT(basis->options(0).removals(0).argument(), IsEmpty());
  EXPECT_THAT(FindExclusion(withheld, "pair")->headline(), IsEmpty());
  frame.set_allow_clinician_wording(true);
  const v1::Answer shown = DecideFor(*index, frame).answer;
  EXPECT_EQ(FindItem(shown, "basis")->wording(), v1::WORDING_STATE_FALLBACK);
  EXPECT_EQ(FindItem(shown, "basis")->headline(), "Headline of basis");
}

TEST(DecideTest, TheCallersDeadlineEndsTheWork) {
  const auto index = Treatment().Compile();
  ASSERT_NE(index, nullptr);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto question, Resolve(*index, FrameOf({})));
  EXPECT_THAT(Decide(*index, question, [] { return absl::DeadlineExceededError("late"); }),
              FailsWith(absl::StatusCode::kDeadlineExceeded, "late"));
}

TEST(DecideTest, AQuestionOfAnotherReleaseIsRefused) {
  const auto index = Treatment().Compile();
  ASSERT_NE(index, nullptr);
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto question, Resolve(*index, FrameOf({})));
  question.set_release_digest(std::string(32, 'x'));
  EXPECT_THAT(Decide(*index, question, [] { return absl::OkStatus(); }),
              HasReason("RELEASE_DIFFERS"));
}

TEST(DecideTest, TheRecordHoldsWhatTheAnswerSays) {
  const auto index = Treatment().Compile();
  ASSERT_NE(index, nullptr);
  const Decision decision = DecideFor(*index, FrameOf({{"grade", Int(5)}}));
  v1::Answer parsed;
  ASSERT_TRUE(parsed.ParseFromString(decision.answer_bytes));
  EXPECT_EQ(parsed.SerializeAsString(), decision.answer.SerializeAsString());
  EXPECT_EQ(decision.record.outcome(), decision.answer.outcome());
  EXPECT_EQ(decision.record.question().SerializeAsString(),
            decision.answer.question().SerializeAsString());
  ASSERT_EQ(decision.record.statements_size(), 3);
  EXPECT_EQ(decision.record.statements(0).statement(), Full("basis"));
  EXPECT_EQ(decision.record.statements(1).exclusion(), v1::EXCLUSION_REASON_CRITERION);
}

// Every assignment of the three facts, absent ones included.
std::vector<FactList> AllFacts() {
  std::vector<FactList> all;
  for (int grade = -1; grade <= 9; ++grade) {
    for (int intolerant = -1; intolerant <= 1; ++intolerant) {
      for (int over = -1; over <= 1; ++over) {
        FactList facts;
        if (grade >= 0) facts.emplace_back("grade", Int(grade));
        if (intolerant >= 0) facts.emplace_back("intolerant", Bool(intolerant == 1));
        if (over >= 0) facts.emplace_back("over", Bool(over == 1));
        all.push_back(std::move(facts));
      }
    }
  }
  return all;
}

// Statement -> whether it applies (1), is out (0) or is undecided (-1).
std::map<std::string, int> States(const v1::DecisionRecord& record) {
  std::map<std::string, int> states;
  for (const v1::StatementOutcome& one : record.statements()) {
    states[one.statement()] = one.applicability() == v1::APPLICABILITY_APPLIES     ? 1
                              : one.applicability() == v1::APPLICABILITY_UNDECIDED ? -1
                                                                                   : 0;
  }
  return states;
}

TEST(DecideTest, MoreFactsNeverTurnWhatWasDecided) {
  const auto index = Treatment().Compile();
  ASSERT_NE(index, nullptr);
  for (const FactList& facts : AllFacts()) {
    const auto full = States(DecideFor(*index, FrameOf(facts)).record);
    for (size_t drop = 0; drop < facts.size(); ++drop) {
      FactList fewer = facts;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(drop));
      for (const auto& [name, state] : States(DecideFor(*index, FrameOf(fewer)).record)) {
        if (state == -1) continue;
        EXPECT_EQ(full.at(name), state) << name;
      }
    }
  }
}

TEST(DecideTest, TheOrderOfFactsNeverMattersAndEqualQuestionsHaveEqualBytes) {
  const auto index = Treatment().Compile();
  const auto again = Treatment().Compile();
  ASSERT_NE(index, nullptr);
  ASSERT_NE(again, nullptr);
  for (FactList facts : AllFacts()) {
    const std::string bytes = DecideFor(*index, FrameOf(facts)).answer_bytes;
    std::reverse(facts.begin(), facts.end());
    EXPECT_EQ(DecideFor(*again, FrameOf(facts)).answer_bytes, bytes);
  }
}

TEST(DecideTest, NoFactsRemoveWhatNothingSpeaksAgainst) {
  const auto index = Treatment().Compile();
  ASSERT_NE(index, nullptr);
  for (const FactList& facts : AllFacts()) {
    const v1::Answer answer = DecideFor(*index, FrameOf(facts)).answer;
    ASSERT_NE(FindItem(answer, "basis"), nullptr);
    EXPECT_EQ(FindItem(answer, "basis")->options(0).components(1).state(),
              v1::OPTION_STATE_OFFERED);
  }
}

TEST(DecideTest, RemovingAStatementAddsNoOther) {
  for (const char* const removed : {"basis", "pair", "against"}) {
    TestGraph fewer = Treatment();
    fewer.Remove(removed);
    const auto all = Treatment().Compile();
    const auto rest = fewer.Compile();
    ASSERT_NE(all, nullptr);
    ASSERT_NE(rest, nullptr);
    for (const FactList& facts : AllFacts()) {
      auto expected = States(DecideFor(*all, FrameOf(facts)).record);
      expected.erase(Full(removed));
      // Facts that only the removed statement used are still known by name.
      EXPECT_EQ(States(DecideFor(*rest, FrameOf({})).record).size(), expected.size());
      v1::QuestionFrame frame = FrameOf(facts);
      for (v1::Fact& fact : *frame.mutable_facts()) fact.set_name(Full(fact.name()));
      EXPECT_EQ(States(DecideFor(*rest, frame).record), expected);
    }
  }
}

}  // namespace
}  // namespace evident::decision
