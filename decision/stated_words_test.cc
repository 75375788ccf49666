// What words state, ask about, or say of something else only.
#include "decision/test_linking.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;

TestGraph Graph() {
  TestGraph graph;
  graph.AddIntervention("drops", v1::INTERVENTION_KIND_DRUG);
  graph.AddIntervention("oil", v1::INTERVENTION_KIND_DRUG);
  v1::FactDefinition& barred = graph.AddFact("barred", v1::FACT_TYPE_BOOLEAN);
  AddPhrase(barred, "barred", "no objection", Bool(false));
  AddPhrase(barred, "barred", "no objection to drops", Bool(false));
  AddPhrase(barred, "barred", "objection to drops", Bool(true));
  AddPhrase(barred, "barred", "drops barred", Bool(true));
  AddPhrase(barred, "barred", "drops are barred", Bool(true));
  v1::FactDefinition& spread = graph.AddFact("spread", v1::FACT_TYPE_BOOLEAN);
  AddPhrase(spread, "spread", "wide spread", Bool(true));
  AddPhrase(spread, "spread", "no wide spread", Bool(false));
  v1::FactDefinition& sore = graph.AddFact("sore", v1::FACT_TYPE_BOOLEAN);
  AddPhrase(sore, "sore", "in pain", Bool(true));
  AddPhrase(sore, "sore", "has pain", Bool(true));
  v1::FactDefinition& courses = graph.AddFact("courses", v1::FACT_TYPE_INTEGER);
  AddPhrase(courses, "courses", "no earlier course", Int(0));
  graph.AddFact("grade", v1::FACT_TYPE_INTEGER).add_labels("grade");
  return graph;
}

class StatedWordsTest : public LinkingTestBase {
 protected:
  StatedWordsTest() : LinkingTestBase(Graph()) {}
};

TEST_F(StatedWordsTest, WordsBehindAPhraseThatNarrowItTakeItsMeaning) {
  ExpectNone({"no objection to oil", "no objection to the operation", "no objection against oil",
              "no earlier course with drops", "no earlier course of oil", "no objection with oil",
              "no earlier course for another complaint", "no objection to oil or drops",
              "wide spread to inspect"});
}

TEST_F(StatedWordsTest, WhatAPhraseItselfGoesOnWithIsNoNarrowing) {
  EXPECT_THAT(Linked("no objection to drops"), ElementsAre("barred=false"));
  EXPECT_THAT(Linked("objection to drops"), ElementsAre("barred=true"));
}

TEST_F(StatedWordsTest, WhatFollowsOnItsOwnAccountNarrowsNothing) {
  EXPECT_THAT(Linked("no objection, to be seen again"), ElementsAre("barred=false"));
  EXPECT_THAT(Linked("no objection. To be seen again"), ElementsAre("barred=false"));
  EXPECT_THAT(Linked("no earlier course with a wide spread"), ElementsAre("courses=0"));
  EXPECT_THAT(Linked("no earlier course with grade 2"), ElementsAre("courses=0"));
  // More is said of it, and it holds all the same.
  EXPECT_THAT(Linked("wide spread with bruises"), ElementsAre("spread=true"));
}

TEST_F(StatedWordsTest, WhatIsAskedIsNotStated) {
  ExpectNone({"When are drops barred?", "When are drops barred in a complaint",
              "Why are drops barred", "And why are drops barred?", "Is there wide spread?",
              "Is there a wide spread", "Is the patient in pain?",
              "Does the patient have wide spread?", "In whom are drops barred?",
              "In which patients are drops barred?", "Has she a bruise, a wide spread or a fever?",
              "Are drops barred?", "What is wide spread?", "What is an objection to drops?",
              "Tell me whether by now there could be a wide spread",
              "Does a patient with a bruise have wide spread?",
              "Is the patient diagnosed with wide spread?", "Is grade 2 enough?"});
}

