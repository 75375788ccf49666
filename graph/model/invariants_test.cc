#include "graph/model/invariants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "base/status_matchers.h"
#include "graph/model/affected_part.h"
#include "graph/model/memory_graph.h"
#include "graph/model/test_changes.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr v1::NodeKind kStatement = v1::NODE_KIND_STATEMENT;
constexpr v1::NodeKind kConcept = v1::NODE_KIND_CONCEPT;

std::vector<std::string> Complaints(const std::vector<Violation>& violations) {
  std::vector<std::string> found;
  for (const Violation& one : violations) found.push_back(one.field + ": " + one.description);
  return found;
}

std::vector<std::string> Complaints(const GraphDraft& draft) {
  return Complaints(ErrorViolations(CheckGraph(draft)));
}

// Places in SoundGraph().
enum : size_t { kGuidelineAt, kS1, kS2, kDrug, kDisease, kAge, kFit, kPoint, kEvidence, kSource };

v1::NodeRecord Node(const std::string& name) {
  v1::NodeRecord node;
  node.set_name(name);
  node.set_pack("p");
  return node;
}

EdgeDraft Between(const std::string& src, v1::EdgeKind kind, v1::NodeKind dst_kind,
                  const std::string& dst) {
  return {kStatement, src, kind, dst_kind, dst, {}};
}

v1::Criterion AtLeast(const std::string& fact, int64_t value) {
  v1::Criterion criterion;
  criterion.mutable_comparison()->set_fact(fact);
  criterion.mutable_comparison()->set_op(v1::OPERATOR_GREATER_OR_EQUAL);
  criterion.mutable_comparison()->mutable_value()->set_integer(value);
  return criterion;
}

v1::Criterion Holds(const std::string& fact) {
  v1::Criterion criterion;
  criterion.mutable_comparison()->set_fact(fact);
  criterion.mutable_comparison()->set_op(v1::OPERATOR_EQUAL);
  criterion.mutable_comparison()->mutable_value()->set_boolean(true);
  return criterion;
}

v1::NodeRecord FactNode(const std::string& name, v1::FactType type) {
  v1::NodeRecord node = Node(name);
  node.mutable_fact()->set_type(type);
  node.mutable_fact()->set_question("?");
  return node;
}

// One of everything that the rules of a whole graph look at.
GraphDraft SoundGraph() {
  GraphDraft draft;
  draft.nodes = {Node("p/guideline"),
                 StatementNode("p/s1", 1),
                 StatementNode("p/s2", 2),
                 ConceptNode("p/drug", "Drug"),
                 ConceptNode("p/disease", "Disease"),
                 FactNode("p/age", v1::FACT_TYPE_INTEGER),
                 FactNode("p/fit", v1::FACT_TYPE_BOOLEAN),
                 Node("p/point"),
                 Node("p/evidence"),
                 Node("p/source#1")};
  v1::Guideline& guideline = *draft.nodes[kGuidelineAt].mutable_guideline();
  guideline.set_title("G");
  guideline.add_sections()->set_slug("first");
  guideline.mutable_sections(0)->set_title("First");
  *draft.nodes[kS1].mutable_statement()->mutable_criterion() = AtLeast("p/age", 18);
  *draft.nodes[kFit].mutable_fact()->mutable_true_when() = AtLeast("p/age", 1);
  v1::Phrase& phrase = *draft.nodes[kAge].mutable_fact()->add_phrases();
  phrase.set_phrase("grown up");
  phrase.add_facts()->set_name("p/age");
  phrase.mutable_facts(0)->mutable_value()->set_integer(18);
  draft.nodes[kPoint].mutable_decision_point()->set_order(1);
  *draft.nodes[kPoint].mutable_decision_point()->mutable_at_issue() = Holds("p/fit");
  draft.nodes[kPoint].mutable_decision_point()->add_partition("p/age");
  draft.nodes[kEvidence].mutable_evidence()->set_outcome("p/disease");
  draft.nodes[kEvidence].mutable_evidence()->add_interventions("p/drug");
  draft.nodes[kSource].mutable_unresolved()->set_raw_label("1");

  draft.edges = {
      Between("p/s1", v1::EDGE_KIND_PART_OF, v1::NODE_KIND_GUIDELINE, "p/guideline"),
      Between("p/s1", v1::EDGE_KIND_INVOLVES, kConcept, "p/drug"),
      Between("p/s1", v1::EDGE_KIND_CONFLICTS_WITH, kStatement, "p/s2"),
      Between("p/s1", v1::EDGE_KIND_CITES, v1::NODE_KIND_UNRESOLVED, "p/source#1"),
      Between("p/s1", v1::EDGE_KIND_SUPPORTED_BY, v1::NODE_KIND_EVIDENCE, "p/evidence"),
      Between("p/s1", v1::EDGE_KIND_DECIDES, v1::NODE_KIND_DECISION_POINT, "p/point"),
      Between("p/s2", v1::EDGE_KIND_SUPERSEDES, kStatement, "p/s1"),
  };
  draft.edges[1].record.mutable_involves()->set_option(1);
  draft.edges[1].record.mutable_involves()->set_component(1);
  *draft.edges[1].record.mutable_involves()->mutable_when() = Holds("p/fit");
  *draft.edges[1].record.mutable_involves()->mutable_unless() = AtLeast("p/age", 90);
  draft.edges[2].record.mutable_conflicts_with()->add_discriminators("p/age");
  draft.edges[3].record.mutable_cites()->set_unresolved(true);
  draft.edges[4].record.mutable_supported_by()->set_support(v1::SUPPORT_SUPPORTS);
  draft.edges[6].record.mutable_supersedes()->set_why("newer");
  return draft;
}

