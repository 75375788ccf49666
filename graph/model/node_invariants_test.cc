#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>

#include "base/limits.h"
#include "graph/model/invariants.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using Edit = std::function<void(v1::NodeRecord&)>;

// One rule: an edit of a sound node that breaks it, and the nearest one that does not.
struct Rule {
  const char* name;
  v1::NodeRecord (*sound)();
  Edit fires;
  std::string why;  // field and what is said
  Edit silent;
};
void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

v1::NodeRecord Named() {
  v1::NodeRecord node;
  node.set_name("p/n");
  node.set_pack("p");
  return node;
}
v1::NodeRecord Guideline() {
  v1::NodeRecord node = Named();
  node.mutable_guideline()->set_title("Title");
  return node;
}
v1::NodeRecord Statement() { return StatementNode("p/n", 1); }
v1::NodeRecord Condition() { return ConceptNode("p/n", "Shown"); }
v1::NodeRecord Fact() {
  v1::NodeRecord node = Named();
  node.mutable_fact()->set_type(v1::FACT_TYPE_INTEGER);
  node.mutable_fact()->set_question("Which?");
  return node;
}
v1::NodeRecord DecisionPoint() {
  v1::NodeRecord node = Named();
  node.mutable_decision_point()->set_order(1);
  return node;
}
v1::NodeRecord Unresolved() {
  v1::NodeRecord node = Named();
  node.mutable_unresolved()->set_raw_label("1");
  return node;
}

void AddSection(v1::NodeRecord& node, const char* slug, const char* parent,
                const char* title = "T") {
  v1::Section& section = *node.mutable_guideline()->add_sections();
  section.set_slug(slug);
  section.set_title(title);
  section.set_parent(parent);
}

v1::Wording& WordingOf(v1::NodeRecord& node) {
  return *node.mutable_statement()->mutable_wordings(0);
}

std::string Repeat(const std::string& text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

class NodeRuleTest : public testing::TestWithParam<Rule> {};

TEST_P(NodeRuleTest, FiresOnceAndStaysSilent) {
  const Rule& rule = GetParam();
  v1::NodeRecord node = rule.sound();
  EXPECT_THAT(CheckNode(node), testing::IsEmpty());
  rule.fires(node);
  const std::vector<Violation> found = CheckNode(node);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].field + ": " + found[0].description, testing::HasSubstr("p/n: " + rule.why));
  node = rule.sound();
  rule.silent(node);
  EXPECT_THAT(CheckNode(node), testing::IsEmpty());
}

// Each date of a message, as a rule of its own.
template <typename Get>
Rule DateRule(const char* name, v1::NodeRecord (*sound)(), Get get) {
  return {name, sound, [get](auto& n) { *get(n) = "2026-02-29"; },
          std::string(name).substr(std::string(name).find('_') + 1) + ": '2026-02-29' is no date",
          [get](auto& n) { *get(n) = "2024-02-29"; }};
}

std::vector<Rule> DateRules() {
  return {
      DateRule("guideline_document_date", Guideline,
               [](auto& n) { return n.mutable_guideline()->mutable_document_date(); }),
      DateRule("guideline_valid_from", Guideline,
               [](auto& n) { return n.mutable_guideline()->mutable_valid_from(); }),
      DateRule("guideline_valid_to", Guideline,
               [](auto& n) { return n.mutable_guideline()->mutable_valid_to(); }),
      DateRule("guideline_evidence_cutoff", Guideline,
               [](auto& n) { return n.mutable_guideline()->mutable_evidence_cutoff(); }),
      DateRule("guideline_last_reviewed", Guideline,
               [](auto& n) { return n.mutable_guideline()->mutable_last_reviewed(); }),
      DateRule("guideline_review_due", Guideline,
               [](auto& n) { return n.mutable_guideline()->mutable_review_due(); }),
      DateRule("statement_valid_from", Statement,
               [](auto& n) { return n.mutable_statement()->mutable_valid_from(); }),
      DateRule("statement_valid_to", Statement,
               [](auto& n) { return n.mutable_statement()->mutable_valid_to(); }),
  };
}