TEST_F(StatedWordsTest, WhatAQuestionTakesForGrantedIsStated) {
  for (const char* const text :
       {"What is the plan for a patient with wide spread?",
        "Are drops right for a patient with wide spread?",
        "Are drops right in a complaint with wide spread?", "Is rest needed after a wide spread?",
        "Is rest good for someone who has wide spread?", "Why rest? The patient has wide spread.",
        "Has wide spread.", "When are drops barred in a patient with wide spread?"}) {
    EXPECT_THAT(Linked(text), ElementsAre("spread=true")) << text;
  }
  EXPECT_THAT(Linked("Has pain. What now?"), ElementsAre("sore=true"));
  EXPECT_THAT(Linked("Is rest needed? Wide spread, grade 1"),
              ElementsAre("spread=true", "grade=1"));
  EXPECT_THAT(Linked("For a patient with grade 2, wide spread and no earlier course?"),
              ElementsAre("grade=2", "spread=true", "courses=0"));
}

TEST_F(StatedWordsTest, WhatAQuestionTakesForGrantedEndsAtAWordThatIsNotKnown) {
  ExpectNone({"Do patients with bruises develop wide spread?",
              "Can someone with a complaint get wide spread?", "How is wide spread treated?",
              "Is rest needed, wide spread?", "What should I check for wide spread?",
              "Could it result in wide spread?", "Some patients have a wide spread",
              "Is the patient in pain?"});
}

TEST_F(StatedWordsTest, AQuestionAboutTreatmentTakesItsOccasionForGranted) {
  for (const char* const text :
       {"Which drug is best in wide spread?", "Is rest right for wide spread?",
        "Is there evidence for drops in a wide spread?", "Wide spread: drops?",
        "Wide spread, are drops useful?", "Wide spread, go on?"}) {
    EXPECT_THAT(Linked(text), ElementsAre("spread=true")) << text;
  }
  EXPECT_THAT(Linked("Wide spread, grade 2, what now?"), ElementsAre("spread=true", "grade=2"));
}

TEST_F(StatedWordsTest, WhatADenialIsSetAgainstIsStatedBesideIt) {
  EXPECT_THAT(Linked("no wide spread but in pain"), ElementsAre("spread=false", "sore=true"));
  EXPECT_THAT(Linked("no wide spread but drops"), testing::IsEmpty());
  EXPECT_THAT(Linked("grade 2, never in hospital"), ElementsAre("grade=2"));
  ExpectNone({"grade 2, never confirmed", "grade 2: no", "Grade 2 patients were left out",
              "Wide spread in patients is rare"});
  EXPECT_THAT(Linked("A grade 2 patient with wide spread"), ElementsAre("grade=2", "spread=true"));
}

TEST_F(StatedWordsTest, SmallNumbersMayBeWords) {
  EXPECT_THAT(Linked("grade two"), ElementsAre("grade=2"));
  ExpectNone({"grade one or two", "grade one to two", "grade at least two"});
}

TEST_F(StatedWordsTest, OfAChangeTheLaterValueCounts) {
  for (const char* const text :
       {"grade 1 \u2192 2", "grade 1 -> 2", "grade went from 1 to 2", "grade has worsened to 2",
        "grade dropped from 1 to 2 on oil", "grade is now 2", "grade 3 => 2"}) {
    EXPECT_THAT(Linked(text), ElementsAre("grade=2")) << text;
  }
  ExpectNone({"grade from 1 to 2", "grade 1 to 2", "grade between 1 and 2", "grade > 2"});
}

TEST_F(StatedWordsTest, AQuestionIsOneWhereverItsWordsStand) {
  ExpectNone({"Wide spread?", "Any wide spread?", "Any wide spread", "Could this be wide spread?",
              "Can she have a wide spread", "Explain when drops are barred",
              "What is the definition of wide spread", "Definition of wide spread",
              "How is wide spread defined", "How often does wide spread occur",
              "Does she have a bruise, wide spread?", "Any of these: a bruise; wide spread?",
              "Wide spread; in pain?", "Grade 2?", "?wide spread"});
}

