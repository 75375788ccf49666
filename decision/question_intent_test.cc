// What kind of answer words ask for.
#include "decision/question_intent.h"

#include "decision/test_linking.h"

namespace evident::decision {
namespace {

constexpr v1::QuestionIntent kNone = v1::QUESTION_INTENT_UNSPECIFIED;
constexpr v1::QuestionIntent kPlan = v1::QUESTION_INTENT_PLAN;
constexpr v1::QuestionIntent kOption = v1::QUESTION_INTENT_OPTION;
constexpr v1::QuestionIntent kDose = v1::QUESTION_INTENT_DOSE;
constexpr v1::QuestionIntent kContraindication = v1::QUESTION_INTENT_CONTRAINDICATION;
constexpr v1::QuestionIntent kEvidence = v1::QUESTION_INTENT_EVIDENCE;
constexpr v1::QuestionIntent kMonitoring = v1::QUESTION_INTENT_MONITORING;
constexpr v1::QuestionIntent kStop = v1::QUESTION_INTENT_STOP;

// The condition "complaint", the drug "drops", "rest", the outcome "relapse", the fact "fever".
TestGraph Graph() {
  TestGraph graph;
  graph.AddIntervention("drops", v1::INTERVENTION_KIND_DRUG);
  graph.AddIntervention("rest", v1::INTERVENTION_KIND_PROCEDURE);
  graph.AddConcept("relapse", v1::CONCEPT_KIND_OUTCOME);
  AddPhrase(graph.AddFact("fever", v1::FACT_TYPE_BOOLEAN), "fever", "fever", Bool(true));
  return graph;
}

class QuestionIntentTest : public LinkingTestBase {
 protected:
  QuestionIntentTest() : LinkingTestBase(Graph()) {}

  v1::QuestionIntent IntentOf(const std::string& text) const {
    return LinkQuestion(text, *index_).intent();
  }

  void ExpectAll(v1::QuestionIntent intent, const std::vector<std::string>& texts) const {
    for (const std::string& text : texts) EXPECT_EQ(IntentOf(text), intent) << text;
  }
};

TEST_F(QuestionIntentTest, WhatIsToldAsksForNothing) {
  ExpectAll(kNone, {"She has fever.", "Drops for fever", "Fever? None. Drops since May."});
}

TEST_F(QuestionIntentTest, WhatACareIncludesIsAPlan) {
  ExpectAll(kPlan, {"What does rest include?", "What should rest comprise?",
                    "What would good rest involve?", "What belongs to rest?",
                    "Rest - what should it include"});
  ExpectAll(kOption, {"Which of these belong to rest?", "Should rest include drops?"});
}

TEST_F(QuestionIntentTest, HowToDoSomethingIsAPlan) {
  ExpectAll(kPlan, {"She has fever. How do we give her drops?", "How would you adapt drops?",
                    "How should I treat her? She has fever."});
  ExpectAll(kMonitoring, {"How do I watch for fever on drops?"});
  ExpectAll(kDose, {"How many drops do we give?"});
  ExpectAll(kEvidence, {"How effective are drops?", "How likely is a relapse?"});
}

TEST_F(QuestionIntentTest, WhatIsArrangedIsAPlan) {
  ExpectAll(kPlan, {"When should I arrange rest?", "What rest should we arrange for her?",
                    "When should rest be planned?"});
  ExpectAll(kOption, {"Should we arrange rest?", "When should rest begin?"});
}

TEST_F(QuestionIntentTest, AdviceIsAPlanWhereNothingIsProposed) {
  ExpectAll(kPlan, {"Fever. What would you recommend?", "What does the guideline recommend?",
                    "What do you suggest for fever?"});
  ExpectAll(kOption,
            {"Would you recommend drops?", "Do you suggest rest?", "Which drops do you suggest?"});
}

TEST_F(QuestionIntentTest, HowOftenSomethingIsLookedAtIsMonitoring) {
  ExpectAll(kMonitoring,
            {"How often must fever be reassessed?", "How frequently should it be re-evaluated?",
             "How often should we evaluate fever?", "Monitoring of fever: how often?"});
  ExpectAll(kDose, {"How often do we give drops?"});
}

TEST_F(QuestionIntentTest, ASingleFractionIsNoDose) {
  ExpectAll(kOption, {"Would a single fraction of drops be reasonable?"});
  ExpectAll(kDose, {"How are drops dosed?", "Fractions of drops?"});
}

TEST_F(QuestionIntentTest, AReasonNotToDoSomethingIsAContraindication) {
  ExpectAll(kContraindication,
            {"Any reason not to give drops?", "Are there reasons against drops?"});
}

TEST_F(QuestionIntentTest, EndingSomethingIsToStop) {
  ExpectAll(kStop, {"At what point would you end drops?", "When do we stop drops?"});
}

TEST_F(QuestionIntentTest, WhatIsAskedGoesBeforeWhatIsTold) {
  ExpectAll(kOption, {"Informed about her prognosis. Is rest appropriate?",
                      "We are planning her discharge; fever. Which drops?",
                      "Complaint proven by biopsy, fever; drops instead?"});
  ExpectAll(kEvidence, {"Prognosis of the complaint"});
}

TEST_F(QuestionIntentTest, AShortAnswerDeniesNothingOfTheNextSentence) {
  ExpectAll(kPlan, {"Fever: no. Plan?"});
  ExpectAll(kNone, {"no plan"});
}

TEST_F(QuestionIntentTest, ASuppositionIsNotAsked) {
  ExpectAll(kNone, {"When people wish to stop drops, do you have a letter to send?"});
  ExpectAll(kContraindication, {"If she had a fever, would drops be contraindicated?"});
  ExpectAll(kStop, {"When should we stop, and with what?", "When to stop drops?"});
}

TEST_F(QuestionIntentTest, AnOutcomeBeforeTheQuestionIsNotAsked) {
  ExpectAll(kNone, {"Guest with a relapse, which door should he use?"});
  ExpectAll(kEvidence, {"Which relapse comes first, the early one?", "Relapse after rest?"});
}

TEST_F(QuestionIntentTest, VagueWordsAskForNothingWhereNothingIsKnown) {
  ExpectAll(kNone, {"Which needle do you prefer?", "Can somebody send me the table?",
                    "Her mother had the complaint. Can we get the records?",
                    "Could she have it? Her only drops were years ago."});
  ExpectAll(kOption, {"She has fever. Can we help?", "Should she have drops?", "Drops?",
                      "Complaint: which treatment?"});
}

TEST_F(QuestionIntentTest, WhatNoGuidelineSaysIsNotAskedOfIt) {
  ExpectAll(kNone, {"Are drops stored in the fridge?", "She has fever. Should we book transport?",
                    "Which form is for the reimbursement of drops?"});
}

}  // namespace
}  // namespace evident::decision
