// What nodes say, label by label.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/enum_words.h"
#include "graph/model/node_id.h"
#include "graph/model/words.h"
#include "graph/traverse/diff.h"
#include "workbench/criterion_words.h"
#include "workbench/render_node.h"

namespace evident::workbench {
namespace {

using graph::EdgeDraft;
using graph::EnumWord;
using graph::InWords;

std::string InWords(const v1::SchemeValue& value) {
  return value.value() + " (" + value.scheme() + ")";
}

std::string InWords(const v1::Locator& at) {
  if (at.line() == 0) return "";
  return "line " + std::to_string(at.line()) +
         (at.position() > 0 ? ", place " + std::to_string(at.position()) : "");
}

std::string InWords(const v1::StandingAct& act) {
  return act.why() + " (" + act.by() + ", " + act.on() + (act.notice().empty() ? "" : ", ") +
         act.notice() + ")";
}

class Sentences {
 public:
  Sentences(const graph::NodeChange& node, const graph::GraphReader& release)
      : node_(*node.node), out_(node.out), release_(release) {}

  std::vector<Sentence> Run() {
    switch (node_.body_case()) {
      case v1::NodeRecord::kStatement:
        OfStatement(node_.statement());
        break;
      case v1::NodeRecord::kEvidence:
        OfEvidence(node_.evidence());
        break;
      case v1::NodeRecord::kGuideline:
        OfGuideline(node_.guideline());
        break;
      case v1::NodeRecord::kReference:
        OfReference(node_.reference());
        break;
      case v1::NodeRecord::kClinicalConcept:
        OfConcept(node_.clinical_concept());
        break;
      case v1::NodeRecord::kFact:
        OfFact(node_.fact());
        break;
      case v1::NodeRecord::kDecisionPoint:
        OfDecisionPoint(node_.decision_point());
        break;
      default:
        OfFields();
    }
    OfLinks();
    return std::move(sentences_);
  }

 private:
  void Add(const std::string& label, const std::string& text) {
    if (!text.empty()) sentences_.push_back({label, text});
  }

  template <typename Texts>
  void AddEach(const std::string& label, const Texts& texts) {
    for (const std::string& text : texts) Add(label, text);
  }

  std::string NameOf(v1::NodeKind kind, const std::string& name) const {
    const auto node = release_.GetNode(graph::MakeNodeId(kind, name));
    if (!node.ok() || *node == nullptr) return name;
    const std::string title = graph::TitleOf(**node);
    return title.empty() ? name : title;
  }

  std::string When(const v1::Criterion& criterion) const {
    return CriterionInWords(criterion, release_);
  }

  void OfStatement(const v1::Statement& statement) {
    std::string says = InWords(statement.polarity());
    if (statement.kind() == v1::STATEMENT_KIND_GOOD_PRACTICE) says += ", good practice";
    if (const std::string rank = InWords(statement.preference()); !rank.empty()) {
      says += ", " + rank;
    }
    Add("It says to", says);
    for (const v1::Wording& wording : statement.wordings()) {
      const bool patient = wording.audience() == v1::AUDIENCE_PATIENT;
      const std::string whom =
          (patient ? "for patients" : "for clinicians") + std::string(", ") + wording.language();
      Add("Headline " + whom, wording.headline());
      Add("Wording " + whom, wording.text());
    }
    Links("For", v1::EDGE_KIND_APPLIES_TO);
    Add("For whom",
        statement.has_criterion() ? When(statement.criterion()) : "everybody with that condition");
    Options();
    if (statement.has_timing()) {
      Add("When", statement.timing().code() + statement.timing().verbatim());
    }
    Links("Decides", v1::EDGE_KIND_DECIDES);
    if (statement.has_grade()) Add("Strength", InWords(statement.grade()));
    if (statement.has_certainty()) Add("Certainty", InWords(statement.certainty()));
    Add("Care phase", statement.care_phase());
    Add("Section", statement.section());
    Add("Place in the guideline", std::to_string(statement.order()));
    Add("Valid from", statement.valid_from());
    Add("Valid until", statement.valid_to());
    Add("Review, as the pack says", InWords(statement.review_state()));
    Standing(statement.standing());
    if (statement.has_standing_act()) Add("Standing was set", InWords(statement.standing_act()));
    AddEach("Row of the source", statement.source_rows());
    AddEach("Curator's reading", statement.readings());
  }