TEST_F(StatedWordsTest, ADenialIsReadIntoTheItemsOfAClearList) {
  for (const char* const text :
       {"no objection or wide spread", "No objection, in pain or wide spread",
        "denies wide spread or objection to drops", "neither wide spread nor objection to drops",
        "without wide spread or objection to drops"}) {
    EXPECT_THAT(Linked(text), testing::Contains("spread=false")) << text;
    EXPECT_THAT(Linked(text), testing::Not(testing::Contains("spread=true"))) << text;
  }
  EXPECT_THAT(Linked("denies wide spread"), ElementsAre("spread=false"));
}

TEST_F(StatedWordsTest, AListThatIsNotClearlyDeniedStatesNothing) {
  ExpectNone({"denies bruises, wide spread", "denies: wide spread; in pain",
              "no bruise, fever, wide spread", "no bruise and wide spread",
              "with or without wide spread", "not without wide spread", "without wide spread?",
              "denies bruises in youth or wide spread", "denies wide spread in youth or in pain",
              "not wide spread"});
  EXPECT_THAT(Linked("no objection, wide spread"), ElementsAre("barred=false"));
  EXPECT_THAT(Linked("no objection, wide spread and in pain"), ElementsAre("barred=false"));
  EXPECT_THAT(Linked("no objection, with wide spread"), ElementsAre("barred=false", "spread=true"));
  // What stands right behind the denial is denied in any reading.
  EXPECT_THAT(Linked("denies wide spread, in pain"), ElementsAre("spread=false"));
}

TEST_F(StatedWordsTest, ADeniedListMayHoldWordsThatAreNotKnown) {
  for (const char* const text :
       {"no bruise, rash or wide spread", "denies bruises and wide spread",
        "neither bruises nor wide spread", "no evidence of wide spread", "free of wide spread",
        "no sign of bruises or wide spread", "no wide spread, rash or bruise"}) {
    EXPECT_THAT(Linked(text), ElementsAre("spread=false")) << text;
  }
  ExpectNone({"no bruise and wide spread", "no change of the rash, wide spread",
              "no relief on rest or wide spread", "no other bruise or wide spread"});
}

TEST_F(StatedWordsTest, WordsThatOnlyADenialGivesAMeaningAreReadInLists) {
  EXPECT_THAT(Linked("neither earlier course nor wide spread"),
              ElementsAre("courses=0", "spread=false"));
  ExpectNone({"earlier course", "earlier course, grade high", "an earlier course of oil"});
}

TEST_F(StatedWordsTest, AnAnswerBehindWordsSaysWhetherTheyHold) {
  for (const char* const text :
       {"wide spread: no", "wide spread: none", "Wide spread? No.", "Any wide spread? None so far.",
        "wide spread (absent)", "wide spread - no", "wide spread was ruled out by a scan",
        "wide spread: not present, well"}) {
    EXPECT_THAT(Linked(text), ElementsAre("spread=false")) << text;
  }
  EXPECT_THAT(Linked("Wide spread? Yes."), ElementsAre("spread=true"));
  EXPECT_THAT(Linked("wide spread: no, grade: 2"), ElementsAre("spread=false", "grade=2"));
  EXPECT_THAT(Linked("wide spread: no. In pain: yes."), ElementsAre("spread=false", "sore=true"));
  ExpectNone({"wide spread: no idea", "Wide spread? Unclear.", "possible wide spread: no",
              "wide spread has not been ruled out", "if wide spread: no drops",
              "Patients with wide spread were excluded"});
}

TEST_F(StatedWordsTest, ANoThatAnswersDeniesNothingBehindIt) {
  EXPECT_THAT(Linked("Any oil? No, wide spread."), testing::Not(testing::Contains("spread=false")));
}

TEST_F(StatedWordsTest, ADenialEndsWhereAnotherStatementBegins) {
  for (const char* const text :
       {"no wide spread, grade 2, in pain", "no wide spread so far, in pain",
        "no wide spread, still in pain", "no wide spread but with oil, in pain"}) {
    EXPECT_THAT(Linked(text), testing::Contains("spread=false")) << text;
  }
  EXPECT_THAT(Linked("no wide spread, grade 2, in pain"), testing::Contains("sore=true"));
  EXPECT_THAT(Linked("no wide spread so far, in pain"), testing::Contains("sore=true"));
  EXPECT_THAT(Linked("no earlier course, in pain"), ElementsAre("courses=0", "sore=true"));
  EXPECT_THAT(Linked("no bruise so far, in pain or wide spread"), testing::IsEmpty());
}