struct Rule {
  const char* name;
  std::function<void(GraphDraft&)> fires;
  std::string why;
};
void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

class GraphRuleTest : public testing::TestWithParam<Rule> {};

TEST_P(GraphRuleTest, Fires) {
  GraphDraft draft = SoundGraph();
  GetParam().fires(draft);
  const absl::Status refused = CheckGraph(draft);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused, HasReason("GRAPH_INVALID"));
  EXPECT_THAT(Complaints(draft), Contains(HasSubstr(GetParam().why)));
}

// What was sound before a change is checked near the change alone, and says the same.
TEST_P(GraphRuleTest, FiresForAChangeOfASoundGraph) {
  const bool no_source = GetParam().why == std::string("there is no node p/none");
  if (no_source) GTEST_SKIP() << "an edge that leaves no node is no change of a node";
  const GraphDraft before = SoundGraph();
  GraphDraft after = before;
  GetParam().fires(after);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, MemoryGraph::Build(before, {}));
  const ChangeSet changes = ChangesBetween(before, after);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto changed, WithChanges(graph, changes, {}));
  const absl::Status refused = CheckChanges(*graph, *changed, changes);
  EXPECT_THAT(refused, HasReason("GRAPH_INVALID"));
  EXPECT_THAT(Complaints(ErrorViolations(refused)), Contains(HasSubstr(GetParam().why)));
}

v1::Statement& FirstStatement(GraphDraft& draft) { return *draft.nodes[kS1].mutable_statement(); }

