// What patients are shown: nothing that packs word for clinicians.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "decision/test_graph.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace evident::decision {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

constexpr char kMark[] = "worded-by-a-pack";

// Every string of the message and of those in it, with its field.
void Collect(const Message& message, std::vector<std::pair<std::string, std::string>>& out) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Collect(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                     : reflection.GetMessage(message, field),
                out);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        out.emplace_back(field->full_name(), field->is_repeated()
                                                 ? reflection.GetRepeatedString(message, field, i)
                                                 : reflection.GetString(message, field));
      }
    }
  }
}

// Fields that hold the mark, each once.
std::set<std::string> Marked(const Message& message) {
  std::vector<std::pair<std::string, std::string>> strings;
  Collect(message, strings);
  std::set<std::string> marked;
  for (const auto& [field, text] : strings) {
    if (text.find(kMark) != std::string::npos) marked.insert(field);
  }
  return marked;
}

// Whether a string of a pack is a name, a label, a code, a title or a date, and no sentence: what a
// new field is, somebody has to say here.
bool IsNoProse(const std::string& field) {
  static const std::set<std::string> kNames = {"evident.v1.NodeRecord.name",
                                               "evident.v1.NodeRecord.pack",
                                               "evident.v1.Guideline.title",
                                               "evident.v1.Guideline.edition",
                                               "evident.v1.Guideline.valid_from",
                                               "evident.v1.Guideline.editorial_policy",
                                               "evident.v1.Guideline.disclaimer",
                                               "evident.v1.Guideline.licence",
                                               "evident.v1.Section.slug",
                                               "evident.v1.Section.title",
                                               "evident.v1.Statement.section",
                                               "evident.v1.Statement.care_phase",
                                               "evident.v1.Statement.source_rows",
                                               "evident.v1.SchemeValue.scheme",
                                               "evident.v1.SchemeValue.value",
                                               "evident.v1.Wording.language",
                                               "evident.v1.Concept.display",
                                               "evident.v1.FactDefinition.display",
                                               "evident.v1.Evidence.outcome",
                                               "evident.v1.Evidence.interventions",
                                               "evident.v1.Evidence.source_rows",
                                               "evident.v1.Severity.scheme",
                                               "evident.v1.Effect.measure",
                                               "evident.v1.Reference.title",
                                               "evident.v1.Reference.publisher",
                                               "evident.v1.Reference.container",
                                               "evident.v1.Reference.declared_kind",
                                               "evident.v1.Reference.assessed_kind",
                                               "evident.v1.Reference.tier",
                                               "evident.v1.DecisionPoint.display",
                                               "evident.v1.DecisionPoint.partition",
                                               "evident.v1.Cites.mark",
                                               "evident.v1.Cites.locator",
                                               "evident.v1.Cites.candidates",
                                               "evident.v1.Resolution.by",
                                               "evident.v1.Resolution.on",
                                               "evident.v1.Dose.route",
                                               "evident.v1.Dose.schedule",
                                               "evident.v1.Quantity.unit",
                                               "evident.v1.ConflictsWith.discriminators",
                                               "evident.v1.UnresolvedTarget.raw_label",
                                               "evident.v1.UnresolvedTarget.source_document",
                                               "evident.v1.Condition.fact",
                                               "evident.v1.Comparison.fact"};
  return kNames.count(field) != 0;
}

// Marks all prose that the message and those in it have, but for wordings for patients.
void MarkProse(Message& message) {
  if (const auto* const wording = dynamic_cast<const v1::Wording*>(&message)) {
    if (wording->audience() == v1::AUDIENCE_PATIENT) return;
  }
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        MarkProse(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                       : *reflection.MutableMessage(&message, field));
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
                 !IsNoProse(field->full_name())) {
        if (field->is_repeated()) {
          reflection.SetRepeatedString(&message, field, i, kMark);
        } else {
          reflection.SetString(&message, field, kMark);
        }
      }
    }
  }
}