TEST_F(StatedWordsTest, APlaceOrOccasionBehindAPhraseLeavesItStanding) {
  for (const char* const text :
       {"wide spread on drops", "wide spread under oil, well", "wide spread after an accident",
        "wide spread for six months", "wide spread since spring", "wide spread because of a fall",
        "wide spread developed under oil", "wide spread was found on a scan",
        "wide spread in the left arm", "wide spread in a frail 70-year-old woman",
        "wide spread two weeks after a fall", "wide spread disease"}) {
    EXPECT_THAT(Linked(text), ElementsAre("spread=true")) << text;
  }
  ExpectNone({"wide spread after oil was ruled out", "wide spread in the trial",
              "wide spread was found in most patients", "wide spread on oil resolved",
              "no earlier course on drops", "no earlier course after oil",
              "wide spread in another patient"});
}

TEST_F(StatedWordsTest, PeopleInGeneralAreNobody) {
  ExpectNone({"In patients with wide spread, rest is rare", "The trial required grade 1",
              "Did the trial include patients with wide spread?", "Another patient has grade 2",
              "A fall is a wide spread", "Drops are barred in wide spread.",
              "Oil requires wide spread", "Patients with wide spread do badly",
              "Women with wide spread need rest.", "Most patients with wide spread are in pain",
              "The patients had wide spread"});
  EXPECT_THAT(Linked("Is rest right for patients with wide spread?"), testing::IsEmpty());
  EXPECT_THAT(Linked("Is rest right for a patient with wide spread?"), ElementsAre("spread=true"));
}

TEST_F(StatedWordsTest, AQuestionGoesOnBehindWhatItTakesForGranted) {
  for (const char* const text :
       {"Can a patient with wide spread receive oil?", "Should we rest since she has wide spread?",
        "Is oil safe with wide spread?", "Which drops now that she has wide spread?"}) {
    EXPECT_THAT(Linked(text), ElementsAre("spread=true")) << text;
  }
  ExpectNone({"Is she diagnosed with wide spread?", "Is it because of wide spread?",
              "Can a patient with wide spread recover?"});
}

TEST_F(StatedWordsTest, ArticlesAndTheLikeWithinAPhraseChangeNothing) {
  EXPECT_THAT(Linked("no known wide spread"), ElementsAre("spread=false"));
  EXPECT_THAT(Linked("no objection to the drops"), ElementsAre("barred=false"));
  ExpectNone({"no new wide spread", "no. Wide spread?"});
}

TEST_F(StatedWordsTest, AContractionDeniesAsItsWordsDo) {
  EXPECT_THAT(Linked("she isn't in pain"), testing::IsEmpty());
  EXPECT_THAT(Linked("doesn't have wide spread"), ElementsAre("spread=false"));
  EXPECT_THAT(Linked("doesn\u2019t have wide spread"), ElementsAre("spread=false"));
}

TEST_F(StatedWordsTest, WhatIsToldOfARelativeIsNotLifted) {
  ExpectNone({"Her mother has a bruise with wide spread", "my sister is a woman with wide spread"});
  EXPECT_THAT(Linked("mother of two with wide spread"), ElementsAre("spread=true"));
  EXPECT_THAT(Linked("wide spread, mother of two"), ElementsAre("spread=true"));
}

TEST_F(StatedWordsTest, WhatAQuestionSaysIsHersIsTakenForGranted) {
  EXPECT_THAT(Linked("Would rest help her wide spread?"), ElementsAre("spread=true"));
  ExpectNone({"If oil worsens her wide spread, what then?", "Is her wide spread?"});
}

