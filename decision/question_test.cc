#include "decision/question.h"

#include <algorithm>

#include "base/limits.h"
#include "decision/describe_facts.h"
#include "decision/test_graph.h"

namespace evident::decision {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

TestGraph Graph() {
  TestGraph graph;
  v1::FactDefinition& grade = graph.AddFact("grade", v1::FACT_TYPE_INTEGER);
  grade.add_labels("grade");
  v1::FactDefinition& level = graph.AddFact("level", v1::FACT_TYPE_DECIMAL);
  level.set_unit("g/dL");
  level.add_labels("level");
  v1::FactDefinition& bleeding = graph.AddFact("bleeding", v1::FACT_TYPE_BOOLEAN);
  v1::Phrase& phrase = *bleeding.add_phrases();
  phrase.set_phrase("active bleeding");
  phrase.add_facts()->set_name(Full("bleeding"));
  *phrase.mutable_facts(0)->mutable_value() = Bool(true);
  v1::Phrase& denial = *bleeding.add_phrases();
  denial.set_phrase("no active bleeding");
  denial.add_facts()->set_name(Full("bleeding"));
  *denial.mutable_facts(0)->mutable_value() = Bool(false);
  v1::FactDefinition& barred = graph.AddFact("barred", v1::FACT_TYPE_BOOLEAN);
  *barred.mutable_true_when() = Criterion("bleeding");
  graph.AddFact("unused", v1::FACT_TYPE_BOOLEAN);
  graph.AddIntervention("drug-a", v1::INTERVENTION_KIND_DRUG);
  graph.AddPoint("p");
  graph.Add("s", v1::POLARITY_RECOMMEND, "grade <= 3 and level > 7.0 [g/dL]", {"p"});
  graph.AddOption("s", true, {{"drug-a", "", "barred"}});
  return graph;
}

class QuestionTest : public testing::Test {
 protected:
  void SetUp() override {
    index_ = Graph().Compile();
    ASSERT_NE(index_, nullptr);
  }

  absl::StatusOr<v1::ResolvedQuestion> Ask(const std::string& text,
                                           const v1::ResolvedQuestion* earlier = nullptr) {
    return Resolve(*index_, v1::QuestionFrame(), &text, earlier);
  }

  // "fact=value" of every linked fact, in order of the text.
  std::vector<std::string> Linked(const std::string& text) {
    std::vector<std::string> linked;
    const auto question = Ask("Complaint: " + text);
    EXPECT_THAT(question, IsOk());
    if (!question.ok()) return linked;
    for (const v1::Link& link : question->linking().links()) {
      for (const v1::Fact& fact : link.facts()) {
        const auto value = graph::DecodeValue(fact.value());
        linked.push_back(fact.name().substr(2) + "=" +
                         (value.ok() ? criteria::ToString(*value) : "?"));
      }
    }
    return linked;
  }

  std::vector<std::string> Unlinked(const std::string& text) {
    const auto question = Ask(text);
    EXPECT_THAT(question, IsOk());
    if (!question.ok()) return {};
    return {question->linking().unlinked().begin(), question->linking().unlinked().end()};
  }

  std::shared_ptr<const KnowledgeIndex> index_;
};

TEST_F(QuestionTest, FillsInDefaultsAndFullNames) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto question, Resolve(*index_, FrameOf({{"grade", Int(2)}})));
  EXPECT_THAT(question.concepts(), ElementsAre(Full("c")));
  EXPECT_EQ(question.facts(0).fact().name(), Full("grade"));
  EXPECT_EQ(question.facts(0).origin(), v1::FACT_ORIGIN_STATED);
  EXPECT_EQ(question.as_valid_on(), "2026-01-01");
  EXPECT_EQ(question.audience(), v1::AUDIENCE_CLINICIAN);
  EXPECT_EQ(question.language(), "en");
  EXPECT_EQ(question.view(), v1::VIEW_FULL);
  EXPECT_EQ(question.release(), 3u);
  EXPECT_EQ(question.release_digest(), std::string(32, 'r'));
  EXPECT_FALSE(question.has_linking());
}