void AddSources(TestGraph& graph) {
  v1::Evidence& evidence = graph.AddEvidence("result");
  evidence.set_headline("x");
  evidence.set_analysis("x");
  evidence.set_population("x");
  evidence.set_outcome(Full("relief"));
  evidence.add_notes("x");
  evidence.add_arms()->set_name("x");
  evidence.mutable_arms(0)->set_participants(7);
  v1::Reference& reference = graph.AddReference("paper");
  reference.set_title("Paper");
  reference.add_notes("x");
  graph.Link("basis", v1::EDGE_KIND_SUPPORTED_BY, v1::NODE_KIND_EVIDENCE, "result")
      .mutable_supported_by()
      ->set_support(v1::SUPPORT_SUPPORTS);
  v1::Cites& cites =
      *graph.Link("basis", v1::EDGE_KIND_CITES, v1::NODE_KIND_REFERENCE, "paper").mutable_cites();
  cites.set_mark("1");
  cites.mutable_resolution()->set_by(Full("curator"));
  cites.mutable_resolution()->set_on("2026-01-01");
  cites.mutable_resolution()->set_why("x");
}

// Every kind of prose that an answer can show: "basis" in force, "worded" with a wording for
// patients, "against" undecided, "out" excluded, "old" superseded.
TestGraph Prose() {
  TestGraph graph;
  graph.FirstGuideline().add_notes("x");
  graph.AddConcept("relief", v1::CONCEPT_KIND_OUTCOME);
  graph.AddFact("grade", v1::FACT_TYPE_INTEGER).set_note("x");
  graph.AddFact("ill", v1::FACT_TYPE_BOOLEAN).set_note("x");
  graph.AddIntervention("drug", v1::INTERVENTION_KIND_DRUG);
  graph.AddIntervention("care", v1::INTERVENTION_KIND_CARE);
  graph.AddPoint("p").add_partition(Full("grade"));
  for (const char* const slug : {"basis", "worded", "old", "newer"}) {
    v1::Statement& statement = graph.Add(slug, v1::POLARITY_RECOMMEND, "", {"p"});
    statement.mutable_wordings(0)->set_text("x");
    statement.add_readings("x");
    statement.mutable_timing()->set_verbatim("x");
    graph.AddOption(slug, false, {{"drug"}, {"care", "", "ill"}});
  }
  graph.AddSuccessor("newer", "old");
  v1::Statement& out = graph.Add("out", v1::POLARITY_CONSIDER, "grade >= 8", {"p"});
  out.add_readings("x");
  graph.AddOption("out", false, {{"care"}});
  graph.Add("against", v1::POLARITY_ADVISE_AGAINST, "ill", {"p"}).add_readings("x");
  graph.AddOption("against", false, {{"drug"}});
  graph.AddConflict("against", "worded").set_note("x");
  AddSources(graph);
  return graph;
}

std::shared_ptr<const KnowledgeIndex> CompileMarked(bool words_for_patients) {
  TestGraph graph = Prose();
  graph::GraphDraft draft = graph.Draft();
  for (v1::NodeRecord& node : draft.nodes) {
    MarkProse(node);
    if (!words_for_patients || node.name() != Full("worded")) continue;
    v1::Wording& wording = *node.mutable_statement()->add_wordings();
    wording.set_audience(v1::AUDIENCE_PATIENT);
    wording.set_language("en");
    wording.set_headline("For you");
  }
  for (graph::EdgeDraft& edge : draft.edges) MarkProse(edge.record);
  return TestGraph::CompileDraft(draft);
}

v1::QuestionFrame FrameFor(v1::Audience audience, const FactList& facts) {
  v1::QuestionFrame frame = FrameOf(facts);
  frame.set_audience(audience);
  return frame;
}

const std::vector<FactList>& Patients() {
  static const std::vector<FactList> kPatients = {{},
                                                  {{"grade", Int(2)}},
                                                  {{"grade", Int(2)}, {"ill", Bool(true)}},
                                                  {{"grade", Int(9)}, {"ill", Bool(false)}}};
  return kPatients;
}

TEST(PatientTest, TheMarkReachesEveryFieldOfACliniciansAnswerThatHoldsProse) {
  const auto index = CompileMarked(true);
  ASSERT_NE(index, nullptr);
  std::set<std::string> marked;
  for (const FactList& facts : Patients()) {
    marked.merge(Marked(DecideFor(*index, FrameFor(v1::AUDIENCE_CLINICIAN, facts)).answer));
  }
  EXPECT_THAT(marked,
              IsSupersetOf({"evident.v1.Recommendation.headline", "evident.v1.Recommendation.text",
                            "evident.v1.Recommendation.readings", "evident.v1.Timing.verbatim",
                            "evident.v1.Exclusion.headline", "evident.v1.Removal.argument",
                            "evident.v1.Conflict.note", "evident.v1.Evidence.headline",
                            "evident.v1.Evidence.notes", "evident.v1.Arm.name",
                            "evident.v1.Reference.notes", "evident.v1.Guideline.notes",
                            "evident.v1.Resolution.why", "evident.v1.MissingFact.question"}));
}