  void Standing(v1::Standing standing) {
    if (standing != v1::STANDING_UNSPECIFIED) Add("Standing", EnumWord(standing, ' '));
  }

  std::string ComponentOf(const EdgeDraft& edge) const {
    const v1::Involves& involves = edge.record.involves();
    std::string text = NameOf(edge.dst_kind, edge.dst);
    if (involves.has_dose()) text += " " + InWords(involves.dose());
    if (!involves.add_on_to().empty()) {
      text += ", added to " + NameOf(v1::NODE_KIND_CONCEPT, involves.add_on_to());
    }
    if (involves.optional()) text += ", optional";
    if (involves.has_when()) text += ", only when " + When(involves.when());
    if (involves.has_unless()) text += ", unless " + When(involves.unless());
    return text;
  }

  void Options() {
    std::map<std::pair<uint32_t, uint32_t>, const EdgeDraft*> components;
    for (const EdgeDraft& edge : out_) {
      if (edge.kind != v1::EDGE_KIND_INVOLVES) continue;
      const v1::Involves& involves = edge.record.involves();
      components[{involves.option(), involves.component()}] = &edge;
    }
    std::map<uint32_t, std::string> options;
    for (const auto& [place, edge] : components) {
      std::string& text = options[place.first];
      if (!text.empty()) text += "; with ";
      text += ComponentOf(*edge);
      const auto next = components.upper_bound(place);
      const bool last = next == components.end() || next->first.first != place.first;
      if (last && edge->record.involves().whole()) text += " (all of it or nothing)";
    }
    for (const auto& [number, text] : options) Add("Option", text);
  }

  void OfEvidence(const v1::Evidence& evidence) {
    Add("Result", evidence.headline());
    Add("As the source has it", evidence.text());
    Add("Outcome", NameOf(v1::NODE_KIND_CONCEPT, evidence.outcome()));
    for (const std::string& name : evidence.interventions()) {
      Add("Intervention", NameOf(v1::NODE_KIND_CONCEPT, name));
    }
    Add("Figures", InWords(evidence));
    Add("Population", evidence.population());
    if (evidence.direction() != v1::DIRECTION_UNSPECIFIED) {
      Add("Points to", EnumWord(evidence.direction()));
    }
    if (evidence.has_level()) Add("Level of evidence", InWords(evidence.level()));
    if (evidence.has_rating()) Add("Rating", InWords(evidence.rating()));
    Add("Bears on", evidence.category());
    Add("Said to mean", evidence.significance());
    if (evidence.bearing() != v1::SUPPORT_UNSPECIFIED)
      Add("Which it", EnumWord(evidence.bearing()));
    Add("Origin", evidence.origin());
    AddEach("Row of the source", evidence.source_rows());
    AddEach("Curator's note", evidence.notes());
  }

  void OfGuideline(const v1::Guideline& guideline) {
    Add("Title", guideline.title());
    Add("Edition", guideline.edition());
    Add("Date of the document", guideline.document_date());
    Add("Valid from", guideline.valid_from());
    Add("Valid until", guideline.valid_to());
    Add("Evidence searched until", guideline.evidence_cutoff());
    Add("Last reviewed", guideline.last_reviewed());
    Add("Review due", guideline.review_due());
    Standing(guideline.standing());
    Add("Review, as the pack says", InWords(guideline.review_state()));
    for (const v1::Section& section : guideline.sections()) {
      Add("Section", (section.parent().empty() ? "" : section.parent() + " / ") + section.title() +
                         " (" + section.slug() + ")");
    }
    for (const v1::ReviewClaim& claim : guideline.review_claims()) {
      Add("Claims to be", EnumWord(claim.state(), ' ') + ", " + InWords(claim.at()));
    }
    Add("Editorial policy", guideline.editorial_policy());
    Add("Disclaimer", guideline.disclaimer());
    Add("Licence", guideline.licence());
    AddEach("Curator's note", guideline.notes());
  }

