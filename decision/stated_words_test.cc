// What words state, ask about, or say of something else only.
#include "decision/test_linking.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;

void AddPhrase(v1::FactDefinition& fact, const std::string& slug, const std::string& words,
               const v1::Value& value) {
  v1::Phrase& phrase = *fact.add_phrases();
  phrase.set_phrase(words);
  v1::Fact& stated = *phrase.add_facts();
  stated.set_name(Full(slug));
  *stated.mutable_value() = value;
}

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
  ExpectNone({"denies wide spread, in pain", "denies bruises, wide spread",
              "denies: wide spread; in pain", "no bruise, fever, wide spread",
              "no bruise and wide spread", "with or without wide spread", "not without wide spread",
              "without wide spread?", "denies wide spread in youth or in pain", "not wide spread"});
  EXPECT_THAT(Linked("no objection, wide spread"), ElementsAre("barred=false"));
  EXPECT_THAT(Linked("no objection, wide spread and in pain"), ElementsAre("barred=false"));
  EXPECT_THAT(Linked("no objection, with wide spread"), ElementsAre("barred=false", "spread=true"));
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
              "wide spread: none",
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

}  // namespace
}  // namespace evident::decision