TEST(PatientTest, NoFieldOfAPatientsAnswerHoldsCliniciansWords) {
  for (const bool words_for_patients : {true, false}) {
    const auto index = CompileMarked(words_for_patients);
    ASSERT_NE(index, nullptr);
    for (const FactList& facts : Patients()) {
      v1::QuestionFrame frame = FrameFor(v1::AUDIENCE_PATIENT, facts);
      for (const v1::View view : {v1::VIEW_FULL, v1::VIEW_SUMMARY}) {
        frame.set_view(view);
        const Decision decision = DecideFor(*index, frame);
        EXPECT_GT(decision.answer.recommendations_size(), 2);
        EXPECT_THAT(Marked(decision.answer), IsEmpty());
        EXPECT_EQ(decision.answer_bytes.find(kMark), std::string::npos);
        EXPECT_THAT(Marked(decision.record), IsEmpty());
      }
    }
  }
}

TEST(PatientTest, WhatIsWithheldIsSaidAndWhatIsWordedForPatientsIsShown) {
  const auto index = CompileMarked(true);
  ASSERT_NE(index, nullptr);
  const v1::Answer answer = DecideFor(*index, FrameFor(v1::AUDIENCE_PATIENT, Patients()[1])).answer;
  EXPECT_EQ(FindItem(answer, "worded")->wording(), v1::WORDING_STATE_AS_ASKED);
  EXPECT_EQ(FindItem(answer, "worded")->headline(), "For you");
  EXPECT_EQ(FindItem(answer, "basis")->wording(), v1::WORDING_STATE_WITHHELD);
  EXPECT_THAT(answer.evidence(), IsEmpty());
  EXPECT_EQ(answer.references(0).reference().title(), "Paper");
  EXPECT_EQ(answer.guidelines(0).guideline().disclaimer(), "For tests.");
  ASSERT_EQ(answer.conflicts_size(), 1);
  EXPECT_EQ(answer.conflicts(0).statement(), Full("against"));
  ASSERT_GE(answer.missing_facts_size(), 1);
  EXPECT_NE(answer.missing_facts(0).display(), "");
  std::vector<std::string> about;
  for (const v1::Notice& notice : answer.notices()) {
    if (notice.code() != "WORDING_WITHHELD") continue;
    about.assign(notice.about().begin(), notice.about().end());
  }
  EXPECT_THAT(about, ElementsAre(Full("basis"), Full("newer"), Full("against")));
}

TEST(PatientTest, DecidesForPatientsAsForClinicians) {
  const auto index = CompileMarked(true);
  ASSERT_NE(index, nullptr);
  for (const FactList& facts : Patients()) {
    v1::DecisionRecord patient = DecideFor(*index, FrameFor(v1::AUDIENCE_PATIENT, facts)).record;
    v1::DecisionRecord clinician =
        DecideFor(*index, FrameFor(v1::AUDIENCE_CLINICIAN, facts)).record;
    patient.clear_question();
    clinician.clear_question();
    EXPECT_EQ(patient.SerializeAsString(), clinician.SerializeAsString());
  }
}

TEST(PatientTest, WhoOptsInIsShownAllOfIt) {
  const auto index = CompileMarked(false);
  ASSERT_NE(index, nullptr);
  v1::QuestionFrame frame = FrameFor(v1::AUDIENCE_PATIENT, {});
  frame.set_allow_clinician_wording(true);
  const v1::Answer shown = DecideFor(*index, frame).answer;
  const v1::Answer clinician = DecideFor(*index, FrameFor(v1::AUDIENCE_CLINICIAN, {})).answer;
  EXPECT_EQ(Marked(shown), Marked(clinician));
  EXPECT_THAT(Marked(shown), Contains("evident.v1.Conflict.note"));
  for (const v1::Notice& notice : shown.notices()) EXPECT_NE(notice.code(), "WORDING_WITHHELD");
}

TEST(PatientTest, CliniciansAreToldOfNothingWithheld) {
  const auto index = CompileMarked(false);
  ASSERT_NE(index, nullptr);
  const v1::Answer answer = DecideFor(*index, FrameFor(v1::AUDIENCE_CLINICIAN, {})).answer;
  EXPECT_GT(answer.notices_size(), 0);
  for (const v1::Notice& notice : answer.notices()) EXPECT_NE(notice.code(), "WORDING_WITHHELD");
}

}  // namespace
}  // namespace evident::decision