  void OfReference(const v1::Reference& reference) {
    Add("Reference", InWords(reference));
    Add("Calls itself", reference.declared_kind());
    Add("Assessed as", reference.assessed_kind());
    Add("Tier", reference.tier());
    Standing(reference.standing());
    if (reference.has_standing_act()) Add("Standing was set", InWords(reference.standing_act()));
    AddEach("Curator's note", reference.notes());
  }

  void OfConcept(const v1::Concept& body) {
    Add("Name", body.display());
    Add("Kind", body.intervention_kind() == v1::INTERVENTION_KIND_UNSPECIFIED
                    ? EnumWord(body.kind())
                    : EnumWord(body.intervention_kind()));
    AddEach("Also called", body.synonyms());
    for (const v1::Code& code : body.codes()) {
      Add("Code", code.system() + " " + code.code() +
                      (code.display().empty() ? "" : " (" + code.display() + ")"));
    }
  }

  void OfFact(const v1::FactDefinition& fact) {
    Add("Name", fact.display());
    Add("Question", fact.question());
    std::string type = EnumWord(fact.type());
    if (!fact.unit().empty()) type += " in " + fact.unit();
    if (fact.has_minimum()) type += ", at least " + InWords(fact.minimum());
    if (fact.has_maximum()) type += ", at most " + InWords(fact.maximum());
    Add("Type", type);
    for (const v1::AllowedValue& value : fact.allowed_values()) {
      Add("Value", value.display() + " (" + value.slug() + ")");
    }
    AddEach("Introduced by", fact.labels());
    for (const v1::Phrase& phrase : fact.phrases()) {
      std::string facts;
      for (const v1::Fact& stated : phrase.facts()) {
        facts += (facts.empty() ? "" : ", ") + InWords(stated);
      }
      Add("Phrase", "\"" + phrase.phrase() + "\" states " + facts);
    }
    if (fact.undefined_term()) Add("Term", "the source uses it and does not define it");
    Add("Note", fact.note());
    if (fact.has_true_when()) Add("True when", When(fact.true_when()));
    if (fact.has_false_when()) Add("False when", When(fact.false_when()));
  }

  void OfDecisionPoint(const v1::DecisionPoint& point) {
    Add("Decision", point.display());
    Add("Place among decisions", std::to_string(point.order()));
    Add("At issue", point.has_at_issue() ? When(point.at_issue()) : "always");
    for (const std::string& name : point.partition()) {
      Add("Divided by", NameOf(v1::NODE_KIND_FACT, name));
    }
  }

  void Links(const std::string& label, v1::EdgeKind kind) {
    for (const EdgeDraft& edge : out_) {
      if (edge.kind == kind) Add(label, NameOf(edge.dst_kind, edge.dst));
    }
  }

  // Kinds of a few plain fields: under their names.
  void OfFields() {
    const v1::NodeRecord empty;
    for (const v1::FieldChange& field : graph::DiffFields(empty, node_)) {
      if (field.path() == "name" || field.path() == "pack") continue;
      std::string label = field.path().substr(field.path().rfind('.') + 1);
      std::replace(label.begin(), label.end(), '_', ' ');
      Add(label, field.after());
    }
  }