std::vector<Rule> CriterionRules() {
  return {
      {"UnknownFact",
       [](auto& d) { *FirstStatement(d).mutable_criterion() = AtLeast("p/none", 1); },
       "p/s1: none >= 1: "},
      {"WrongType", [](auto& d) { *FirstStatement(d).mutable_criterion() = AtLeast("p/fit", 1); },
       "p/s1: fit >= 1: "},
      {"EmptyGroup", [](auto& d) { FirstStatement(d).mutable_criterion()->mutable_all_of(); },
       "p/s1: a group has no parts"},
      {"UnknownConcept",
       [](auto& d) {
         d.nodes.push_back(FactNode("p/code", v1::FACT_TYPE_CODED));
         FirstStatement(d).mutable_criterion()->mutable_is_a()->set_fact("p/code");
         FirstStatement(d).mutable_criterion()->mutable_is_a()->set_concept_name("p/none");
       },
       "p/none"},
      {"TrueWhen",
       [](auto& d) { *d.nodes[kFit].mutable_fact()->mutable_true_when() = AtLeast("p/none", 1); },
       "p/fit: true_when: none >= 1: "},
      {"FalseWhen",
       [](auto& d) { *d.nodes[kFit].mutable_fact()->mutable_false_when() = AtLeast("p/none", 1); },
       "p/fit: false_when: none >= 1: "},
      {"DerivedFromItself",
       [](auto& d) { *d.nodes[kFit].mutable_fact()->mutable_false_when() = Holds("p/fit"); },
       "facts: "},
      {"AtIssue",
       [](auto& d) {
         *d.nodes[kPoint].mutable_decision_point()->mutable_at_issue() = Holds("p/none");
       },
       "p/point: at_issue: "},
      {"Partition",
       [](auto& d) { d.nodes[kPoint].mutable_decision_point()->add_partition("p/none"); },
       "p/point: its partition names no fact: p/none"},
      {"When",
       [](auto& d) { *d.edges[1].record.mutable_involves()->mutable_when() = Holds("p/none"); },
       "p/s1 EDGE_KIND_INVOLVES p/drug: when: "},
      {"Unless",
       [](auto& d) { *d.edges[1].record.mutable_involves()->mutable_unless() = Holds("p/none"); },
       "p/s1 EDGE_KIND_INVOLVES p/drug: unless: "},
      {"BoundWithoutKind", [](auto& d) { d.nodes[kAge].mutable_fact()->mutable_minimum(); },
       "p/age: p/age: a value has no kind"},
  };
}

std::vector<Rule> OtherRules() {
  return {
      {"Node", [](auto& d) { d.nodes[kGuidelineAt].mutable_guideline()->clear_title(); },
       "p/guideline: title: "},
      {"Edge", [](auto& d) { d.edges[0].dst_kind = v1::NODE_KIND_ISSUER; },
       "EDGE_KIND_PART_OF does not join NODE_KIND_STATEMENT and NODE_KIND_ISSUER"},
      {"MissingTarget", [](auto& d) { d.nodes.erase(d.nodes.begin() + kEvidence); },
       "p/s1 EDGE_KIND_SUPPORTED_BY p/evidence: there is no node p/evidence"},
      {"MissingSource", [](auto& d) { d.edges[0].src = "p/none"; }, "there is no node p/none"},
      {"TargetOfAnotherKind", [](auto& d) { d.edges[6].dst = "p/drug"; },
       "there is no node p/drug"},
      {"Circle",
       [](auto& d) {
         d.edges.push_back(Between("p/s1", v1::EDGE_KIND_SUPERSEDES, kStatement, "p/s2"));
       },
       "EDGE_KIND_SUPERSEDES leads from it back"},
      {"ElaboratesCircle",
       [](auto& d) {
         d.edges.push_back(Between("p/s1", v1::EDGE_KIND_ELABORATES, kStatement, "p/s1"));
       },
       "EDGE_KIND_ELABORATES leads from it back"},
      {"ComponentCircle",
       [](auto& d) {
         d.edges.push_back(
             {kConcept, "p/drug", v1::EDGE_KIND_COMPONENT_OF, kConcept, "p/drug", {}});
       },
       "EDGE_KIND_COMPONENT_OF leads from it back"},
      {"IsACircle",
       [](auto& d) {
         d.edges.push_back({kConcept, "p/drug", v1::EDGE_KIND_IS_A, kConcept, "p/drug", {}});
       },
       "EDGE_KIND_IS_A leads from it back"},
      {"Section", [](auto& d) { FirstStatement(d).set_section("second"); },
       "p/s1: its section 'second' is none of p/guideline"},
      {"SecondStudy",
       [](auto& d) {
         for (const std::string study : {"p/study1", "p/study2"}) {
           d.nodes.push_back(Node(study));
           d.nodes.back().mutable_study()->set_display("Study");
           d.edges.push_back({v1::NODE_KIND_EVIDENCE,
                              "p/evidence",
                              v1::EDGE_KIND_RESULT_OF,
                              v1::NODE_KIND_STUDY,
                              study,
                              {}});
         }
       },
       "p/evidence EDGE_KIND_RESULT_OF p/study2: it is a result of p/study1 already"},
      {"PhraseOfNoFact",
       [](auto& d) {
         d.nodes[kAge].mutable_fact()->mutable_phrases(0)->mutable_facts(0)->set_name("p/none");
       },
       "p/age: phrase 'grown up': there is no fact p/none"},
      {"PhraseWithoutValue",
       [](auto& d) {
         d.nodes[kAge].mutable_fact()->mutable_phrases(0)->mutable_facts(0)->clear_value();
       },
       "p/age: phrase 'grown up': a value has no kind"},
      {"PhraseOfAnotherType",
       [](auto& d) {
         d.nodes[kAge].mutable_fact()->mutable_phrases(0)->mutable_facts(0)->set_name("p/fit");
       },
       "p/age: phrase 'grown up': "},
      {"Outcome", [](auto& d) { d.nodes[kEvidence].mutable_evidence()->set_outcome("p/none"); },
       "p/evidence: outcome: it names p/none, which is no NODE_KIND_CONCEPT"},
      {"Interventions",
       [](auto& d) { d.nodes[kEvidence].mutable_evidence()->add_interventions("p/age"); },
       "p/evidence: interventions: it names p/age, which is no NODE_KIND_CONCEPT"},
      {"AllowedValue",
       [](auto& d) {
         d.nodes.push_back(FactNode("p/code", v1::FACT_TYPE_CODED));
         d.nodes.back().mutable_fact()->add_allowed_values()->set_slug("a");
         d.nodes.back().mutable_fact()->mutable_allowed_values(0)->set_concept_name("p/none");
       },
       "p/code: allowed_values: it names p/none"},
      {"Discriminator",
       [](auto& d) { d.edges[2].record.mutable_conflicts_with()->add_discriminators("p/drug"); },
       "discriminators: it names p/drug, which is no NODE_KIND_FACT"},
  };
}

