// Values in words: dates and allowed values behind their labels.
#include "decision/test_linking.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

void AddValue(v1::FactDefinition& fact, const std::string& slug, const std::string& display) {
  v1::AllowedValue& value = *fact.add_allowed_values();
  value.set_slug(slug);
  value.set_display(display);
}

void AddCode(TestGraph& graph, const std::string& slug, const std::string& system,
             const std::string& code) {
  v1::Concept& node = graph.AddConcept(slug, v1::CONCEPT_KIND_CONDITION);
  node.set_display("Name of " + slug);
  node.add_codes()->set_system(system);
  node.mutable_codes(0)->set_code(code);
}

TestGraph Graph() {
  TestGraph graph;
  graph.AddFact("begun", v1::FACT_TYPE_DATE).add_labels("onset");
  v1::FactDefinition& kind = graph.AddFact("kind", v1::FACT_TYPE_CODED);
  kind.add_labels("kind");
  AddValue(kind, "early", "Early");
  AddValue(kind, "early-deep", "Early and deep");
  AddValue(kind, "not-seen", "Never looked at");
  AddValue(kind, "late_2", "Late");
  v1::FactDefinition& dose = graph.AddFact("dose", v1::FACT_TYPE_DECIMAL);
  dose.add_labels("dose");
  dose.set_unit("mg");
  v1::FactDefinition& grade = graph.AddFact("grade", v1::FACT_TYPE_INTEGER);
  grade.add_labels("grade");
  AddCode(graph, "wilt", "http://example.org/sid/icd-10", "W53.9");
  AddCode(graph, "rot", "DOID", "4362");
  AddCode(graph, "rust", "urn:garden", "RU");
  AddCode(graph, "mould", "urn:garden", "M-77");
  AddCode(graph, "blight", "urn:greenhouse", "M-77");
  return graph;
}

class LinkingTest : public LinkingTestBase {
 protected:
  LinkingTest() : LinkingTestBase(Graph()) {}
};

// The slug of the one concept that the text names.
std::string NamedIn(const std::string& text, const KnowledgeIndex& index) {
  std::string named;
  const v1::Linking linking = LinkQuestion(text, index);
  for (const v1::Link& link : linking.links()) {
    named += link.concept_name().substr(link.concept_name().find('/') + 1);
  }
  return named;
}

TEST_F(LinkingTest, ACodeNamesItsConcept) {
  for (const char* const text : {"What of W53.9?", "ICD-10: W53.9", "icd-10 w53.9, grade 2"}) {
    EXPECT_EQ(NamedIn(text, *index_), "wilt") << text;
  }
  for (const char* const text : {"DOID:4362", "rot as doid 4362"}) {
    EXPECT_EQ(NamedIn(text, *index_), "rot") << text;
  }
  EXPECT_EQ(NamedIn("garden RU", *index_), "rust");
  EXPECT_EQ(NamedIn("garden M-77", *index_), "mould");
}

TEST_F(LinkingTest, ACodeThatMayBeAWordANumberOrAnotherConceptIsNone) {
  for (const char* const text : {"RU there?", "4362 ml", "M-77", "W53", "W53. 9", "W53.9.1"}) {
    EXPECT_EQ(NamedIn(text, *index_), "") << text;
  }
}

TEST_F(LinkingTest, ADateBehindItsLabelIsAFact) {
  for (const char* const text :
       {"onset 2026-02-28", "Onset: 2026-02-28", "onset was on 2026-02-28.", "Onset of 2026-02-28",
        "onset = 2026-02-28, stable now", "onset 2026-02-28; grade unclear"}) {
    EXPECT_THAT(Linked(text), ElementsAre("begun=2026-02-28")) << text;
  }
}

TEST_F(LinkingTest, TheWordsOfADateAreItsPlace) {
  const v1::Linking linking = LinkQuestion("The onset was on 2026-02-28, grade 2", *index_);
  ASSERT_EQ(linking.links_size(), 2);
  EXPECT_EQ(linking.links(0).words(), "onset was on 2026-02-28");
  EXPECT_EQ(linking.links(1).words(), "grade 2");
  EXPECT_THAT(linking.unlinked(), IsEmpty());
}

TEST_F(LinkingTest, NoDateIsGuessed) {
  ExpectNone({"onset 2026-02-30", "onset 2026-2-28", "onset 28-02-2026", "onset 02/03/2026",
              "onset 2026-02", "onset 2026", "onset 2026-02-288", "onset 2026-02-28T10",
              "onset February 2026", "2026-02-28"});
}

TEST_F(LinkingTest, ADateThatIsABoundARangeOrDeniedIsNoValue) {
  ExpectNone({"onset before 2026-02-28", "onset after 2026-02-28", "onset 2026-02-28 or later",
              "onset 2026-02-27 to 2026-02-28", "onset 2026-02-27 or 2026-02-28",
              "onset 2026-02-27/2026-02-28", "onset 2026-02-27-2026-02-28", "onset not 2026-02-28",
              "no onset 2026-02-28", "suspected onset 2026-02-28", "onset unknown. 2026-02-28",
              "onset? 2026-02-28 was the visit"});
}

TEST_F(LinkingTest, AnAllowedValueMayHaveSeveralWordsAndTheLongestCounts) {
  EXPECT_THAT(Linked("kind early"), ElementsAre("kind=early"));
  EXPECT_THAT(Linked("Kind: Early and deep"), ElementsAre("kind=early-deep"));
  EXPECT_THAT(Linked("kind is early-deep"), ElementsAre("kind=early-deep"));
  EXPECT_THAT(Linked("kind never looked at"), ElementsAre("kind=not-seen"));
  EXPECT_THAT(Linked("kind of LATE"), ElementsAre("kind=late_2"));
  EXPECT_THAT(Linked("kind early and grade 2"), ElementsAre("kind=early", "grade=2"));
}

TEST_F(LinkingTest, AChoiceOfAllowedValuesIsNoValue) {
  ExpectNone({"kind early or late", "kind early, late", "kind early/late", "kind early to late",
              "kind not early", "kind early. Late in the day", "kind deep", "kind looked at",
              "kind. Early visits", "no kind early"});
}

TEST_F(LinkingTest, WordsOfAValueDoNotReachOverTheirClause) {
  EXPECT_THAT(Linked("kind early, and deep in debt"), ElementsAre("kind=early"));
}

TEST_F(LinkingTest, AUnitThatGoesOnIsAnotherUnit) {
  EXPECT_THAT(Linked("dose 5 mg"), ElementsAre("dose=5 [mg]"));
  EXPECT_THAT(Linked("dose 5 mg."), ElementsAre("dose=5 [mg]"));
  EXPECT_THAT(Linked("dose 2.50 mg, daily"), ElementsAre("dose=2.50 [mg]"));
  ExpectNone({"dose 5 mg/kg", "dose 5 mgs", "dose 5 mg*h", "dose 5 m", "dose 5"});
}

TEST_F(LinkingTest, AValueInTheNextSentenceIsNotTheLabels) {
  ExpectNone({"What grade? 2 weeks ago", "unclear grade. 2 visits", "grade; 2"});
  EXPECT_THAT(Linked("grade: 2"), ElementsAre("grade=2"));
  EXPECT_THAT(Linked("grade, 2"), ElementsAre("grade=2"));
}

}  // namespace
}  // namespace evident::decision