TEST_F(QuestionTest, NamesEverythingThatIsWrongAtOnce) {
  v1::QuestionFrame frame =
      FrameOf({{"grad", Int(1)}, {"grade", Int(12)}, {"bleeding", Int(1)}, {"level", Bool(true)}});
  frame.add_concepts("d");
  frame.set_as_valid_on("2026-02-30");
  const auto question = Resolve(*index_, frame);
  ASSERT_THAT(question, HasReason("QUESTION_INVALID"));
  EXPECT_EQ(question.status().code(), absl::StatusCode::kInvalidArgument);
  const std::vector<Violation> violations = ErrorViolations(question.status());
  for (const char* const field : {"concepts[1]", "as_valid_on", "facts[0].name", "facts[1].value",
                                  "facts[2].value", "facts[3].value"}) {
    EXPECT_THAT(violations, Contains(Field(&Violation::field, HasSubstr(field))));
  }
  EXPECT_THAT(violations, Contains(Field(&Violation::description, HasSubstr("grade"))));
}

TEST_F(QuestionTest, ABareSlugIsAcceptedAmongTheFactsOfTheConceptsOnly) {
  EXPECT_THAT(Resolve(*index_, FrameOf({{"unused", Bool(true)}})), HasReason("QUESTION_INVALID"));
  EXPECT_THAT(Resolve(*index_, FrameOf({{Full("unused"), Bool(true)}})), IsOk());
}

TEST_F(QuestionTest, AWrongUnitIsRefusedWithTheExpectedOne) {
  v1::Value value;
  value.mutable_decimal()->mutable_value()->set_unscaled(90);
  value.mutable_decimal()->set_unit("g/L");
  const auto question = Resolve(*index_, FrameOf({{"level", value}}));
  ASSERT_THAT(question, HasReason("QUESTION_INVALID"));
  EXPECT_THAT(ErrorViolations(question.status()),
              Contains(Field(&Violation::description, HasSubstr("g/dL"))));
}

TEST_F(QuestionTest, OneFactWithTwoValuesIsRefused) {
  EXPECT_THAT(Resolve(*index_, FrameOf({{"grade", Int(1)}, {"grade", Int(2)}})),
              HasReason("QUESTION_INVALID"));
  EXPECT_THAT(Resolve(*index_, FrameOf({{"grade", Int(1)}, {Full("grade"), Int(1)}})), IsOk());
}

TEST_F(QuestionTest, AFactThatContradictsWhatFollowsIsRefusedNamingBoth) {
  const auto question =
      Resolve(*index_, FrameOf({{"bleeding", Bool(true)}, {"barred", Bool(false)}}));
  ASSERT_THAT(question, HasReason("QUESTION_INVALID"));
  std::string said;
  for (const Violation& violation : ErrorViolations(question.status())) {
    said += violation.description;
  }
  EXPECT_THAT(said, HasSubstr(Full("barred")));
  EXPECT_THAT(said, HasSubstr(Full("bleeding")));
}

TEST_F(QuestionTest, DerivedFactsNameTheirRuleAndWhatItRestsOn) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto question,
                               Resolve(*index_, FrameOf({{"bleeding", Bool(true)}})));
  ASSERT_EQ(question.derived_size(), 1);
  EXPECT_EQ(question.derived(0).fact().name(), Full("barred"));
  EXPECT_TRUE(question.derived(0).fact().value().boolean());
  EXPECT_EQ(question.derived(0).rule(), "true when bleeding");
  EXPECT_THAT(question.derived(0).because(), ElementsAre(Full("bleeding")));
}

TEST_F(QuestionTest, NewFactsWinOverInheritedOnes) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto earlier, Resolve(*index_, FrameOf({{"grade", Int(1)}, {"bleeding", Bool(true)}})));
  v1::QuestionFrame frame = FrameOf({{Full("grade"), Int(4)}});
  frame.clear_concepts();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto question, Resolve(*index_, frame, nullptr, &earlier));
  EXPECT_THAT(question.concepts(), ElementsAre(Full("c")));
  ASSERT_EQ(question.facts_size(), 2);
  EXPECT_EQ(question.facts(0).fact().name(), Full("bleeding"));
  EXPECT_EQ(question.facts(0).origin(), v1::FACT_ORIGIN_INHERITED);
  EXPECT_EQ(question.facts(1).fact().value().integer(), 4);
  EXPECT_EQ(question.facts(1).origin(), v1::FACT_ORIGIN_STATED);
  EXPECT_EQ(question.derived_size(), 1);
}