std::string NameOfRule(const testing::TestParamInfo<Rule>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Criteria, GraphRuleTest, testing::ValuesIn(CriterionRules()), NameOfRule);
INSTANTIATE_TEST_SUITE_P(Other, GraphRuleTest, testing::ValuesIn(OtherRules()), NameOfRule);

TEST(GraphInvariantsTest, ASoundGraphIsSilent) {
  EVIDENT_EXPECT_OK(CheckGraph(SoundGraph()));
  EVIDENT_EXPECT_OK(CheckGraph(ExampleGraph()));
  EVIDENT_EXPECT_OK(CheckGraph({}));
}

TEST(GraphInvariantsTest, EveryViolationIsListedAtOnce) {
  GraphDraft draft = SoundGraph();
  draft.nodes[kGuidelineAt].mutable_guideline()->clear_title();
  FirstStatement(draft).set_section("second");
  EXPECT_THAT(CheckGraph(draft), FailsWith(absl::StatusCode::kInvalidArgument, "2 errors"));
  EXPECT_EQ(Complaints(draft).size(), 2u);
}

TEST(EdgeInvariantsTest, EveryKindJoinsSomeNodesAndNotAllNodes) {
  for (int kind = v1::EDGE_KIND_PART_OF; kind <= v1::EDGE_KIND_ABOUT; ++kind) {
    int joins = 0;
    for (int src = 0; src <= v1::NODE_KIND_UNRESOLVED; ++src) {
      for (int dst = 0; dst <= v1::NODE_KIND_UNRESOLVED; ++dst) {
        joins += MayJoin(static_cast<v1::EdgeKind>(kind), static_cast<v1::NodeKind>(src),
                         static_cast<v1::NodeKind>(dst));
      }
    }
    EXPECT_GE(joins, 1) << kind;
    EXPECT_LE(joins, 4) << kind;
  }
  EXPECT_FALSE(MayJoin(v1::EDGE_KIND_UNSPECIFIED, kStatement, kStatement));
  EXPECT_TRUE(MayJoin(v1::EDGE_KIND_IS_A, kConcept, kConcept));
  EXPECT_FALSE(MayJoin(v1::EDGE_KIND_IS_A, kStatement, kStatement));
  EXPECT_FALSE(MayJoin(v1::EDGE_KIND_PART_OF, v1::NODE_KIND_GUIDELINE, kStatement));
}