  void OfLinks() {
    static const auto* const kLabels = new std::vector<std::pair<v1::EdgeKind, std::string>>{
        {v1::EDGE_KIND_PART_OF, "Of the guideline"},
        {v1::EDGE_KIND_ELABORATES, "Details"},
        {v1::EDGE_KIND_ALTERNATIVE_TO, "Alternative to"},
        {v1::EDGE_KIND_ASSERTS, "Asserts"},
        {v1::EDGE_KIND_CONCERNS, "Speaks about"},
        {v1::EDGE_KIND_AIMS_AT, "Aims at"},
        {v1::EDGE_KIND_ABOUT, "About"},
        {v1::EDGE_KIND_RESULT_OF, "Result of the study"},
        {v1::EDGE_KIND_REPORTED_IN, "Reported in"},
        {v1::EDGE_KIND_IS_A, "Is a kind of"},
        {v1::EDGE_KIND_COMPONENT_OF, "Part of"},
        {v1::EDGE_KIND_ISSUED_BY, "Issued by"},
        {v1::EDGE_KIND_POSSIBLE_SOURCE, "Possible source"},
    };
    Support();
    Citations();
    for (const auto& [kind, label] : *kLabels) Links(label, kind);
    for (const EdgeDraft& edge : out_) {
      const std::string name = NameOf(edge.dst_kind, edge.dst);
      if (edge.kind == v1::EDGE_KIND_CONFLICTS_WITH) {
        Conflict(name, edge.record.conflicts_with());
      } else if (edge.kind == v1::EDGE_KIND_SUPERSEDES) {
        const std::string& why = edge.record.supersedes().why();
        Add("Replaces", name + (why.empty() ? "" : ": " + why));
      } else if (edge.kind == v1::EDGE_KIND_REVIEWED_BY && !edge.record.has_reviewed_by()) {
        Add("To be reviewed by", name);
      }
    }
  }

  void Conflict(const std::string& name, const v1::ConflictsWith& conflict) {
    std::string text = name;
    for (const std::string& fact : conflict.discriminators()) {
      text += (text == name ? "; told apart by " : ", ") + NameOf(v1::NODE_KIND_FACT, fact);
    }
    if (conflict.none_named()) text += "; the sources name nothing that tells them apart";
    if (!conflict.note().empty()) text += ": " + conflict.note();
    Add("Contradicts", text);
  }

  void Support() {
    for (const EdgeDraft& edge : out_) {
      if (edge.kind != v1::EDGE_KIND_SUPPORTED_BY) continue;
      const v1::SupportedBy& support = edge.record.supported_by();
      std::string text = NameOf(edge.dst_kind, edge.dst);
      if (support.support() == v1::SUPPORT_WEAKENS) text += " (speaks against it)";
      if (support.directness() != v1::DIRECTNESS_UNSPECIFIED) {
        text += " (" + EnumWord(support.directness()) + ")";
      }
      Add("Rests on", text);
    }
  }

  void Citations() {
    for (const EdgeDraft& edge : out_) {
      if (edge.kind != v1::EDGE_KIND_CITES) continue;
      const v1::Cites& cites = edge.record.cites();
      std::string text = cites.mark().empty() ? "" : "mark " + cites.mark();
      if (const std::string at = InWords(cites.at()); !at.empty()) text += " (" + at + ")";
      if (!text.empty()) text += ": ";
      if (cites.unresolved()) {
        text += "NOT RESOLVED";
        for (const std::string& name : cites.candidates()) {
          text += (name == cites.candidates(0) ? "; may mean " : " or ") +
                  NameOf(v1::NODE_KIND_REFERENCE, name);
        }
      } else {
        text += NameOf(edge.dst_kind, edge.dst);
      }
      if (!cites.locator().empty()) text += ", " + cites.locator();
      if (cites.has_resolution()) {
        text += "; so " + cites.resolution().by() + " on " + cites.resolution().on() + ": " +
                cites.resolution().why();
      }
      Add("Cites", text);
    }
  }

  const v1::NodeRecord& node_;
  const std::vector<EdgeDraft>& out_;
  const graph::GraphReader& release_;
  std::vector<Sentence> sentences_;
};

}  // namespace

std::vector<Sentence> SentencesOf(const graph::NodeChange& node,
                                  const graph::GraphReader& release) {
  return node.node ? Sentences(node, release).Run() : std::vector<Sentence>();
}

}  // namespace evident::workbench