TEST_F(QuestionTest, AnInheritedFactThatIsOverwrittenIsListedAsDropped) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto earlier, Resolve(*index_, FrameOf({{"grade", Int(1)}, {"bleeding", Bool(true)}})));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto stated,
                               Resolve(*index_, FrameOf({{"grade", Int(4)}}), nullptr, &earlier));
  const std::string text = "grade 4";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto linked, Resolve(*index_, FrameOf({}), &text, &earlier));
  for (const v1::ResolvedQuestion& question : {stated, linked}) {
    ASSERT_EQ(question.dropped_size(), 1);
    EXPECT_EQ(question.dropped(0).name(), Full("grade"));
    EXPECT_EQ(question.dropped(0).value().integer(), 1);
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto same,
                               Resolve(*index_, FrameOf({{"grade", Int(1)}}), nullptr, &earlier));
  EXPECT_EQ(same.dropped_size(), 0);
}

TEST_F(QuestionTest, AnInheritedFactThatStatedOnesDeriveOtherwiseIsDroppedVisibly) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto earlier,
                               Resolve(*index_, FrameOf({{"barred", Bool(false)}})));
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto question,
      Resolve(*index_, FrameOf({{"bleeding", Bool(true)}}), nullptr, &earlier));
  ASSERT_EQ(question.dropped_size(), 1);
  EXPECT_EQ(question.dropped(0).name(), Full("barred"));
  ASSERT_EQ(question.derived_size(), 1);
  EXPECT_TRUE(question.derived(0).fact().value().boolean());
}

TEST_F(QuestionTest, AnInheritedFactThatDerivesAgainstAStatedOneIsDroppedVisibly) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto earlier,
                               Resolve(*index_, FrameOf({{"bleeding", Bool(true)}})));
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto question, Resolve(*index_, FrameOf({{"barred", Bool(false)}}), nullptr, &earlier));
  ASSERT_EQ(question.dropped_size(), 1);
  EXPECT_EQ(question.dropped(0).name(), Full("bleeding"));
  ASSERT_EQ(question.derived_size(), 1);
  EXPECT_EQ(question.derived(0).fact().name(), Full("bleeding"));
  EXPECT_FALSE(question.derived(0).fact().value().boolean());
  EXPECT_THAT(question.derived(0).because(), ElementsAre(Full("barred")));
}

TEST_F(QuestionTest, WordsThatContradictWhatIsStatedYieldToIt) {
  const std::string text = "Complaint with active bleeding";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto question,
                               Resolve(*index_, FrameOf({{"barred", Bool(false)}}), &text));
  ASSERT_EQ(question.facts_size(), 1);
  EXPECT_EQ(question.facts(0).fact().name(), Full("barred"));
  ASSERT_EQ(question.linking().links_size(), 2);
  EXPECT_TRUE(question.linking().links(1).overruled());
}

TEST_F(QuestionTest, AskingForNothingIsRefused) {
  EXPECT_THAT(Resolve(*index_, v1::QuestionFrame()), HasReason("QUESTION_INVALID"));
}

TEST_F(QuestionTest, TooManyFactsHitTheirCap) {
  v1::QuestionFrame frame = FrameOf({});
  for (int i = 0; i < 1025; ++i) frame.add_facts();
  EXPECT_THAT(Resolve(*index_, frame),
              FailsWith(absl::StatusCode::kResourceExhausted, "kFactsPerQuestionMax"));
}