TEST_F(StatedWordsTest, AnotherDrugOnlyAddsToAPhraseThatEndsInOne) {
  EXPECT_THAT(Linked("objection to drops and oil"), ElementsAre("barred=true"));
  EXPECT_THAT(Linked("no objection to drops or oil"), ElementsAre("barred=false"));
  ExpectNone({"objection to drops and then oil", "wide spread and oil"});
}

TEST_F(StatedWordsTest, WhatHadBeenIsPast) {
  ExpectNone({"had been in pain"});
  EXPECT_THAT(Linked("has been in pain"), ElementsAre("sore=true"));
}

TEST_F(StatedWordsTest, AnExceptionTakesAPhraseItsMeaning) {
  for (const char* const words :
       {"except oil", "(except oil)", ", except oil", "other than oil", "apart from oil",
        "aside from oil", "besides oil", "beyond oil", "but oil", ", but oil", "- save oil",
        "excluding oil", "unless new", "only lately"}) {
    ExpectNone({std::string("no objection ") + words, std::string("no earlier course ") + words});
  }
}

TEST_F(StatedWordsTest, APhraseThatGoesOnIsAnotherPhrase) {
  ExpectNone({"no earlier course relief", "no earlier course requiring rest",
              "wide spread margarine", "wide spread and then on oil", "wide spread, then oil",
              "wide spread oil", "wide spread and oil", "wide spread twice",
              "no objection that lasted", "grade 2 weeks ago", "grade 2, later 3"});
}

TEST_F(StatedWordsTest, APhraseThatIsPartOfAnotherStoryIsNotStated) {
  ExpectNone({"worse again after wide spread", "wide spread, oil and rest",
              "used to have wide spread", "not yet in pain", "oil causes wide spread",
              "wonders about wide spread", "wide spread versus in pain", "wide spread (-)",
              "wide spread [?]", "wide spread -, well", "no earlier course (one dose of oil)",
              "no earlier course, one dose only", "wrong: wide spread", "wide spread, healed",
              "wide spread, unconfirmed", "r/o wide spread", "s/p wide spread", "hx of wide spread",
              "a remedy against wide spread"});
  EXPECT_THAT(Linked("54 y/o woman, wide spread"), ElementsAre("spread=true"));
  EXPECT_THAT(Linked("Is a patient with wide spread in pain?"), ElementsAre("spread=true"));
  EXPECT_THAT(Linked("A complaint after wide spread"), ElementsAre("spread=true"));
}

TEST_F(StatedWordsTest, WhatEndsAPhraseLeavesItStated) {
  for (const char* const text :
       {"wide spread now", "wide spread and a bruise", "wide spread is present",
        "wide spread was found", "wide spread but well", "wide spread (on the left)",
        "wide spread in a complaint", "a complaint with a wide spread",
        "wide spread. What could help?"}) {
    EXPECT_THAT(Linked(text), ElementsAre("spread=true")) << text;
  }
}

TEST_F(StatedWordsTest, WhatIsFearedPastOrSomebodyElsesIsNotStated) {
  ExpectNone({"wide spread is feared",
              "at risk of developing a wide spread",
              "prevention of wide spread",
              "stopped being in pain",
              "was in pain",
              "wide spread, history unclear",
              "wide spread (resolved)",
              "wide spread and in pain: no",
              "wide spread. Resolved.",
              "history of wide spread",
              "possible bruise, wide spread",
              "maybe wide spread",
              "may have wide spread",
              "mother with wide spread",
              "if wide spread",
              "in case of wide spread",
              "wide spread or in pain",
              "wide spread, in pain or well",
              "wide spread/in pain",
              "wide spread which resolved",
              "later grade 3"});
}

TEST_F(StatedWordsTest, TodayAndTheNotesLeaveAPhraseStanding) {
  for (const char* const behind : {"at the moment", "for now", "as of today", "at this time",
                                   "per the notes", "in total", "as well", "yet", "at all"}) {
    EXPECT_THAT(Linked("wide spread " + std::string(behind)), ElementsAre("spread=true")) << behind;
    EXPECT_THAT(Linked("no wide spread " + std::string(behind)), ElementsAre("spread=false"));
  }
}