std::vector<Rule> GuidelineRules() {
  return {
      {"pack", Guideline, [](auto& n) { n.clear_pack(); }, "pack: the node has no pack",
       [](auto& n) { n.set_pack("q"); }},
      {"title", Guideline, [](auto& n) { n.mutable_guideline()->clear_title(); },
       "title: a guideline has a title", [](auto& n) { n.mutable_guideline()->set_title("x"); }},
      {"section_slug", Guideline, [](auto& n) { AddSection(n, "", ""); },
       "sections: a section has a slug", [](auto& n) { AddSection(n, "a", ""); }},
      {"section_title", Guideline, [](auto& n) { AddSection(n, "a", "", ""); },
       "sections: a section has a slug and a title", [](auto& n) { AddSection(n, "a", ""); }},
      {"section_twice", Guideline, [](auto& n) { AddSection(n, "a", ""), AddSection(n, "a", ""); },
       "sections: a stands twice", [](auto& n) { AddSection(n, "a", ""), AddSection(n, "b", ""); }},
      {"section_parent_later", Guideline,
       [](auto& n) { AddSection(n, "a", "b"), AddSection(n, "b", ""); }, "sections: a is below b",
       [](auto& n) { AddSection(n, "b", ""), AddSection(n, "a", "b"); }},
      {"section_third_level", Guideline,
       [](auto& n) { AddSection(n, "a", ""), AddSection(n, "b", "a"), AddSection(n, "c", "b"); },
       "sections: c is below b",
       [](auto& n) { AddSection(n, "a", ""), AddSection(n, "b", "a"), AddSection(n, "c", "a"); }},
  };
}

std::vector<Rule> StatementRules() {
  return {
      {"kind", Statement, [](auto& n) { n.mutable_statement()->clear_kind(); },
       "kind: a statement has a kind",
       [](auto& n) { n.mutable_statement()->set_kind(v1::STATEMENT_KIND_GOOD_PRACTICE); }},
      {"fact_polarity", Statement,
       [](auto& n) { n.mutable_statement()->set_polarity(v1::POLARITY_STOP); },
       "polarity: a fact has no polarity",
       [](auto& n) {
         n.mutable_statement()->set_kind(v1::STATEMENT_KIND_GOOD_PRACTICE);
         n.mutable_statement()->set_polarity(v1::POLARITY_STOP);
       }},
      {"recommendation_polarity", Statement,
       [](auto& n) { n.mutable_statement()->set_kind(v1::STATEMENT_KIND_RECOMMENDATION); },
       "polarity: a recommendation has a polarity",
       [](auto& n) {
         n.mutable_statement()->set_kind(v1::STATEMENT_KIND_RECOMMENDATION);
         n.mutable_statement()->set_polarity(v1::POLARITY_CONSIDER);
       }},
      {"order", Statement, [](auto& n) { n.mutable_statement()->clear_order(); },
       "order: a statement's order", [](auto& n) { n.mutable_statement()->set_order(9); }},
      {"wordings", Statement, [](auto& n) { n.mutable_statement()->clear_wordings(); },
       "wordings: a statement has a wording",
       [](auto& n) { *n.mutable_statement()->add_wordings() = WordingOf(n); }},
      {"wording_audience", Statement, [](auto& n) { WordingOf(n).clear_audience(); },
       "wordings: a wording has an audience",
       [](auto& n) { WordingOf(n).set_audience(v1::AUDIENCE_PATIENT); }},
      {"wording_language", Statement, [](auto& n) { WordingOf(n).clear_language(); },
       "wordings: a wording has an audience and a language",
       [](auto& n) { WordingOf(n).set_language("de"); }},
      {"headline", Statement, [](auto& n) { WordingOf(n).clear_headline(); },
       "wordings: a wording has a headline", [](auto& n) { WordingOf(n).set_headline("h"); }},
      {"headline_length", Statement,
       [](auto& n) { WordingOf(n).set_headline(Repeat("\u00e9", kHeadlineCharsMax + 1)); },
       "wordings: a headline has at most 140 characters, not 141",
       [](auto& n) { WordingOf(n).set_headline(Repeat("\u4e2d", kHeadlineCharsMax)); }},
      {"grade_without_scheme", Statement,
       [](auto& n) { n.mutable_statement()->mutable_grade()->set_value("1"); },
       "grade: a grade or certainty has a scheme and a value",
       [](auto& n) {
         n.mutable_statement()->mutable_grade()->set_value("1");
         n.mutable_statement()->mutable_grade()->set_scheme("X");
       }},
      {"certainty_without_value", Statement,
       [](auto& n) { n.mutable_statement()->mutable_certainty()->set_scheme("X"); },
       "grade: a grade or certainty", [](auto& n) { n.mutable_statement()->mutable_certainty(); }},
  };
}