TEST(EdgeInvariantsTest, ABodyIsItsKindsAndThereWhereTheKindHasOne) {
  for (const EdgeDraft& edge : SoundGraph().edges) {
    EXPECT_THAT(CheckEdge(edge), IsEmpty());
    EdgeDraft changed = edge;
    changed.record.Clear();
    const bool optional = edge.kind == v1::EDGE_KIND_PART_OF ||
                          edge.kind == v1::EDGE_KIND_DECIDES ||
                          edge.kind == v1::EDGE_KIND_SUPERSEDES;
    EXPECT_EQ(Complaints(CheckEdge(changed)).empty(), optional);
    if (!optional) {
      EXPECT_THAT(Complaints(CheckEdge(changed)), Contains(HasSubstr("it has no body")));
    }
    if (edge.kind == v1::EDGE_KIND_CONFLICTS_WITH) {
      changed.record.mutable_supported_by();
    } else {
      changed.record.mutable_conflicts_with();
    }
    EXPECT_THAT(Complaints(CheckEdge(changed)), Contains(HasSubstr("its body is another edge's")));
  }
}

TEST(EdgeInvariantsTest, AReviewSaysWhatWasDoneOnWhichRevisionByWhom) {
  EdgeDraft edge{kStatement,           "p/s",      v1::EDGE_KIND_REVIEWED_BY,
                 v1::NODE_KIND_PERSON, "p/doctor", {}};
  EXPECT_THAT(CheckEdge(edge), IsEmpty());
  v1::ReviewedBy& review = *edge.record.mutable_reviewed_by();
  EXPECT_THAT(
      Complaints(CheckEdge(edge)),
      testing::AllOf(Contains(HasSubstr("what was done")), Contains(HasSubstr("a revision")),
                     Contains(HasSubstr("nobody who did it"))));
  review.set_act(v1::REVIEW_ACT_APPROVE);
  review.set_digest(std::string(32, 'd'));
  review.set_board("p/board");
  review.set_by("cn:doctor");
  EXPECT_THAT(CheckEdge(edge), IsEmpty());
  review.set_act(v1::REVIEW_ACT_SUBMIT);
  EXPECT_THAT(Complaints(CheckEdge(edge)), Contains(HasSubstr("a submission leads to a board")));
}

TEST(EdgeInvariantsTest, OptionsAndComponentsCountFromOne) {
  EdgeDraft edge = SoundGraph().edges[1];
  edge.record.mutable_involves()->set_option(0);
  EXPECT_THAT(Complaints(CheckEdge(edge)), Contains(HasSubstr("numbered from 1")));
  edge.record.mutable_involves()->set_option(2);
  EXPECT_THAT(CheckEdge(edge), IsEmpty());
  edge.record.mutable_involves()->set_component(0);
  EXPECT_THAT(Complaints(CheckEdge(edge)), Contains(HasSubstr("numbered from 1")));
}

TEST(EdgeInvariantsTest, ACitationIsUnresolvedExactlyWhenItsTargetIs) {
  EdgeDraft edge = SoundGraph().edges[3];
  edge.record.mutable_cites()->set_unresolved(false);
  EXPECT_THAT(Complaints(CheckEdge(edge)), Contains(HasSubstr("unresolved exactly when")));
  edge.dst_kind = v1::NODE_KIND_REFERENCE;
  EXPECT_THAT(CheckEdge(edge), IsEmpty());
  edge.record.mutable_cites()->set_unresolved(true);
  EXPECT_THAT(Complaints(CheckEdge(edge)), Contains(HasSubstr("unresolved exactly when")));
}

}  // namespace
}  // namespace evident::graph