TEST_F(StatedWordsTest, HowOftenLeavesAPhraseStanding) {
  for (const char* const behind :
       {"every three weeks", "twice daily", "15 mg/kg every 3 weeks", "q3w", "30 mg bid"}) {
    EXPECT_THAT(Linked("wide spread " + std::string(behind)), ElementsAre("spread=true")) << behind;
  }
  ExpectNone({"wide spread every oil", "wide spread 15 mg of oil"});
}

TEST_F(StatedWordsTest, ADateBehindAPhraseDoubtsNothingBehindIt) {
  EXPECT_THAT(Linked("had a wide spread two weeks ago, in pain"),
              ElementsAre("spread=true", "sore=true"));
  EXPECT_THAT(Linked("had a wide spread in May, in pain"), ElementsAre("spread=true", "sore=true"));
  ExpectNone({"two weeks ago wide spread", "it may be a wide spread"});
}

TEST_F(StatedWordsTest, ANumberOfSomethingElseBehindACommaIsNoRange) {
  EXPECT_THAT(Linked("grade 2, three earlier courses"), ElementsAre("grade=2"));
  ExpectNone({"grade 2, 3", "grade 2, 3 or 4"});
}

TEST_F(StatedWordsTest, OnlyInASentenceOfItsOwnTakesNothingBack) {
  EXPECT_THAT(Linked("grade 2. Only drops now?"), ElementsAre("grade=2"));
  ExpectNone({"wide spread only"});
}

TEST_F(StatedWordsTest, FieldsArePartedByBars) {
  EXPECT_THAT(Linked("wide spread | grade 2 | in pain"),
              ElementsAre("spread=true", "grade=2", "sore=true"));
  EXPECT_THAT(Linked("no wide spread | in pain"), ElementsAre("spread=false", "sore=true"));
  ExpectNone({"no earlier | course"});
}

TEST_F(StatedWordsTest, WhatIsMoreIsToldBehindACommaTakesNothingBack) {
  EXPECT_THAT(Linked("wide spread, which drops helped"), ElementsAre("spread=true"));
  EXPECT_THAT(Linked("wide spread, so drops are of no use"), ElementsAre("spread=true"));
  EXPECT_THAT(Linked("grade 2, not 1"), ElementsAre("grade=2"));
  ExpectNone({"wide spread, which was ruled out", "grade 2, not confirmed"});
}

TEST_F(StatedWordsTest, AClauseOfItsOwnSubjectEndsADenial) {
  EXPECT_THAT(Linked("no bruise and she has pain"), ElementsAre("sore=true"));
  EXPECT_THAT(Linked("not for drops given the wide spread"), ElementsAre("spread=true"));
  ExpectNone({"she was not given the wide spread", "if a bruise and she has pain"});
}

TEST_F(StatedWordsTest, AQuestionForEvidenceThatNamesNobodyTakesNothingForGranted) {
  ExpectNone({"Is there evidence for oil after a wide spread?", "Survival for wide spread?"});
  EXPECT_THAT(Linked("Is there evidence for oil in her after a wide spread?"),
              ElementsAre("spread=true"));
}

TEST_F(StatedWordsTest, HeadsOfANoteDoubtNothing) {
  EXPECT_THAT(Linked("pharmacy query: in pain"), ElementsAre("sore=true"));
  EXPECT_THAT(Linked("question about Mrs X: in pain"), ElementsAre("sore=true"));
  ExpectNone({"query wide spread", "query: wide spread", "everyone is in pain"});
}

TEST_F(StatedWordsTest, APhraseThatNamesOneDrugIsAboutIt) {
  const v1::Linking linking = LinkQuestion("drops barred", *index_);
  ASSERT_EQ(linking.links_size(), 1);
  EXPECT_EQ(linking.links(0).facts_size(), 1);
  EXPECT_EQ(linking.links(0).concept_name(), Full("drops"));
}

TEST_F(StatedWordsTest, NotWithoutStatesNothing) {
  ExpectNone({"not no wide spread", "the woman in the next bed is in pain"});
}

}  // namespace
}  // namespace evident::decision