std::vector<Rule> OtherRules() {
  return {
      {"concept_kind", Condition, [](auto& n) { n.mutable_clinical_concept()->clear_kind(); },
       "kind: a concept has a kind",
       [](auto& n) { n.mutable_clinical_concept()->set_kind(v1::CONCEPT_KIND_OUTCOME); }},
      {"display", Condition, [](auto& n) { n.mutable_clinical_concept()->clear_display(); },
       "display: a concept says", [](auto& n) { n.mutable_clinical_concept()->set_display("x"); }},
      {"intervention_kind", Condition,
       [](auto& n) {
         n.mutable_clinical_concept()->set_intervention_kind(v1::INTERVENTION_KIND_DRUG);
       },
       "intervention_kind: only an intervention",
       [](auto& n) {
         n.mutable_clinical_concept()->set_kind(v1::CONCEPT_KIND_INTERVENTION);
         n.mutable_clinical_concept()->set_intervention_kind(v1::INTERVENTION_KIND_DRUG);
       }},
      {"fact_type", Fact, [](auto& n) { n.mutable_fact()->clear_type(); },
       "type: a fact has a type", [](auto& n) { n.mutable_fact()->set_type(v1::FACT_TYPE_DATE); }},
      {"question", Fact, [](auto& n) { n.mutable_fact()->clear_question(); },
       "question: a fact has a question", [](auto& n) { n.mutable_fact()->set_question("x"); }},
      {"unit_missing", Fact, [](auto& n) { n.mutable_fact()->set_type(v1::FACT_TYPE_DECIMAL); },
       "unit: decimal facts have a unit",
       [](auto& n) {
         n.mutable_fact()->set_type(v1::FACT_TYPE_DECIMAL);
         n.mutable_fact()->set_unit("1");
       }},
      {"unit_of_an_integer", Fact, [](auto& n) { n.mutable_fact()->set_unit("1"); },
       "unit: decimal facts have a unit, and no others",
       [](auto& n) { n.mutable_fact()->clear_unit(); }},
      {"bounds", Fact,
       [](auto& n) {
         n.mutable_fact()->set_type(v1::FACT_TYPE_DATE);
         n.mutable_fact()->mutable_maximum()->set_date("2026-01-01");
       },
       "minimum: only integer and decimal",
       [](auto& n) { n.mutable_fact()->mutable_minimum()->set_integer(0); }},
      {"allowed_values", Fact,
       [](auto& n) { n.mutable_fact()->add_allowed_values()->set_slug("a"); },
       "allowed_values: only coded facts",
       [](auto& n) {
         n.mutable_fact()->set_type(v1::FACT_TYPE_CODED);
         n.mutable_fact()->add_allowed_values()->set_slug("a");
       }},
      {"derived", Fact, [](auto& n) { n.mutable_fact()->mutable_true_when(); },
       "true_when: only boolean facts",
       [](auto& n) {
         n.mutable_fact()->set_type(v1::FACT_TYPE_BOOLEAN);
         n.mutable_fact()->mutable_false_when();
       }},
      {"decision_point_order", DecisionPoint,
       [](auto& n) { n.mutable_decision_point()->clear_order(); },
       "order: a decision point's order",
       [](auto& n) { n.mutable_decision_point()->set_order(2); }},
      {"raw_label", Unresolved, [](auto& n) { n.mutable_unresolved()->clear_raw_label(); },
       "raw_label: an unresolved target",
       [](auto& n) { n.mutable_unresolved()->set_raw_label("x"); }},
  };
}

std::string NameOfRule(const testing::TestParamInfo<Rule>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Date, NodeRuleTest, testing::ValuesIn(DateRules()), NameOfRule);
INSTANTIATE_TEST_SUITE_P(Guideline, NodeRuleTest, testing::ValuesIn(GuidelineRules()), NameOfRule);
INSTANTIATE_TEST_SUITE_P(Statement, NodeRuleTest, testing::ValuesIn(StatementRules()), NameOfRule);
INSTANTIATE_TEST_SUITE_P(Other, NodeRuleTest, testing::ValuesIn(OtherRules()), NameOfRule);

}  // namespace
}  // namespace evident::graph
