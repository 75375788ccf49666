#include <string>

#include "base/date.h"
#include "base/limits.h"
#include "graph/model/invariants.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

class NodeChecker {
 public:
  explicit NodeChecker(const v1::NodeRecord& record) : record_(record) {}

  std::vector<Violation> Run() {
    if (record_.pack().empty()) Add("pack", "the node has no pack");
    if (record_.has_guideline()) CheckGuideline(record_.guideline());
    if (record_.has_statement()) CheckStatement(record_.statement());
    if (record_.has_clinical_concept()) CheckConcept(record_.clinical_concept());
    if (record_.has_fact()) CheckFact(record_.fact());
    if (record_.has_decision_point() && record_.decision_point().order() == 0) {
      Add("order", "a decision point's order is at least 1");
    }
    if (record_.has_unresolved() && record_.unresolved().raw_label().empty()) {
      Add("raw_label", "an unresolved target keeps the label that the source prints");
    }
    return std::move(found_);
  }

 private:
  void Add(const std::string& field, const std::string& why) {
    found_.push_back({record_.name() + ": " + field, why});
  }

  void CheckDate(const std::string& field, const std::string& text) {
    if (!text.empty() && !ParseDate(text).ok()) {
      Add(field, "'" + text + "' is no date; expected YYYY-MM-DD");
    }
  }

  void CheckGuideline(const v1::Guideline& guideline) {
    if (guideline.title().empty()) Add("title", "a guideline has a title");
    CheckDate("document_date", guideline.document_date());
    CheckDate("valid_from", guideline.valid_from());
    CheckDate("valid_to", guideline.valid_to());
    CheckDate("evidence_cutoff", guideline.evidence_cutoff());
    CheckDate("last_reviewed", guideline.last_reviewed());
    CheckDate("review_due", guideline.review_due());
    for (int i = 0; i < guideline.sections_size(); ++i) CheckSection(guideline, i);
  }

  void CheckSection(const v1::Guideline& guideline, int at) {
    const v1::Section& section = guideline.sections(at);
    if (section.slug().empty() || section.title().empty()) {
      Add("sections", "a section has a slug and a title");
    }
    bool parent_seen = section.parent().empty();
    for (int i = 0; i < at; ++i) {
      const v1::Section& earlier = guideline.sections(i);
      if (earlier.slug() == section.slug()) Add("sections", section.slug() + " stands twice");
      // Two levels: a parent has none itself.
      if (earlier.slug() == section.parent() && earlier.parent().empty()) parent_seen = true;
    }
    if (!parent_seen) {
      Add("sections", section.slug() + " is below " + section.parent() +
                          ", which is no earlier section of the first level");
    }
  }

  void CheckStatement(const v1::Statement& statement) {
    if (statement.kind() == v1::STATEMENT_KIND_UNSPECIFIED) Add("kind", "a statement has a kind");
    const bool fact = statement.kind() == v1::STATEMENT_KIND_FACT;
    if (fact && statement.polarity() != v1::POLARITY_UNSPECIFIED) {
      Add("polarity", "a fact has no polarity");
    }
    if (statement.kind() == v1::STATEMENT_KIND_RECOMMENDATION &&
        statement.polarity() == v1::POLARITY_UNSPECIFIED) {
      Add("polarity", "a recommendation has a polarity");
    }
    if (statement.order() == 0) Add("order", "a statement's order is at least 1");
    if (statement.wordings().empty()) Add("wordings", "a statement has a wording");
    for (const v1::Wording& wording : statement.wordings()) CheckWording(wording);
    CheckDate("valid_from", statement.valid_from());
    CheckDate("valid_to", statement.valid_to());
    for (const auto* scheme : {&statement.grade(), &statement.certainty()}) {
      if (scheme->scheme().empty() != scheme->value().empty()) {
        Add("grade", "a grade or certainty has a scheme and a value");
      }
    }
  }

  void CheckWording(const v1::Wording& wording) {
    if (wording.audience() == v1::AUDIENCE_UNSPECIFIED || wording.language().empty()) {
      Add("wordings", "a wording has an audience and a language");
    }
    if (wording.headline().empty()) Add("wordings", "a wording has a headline");
    size_t characters = 0;
    for (const char c : wording.headline()) characters += (c & 0xc0) != 0x80 ? 1 : 0;
    if (characters > kHeadlineCharsMax) {
      Add("wordings", "a headline has at most " + std::to_string(kHeadlineCharsMax) +
                          " characters, not " + std::to_string(characters));
    }
  }

  void CheckConcept(const v1::Concept& node) {
    if (node.kind() == v1::CONCEPT_KIND_UNSPECIFIED) Add("kind", "a concept has a kind");
    if (node.display().empty()) Add("display", "a concept says how it is shown");
    if (node.kind() != v1::CONCEPT_KIND_INTERVENTION &&
        node.intervention_kind() != v1::INTERVENTION_KIND_UNSPECIFIED) {
      Add("intervention_kind", "only an intervention has one");
    }
  }

  void CheckFact(const v1::FactDefinition& fact) {
    if (fact.type() == v1::FACT_TYPE_UNSPECIFIED) Add("type", "a fact has a type");
    if (fact.question().empty()) Add("question", "a fact has a question to ask");
    if ((fact.type() == v1::FACT_TYPE_DECIMAL) == fact.unit().empty()) {
      Add("unit", "decimal facts have a unit, and no others");
    }
    const bool number =
        fact.type() == v1::FACT_TYPE_INTEGER || fact.type() == v1::FACT_TYPE_DECIMAL;
    if ((fact.has_minimum() || fact.has_maximum()) && !number) {
      Add("minimum", "only integer and decimal facts have bounds");
    }
    if (!fact.allowed_values().empty() && fact.type() != v1::FACT_TYPE_CODED) {
      Add("allowed_values", "only coded facts have them");
    }
    if ((fact.has_true_when() || fact.has_false_when()) && fact.type() != v1::FACT_TYPE_BOOLEAN) {
      Add("true_when", "only boolean facts are derived");
    }
  }

  const v1::NodeRecord& record_;
  std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> CheckNode(const v1::NodeRecord& record) { return NodeChecker(record).Run(); }

}  // namespace evident::graph