TEST_F(QuestionTest, WordsAreLinkedWithTheirPlaces) {
  const std::string text = "Complaint with ACTIVE  bleeding, Grade 2";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto question, Ask(text));
  EXPECT_THAT(question.concepts(), ElementsAre(Full("c")));
  ASSERT_EQ(question.linking().links_size(), 3);
  for (const v1::Link& link : question.linking().links()) {
    EXPECT_EQ(text.substr(link.begin(), link.end() - link.begin()), link.words());
  }
  EXPECT_EQ(question.linking().links(1).words(), "ACTIVE  bleeding");
  EXPECT_EQ(question.facts(0).origin(), v1::FACT_ORIGIN_LINKED);
}

TEST_F(QuestionTest, ALabelTakesOneValueAndNeverARangeOrABound) {
  EXPECT_THAT(Linked("grade 2"), ElementsAre("grade=2"));
  EXPECT_THAT(Linked("grade is 2, and so on"), ElementsAre("grade=2"));
  EXPECT_THAT(Linked("grade = 2"), ElementsAre("grade=2"));
  for (const char* const text :
       {"grade 0-1", "grade 1 or 2", "grade 1 to 2", "grade <= 2", "grade at least 2", "grade 12",
        "grade 1.5", "grade high", "up to grade 2", "worse than grade 2", "grade 2+", "grade 1/2",
        "grade 2 or above", "grade 2 and above", "not grade 2"}) {
    EXPECT_THAT(Linked(text), ElementsAre()) << text;
  }
}

TEST_F(QuestionTest, ADecimalNeedsItsUnit) {
  EXPECT_THAT(Linked("level 7.50 g/dL"), ElementsAre("level=7.50 [g/dL]"));
  EXPECT_THAT(Linked("level 7.5"), ElementsAre());
  EXPECT_THAT(Linked("level 75 g/L"), ElementsAre());
}

TEST_F(QuestionTest, WhatIsDeniedIsNotStated) {
  EXPECT_THAT(Linked("no active bleeding"), ElementsAre("bleeding=false"));
  for (const char* const text :
       {"without any active bleeding", "denies any active bleeding", "active bleeding: no",
        "active bleeding? No.", "active bleeding absent", "no evidence of active bleeding",
        "active bleeding was ruled out", "no fever or active bleeding", "never had active bleeding",
        "no fever, chills or active bleeding"}) {
    EXPECT_THAT(Linked(text), ElementsAre("bleeding=false")) << text;
  }
  for (const char* const text : {"not active bleeding", "hasn't active bleeding",
                                 "no evidence or sign of any kind of active bleeding"}) {
    EXPECT_THAT(Linked(text), ElementsAre()) << text;
  }
  EXPECT_THAT(Unlinked("Complaint, without any active bleeding"), ElementsAre("without any"));
}

TEST_F(QuestionTest, ADenialReachesOverAListAndEndsWithItsClause) {
  EXPECT_THAT(Linked("no active bleeding and grade 2"), ElementsAre("bleeding=false"));
  EXPECT_THAT(Linked("no fever, active bleeding"), ElementsAre());
  EXPECT_THAT(Linked("no fever, with active bleeding"), ElementsAre("bleeding=true"));
  EXPECT_THAT(Linked("no fever; active bleeding"), ElementsAre("bleeding=true"));
  EXPECT_THAT(Linked("no fever, grade 2"), ElementsAre("grade=2"));
  EXPECT_THAT(Linked("no fever but active bleeding"), ElementsAre("bleeding=true"));
}

TEST_F(QuestionTest, WhatIsDoubtedIsNotStated) {
  for (const char* const text :
       {"suspected active bleeding", "if active bleeding occurs", "rule out active bleeding",
        "cannot exclude active bleeding", "risk of active bleeding", "active bleeding possible"}) {
    EXPECT_THAT(Linked(text), ElementsAre()) << text;
  }
}

TEST_F(QuestionTest, WordsThatContradictThemselvesStateNothing) {
  EXPECT_THAT(Linked("grade 1; later grade 3"), ElementsAre());
}

TEST_F(QuestionTest, ExplicitFactsWinOverWordsAndTheLinkSaysSo) {
  const std::string text = "Complaint, grade 2";
  v1::QuestionFrame frame = FrameOf({{"grade", Int(5)}});
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto question, Resolve(*index_, frame, &text));
  ASSERT_EQ(question.facts_size(), 1);
  EXPECT_EQ(question.facts(0).fact().value().integer(), 5);
  ASSERT_EQ(question.linking().links_size(), 2);
  EXPECT_TRUE(question.linking().links(1).overruled());
}

TEST_F(QuestionTest, AQuestionThatLinksToNothingIsAnsweredSo) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto question, Ask("What about the weather?"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto decision,
                               Decide(*index_, question, [] { return absl::OkStatus(); }));
  EXPECT_EQ(decision.answer.outcome(), v1::OUTCOME_UNLINKED);
  EXPECT_EQ(decision.answer.notices(0).code(), "UNLINKED");
  EXPECT_EQ(decision.answer.recommendations_size(), 0);
}

TEST_F(QuestionTest, BrokenTextIsRefused) {
  EXPECT_THAT(Ask("Complaint \xff"), HasReason("QUESTION_INVALID"));
  EXPECT_THAT(Ask(std::string(9000, 'a')),
              FailsWith(absl::StatusCode::kResourceExhausted, "kQuestionTextBytesMax"));
}

TEST_F(QuestionTest, DescribesTheFactsThatAConceptAsksFor) {
  v1::DescribeFactsRequest request;
  request.add_concepts("c");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto response,
                               DescribeFacts(request, *index_, [] { return absl::OkStatus(); }));
  std::vector<std::string> names;
  for (const v1::FactDescription& fact : response.facts()) names.push_back(fact.name());
  EXPECT_THAT(names, ElementsAre(Full("barred"), Full("bleeding"), Full("grade"), Full("level")));
  EXPECT_THAT(response.facts(0).derived_by(), ElementsAre("true when bleeding"));
  EXPECT_THAT(response.facts(2).statements(), ElementsAre(Full("s")));
  EXPECT_EQ(response.facts(3).definition().unit(), "g/dL");
  request.add_concepts("d");
  EXPECT_THAT(DescribeFacts(request, *index_, [] { return absl::OkStatus(); }),
              HasReason("QUESTION_INVALID"));
}

TEST_F(QuestionTest, NoMoreIsDescribedOrFilteredThanAQuestionMayHold) {
  v1::DescribeFactsRequest request;
  for (size_t i = 0; i <= kConceptsPerQuestionMax; ++i) request.add_concepts("c");
  EXPECT_THAT(DescribeFacts(request, *index_, [] { return absl::OkStatus(); }),
              FailsWith(absl::StatusCode::kResourceExhausted, "kConceptsPerQuestionMax"));
  v1::QuestionFrame frame;
  frame.add_concepts("c");
  for (size_t i = 0; i <= kIssuersPerQuestionMax; ++i) frame.mutable_filters()->add_issuers("i");
  EXPECT_THAT(ResolveQuestion(frame, *index_, {}),
              FailsWith(absl::StatusCode::kResourceExhausted, "kIssuersPerQuestionMax"));
}

TEST_F(QuestionTest, NamesLongerThanAnyAreRefusedAndNotRepeated) {
  const std::string name(1 << 20, 'x');
  v1::DescribeFactsRequest request;
  request.add_concepts(name);
  const absl::Status described =
      DescribeFacts(request, *index_, [] { return absl::OkStatus(); }).status();
  EXPECT_THAT(described, HasReason("QUESTION_INVALID"));
  EXPECT_LT(described.message().size(), 500u);
  v1::QuestionFrame frame;
  frame.add_concepts(name);
  frame.add_codes()->set_code(name);
  frame.add_facts()->set_name(name);
  frame.mutable_filters()->add_issuers(name);
  const absl::Status status = ResolveQuestion(frame, *index_, {}).status();
  EXPECT_THAT(status, HasReason("QUESTION_INVALID"));
  const std::vector<Violation> violations = ErrorViolations(status);
  EXPECT_EQ(violations.size(), 4u);
  for (const Violation& violation : violations) {
    EXPECT_LT(violation.description.size(), 500u) << violation.field;
  }
}

}  // namespace
}  // namespace evident::decision
