#include "graph/model/words.h"

#include <string_view>

#include "base/decimal.h"
#include "google/protobuf/text_format.h"

namespace evident::graph {
namespace {

// "HR 0.765, 95 % interval 0.62 to 0.95, P = 0.0068"
std::string EffectInWords(const v1::Effect& effect) {
  std::string out = effect.measure();
  if (effect.has_value()) out += " " + InWords(effect.value());
  if (effect.has_interval()) {
    out += ", ";
    if (effect.interval().has_level()) out += InWords(effect.interval().level()) + " % ";
    out +=
        "interval " + InWords(effect.interval().low()) + " to " + InWords(effect.interval().high());
  }
  if (effect.has_p()) out += ", P = " + InWords(effect.p());
  return out;
}

std::string SeverityInWords(const v1::Severity& severity) {
  std::string_view sign;
  switch (severity.op()) {
    case v1::OPERATOR_GREATER_OR_EQUAL:
      sign = ">=";
      break;
    case v1::OPERATOR_GREATER:
      sign = ">";
      break;
    case v1::OPERATOR_LESS_OR_EQUAL:
      sign = "<=";
      break;
    case v1::OPERATOR_LESS:
      sign = "<";
      break;
    default:
      break;
  }
  std::string out = "grade " + std::string(sign) + std::to_string(severity.grade());
  if (!severity.scheme().empty()) out += " (" + severity.scheme() + ")";
  return out;
}

std::string ArmsInWords(const v1::Evidence& evidence) {
  std::string out;
  for (const v1::Arm& arm : evidence.arms()) {
    if (!out.empty()) out += " against ";
    out += arm.has_value() ? InWords(arm.value()) : std::string("no figure");
    if (!arm.name().empty()) out += " (" + arm.name();
    if (arm.participants() > 0) {
      out += (arm.name().empty() ? " (n = " : ", n = ") + std::to_string(arm.participants());
    }
    if (!arm.name().empty() || arm.participants() > 0) out += ")";
  }
  return out;
}

void Append(std::string& out, std::string_view separator, const std::string& more) {
  if (more.empty()) return;
  if (!out.empty()) out += separator;
  out += more;
}

}  // namespace

std::string Slug(const std::string& name) {
  const size_t slash = name.find('/');
  return slash == std::string::npos || name.rfind("doi:", 0) == 0 ? name : name.substr(slash + 1);
}

std::string InWords(const v1::Decimal& decimal) {
  return Decimal{decimal.unscaled(), decimal.scale()}.ToString();
}

std::string InWords(const v1::Quantity& quantity) {
  std::string out = quantity.approximate() ? "~" : "";
  out += InWords(quantity.value());
  if (!quantity.unit().empty() && quantity.unit() != "1") out += " " + quantity.unit();
  return out;
}

std::string InWords(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kBoolean:
      return value.boolean() ? "true" : "false";
    case v1::Value::kInteger:
      return std::to_string(value.integer());
    case v1::Value::kDecimal:
      return InWords(value.decimal());
    case v1::Value::kCoded:
      return value.coded();
    case v1::Value::kDate:
      return value.date();
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return "unknown";
}

std::string InWords(const v1::Fact& fact) {
  return Slug(fact.name()) + " = " + InWords(fact.value());
}

std::string InWords(const v1::Dose& dose) {
  std::string out;
  if (dose.has_amount()) out = InWords(dose.amount());
  if (dose.has_interval()) Append(out, " ", "every " + InWords(dose.interval()));
  Append(out, ", ", dose.schedule());
  Append(out, ", ", dose.route());
  return out;
}

std::string InWords(const v1::Evidence& evidence) {
  std::string out;
  if (evidence.has_severity()) out = SeverityInWords(evidence.severity());
  Append(out, ": ", ArmsInWords(evidence));
  if (evidence.has_range()) {
    Append(out, ": ",
           InWords(evidence.range().low()) + " to " + InWords(evidence.range().high()) +
               " across studies (not an interval)");
  }
  if (evidence.has_effect()) Append(out, "; ", EffectInWords(evidence.effect()));
  Append(out, "; ", evidence.analysis());
  return out;
}

std::string InWords(const v1::Reference& reference) {
  std::string out = reference.title();
  Append(out, ". ", reference.publisher());
  Append(out, ", ", reference.container());
  if (reference.year() > 0) Append(out, ", ", std::to_string(reference.year()));
  if (!reference.pmid().empty()) out += ". PMID " + reference.pmid();
  if (!reference.doi().empty()) out += ". doi:" + reference.doi();
  if (!reference.nct().empty()) out += ". " + reference.nct();
  if (!reference.assessed_kind().empty() &&
      reference.assessed_kind() != reference.declared_kind()) {
    out += " [calls itself " + reference.declared_kind() + "; assessed as " +
           reference.assessed_kind() + "]";
  }
  return out;
}

std::string InWords(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_NOT_AT_ISSUE:
      return "not at issue";
    case v1::OUTCOME_CONFLICT:
      return "conflict";
    case v1::OUTCOME_NOT_COVERED:
      return "not covered";
    case v1::OUTCOME_UNDECIDED:
      return "undecided";
    case v1::OUTCOME_RECOMMENDED:
      return "recommended";
    case v1::OUTCOME_CONSIDERED:
      return "may be considered";
    case v1::OUTCOME_ADVISED_AGAINST:
      return "advised against";
    case v1::OUTCOME_NONE_APPLIES:
      return "no statement applies";
    case v1::OUTCOME_UNLINKED:
      return "no guidance found: the question was not understood";
    case v1::OUTCOME_NO_STATEMENTS:
      return "no guidance found: no statement is about this";
    default:
      return "none";
  }
}

std::string InWords(v1::Polarity polarity) {
  switch (polarity) {
    case v1::POLARITY_RECOMMEND:
      return "recommend";
    case v1::POLARITY_CONSIDER:
      return "consider";
    case v1::POLARITY_ADVISE_AGAINST:
      return "advise against";
    case v1::POLARITY_STOP:
      return "stop";
    default:
      return "fact";
  }
}

std::string InWords(v1::Preference preference) {
  switch (preference) {
    case v1::PREFERENCE_PREFERRED:
      return "preferred";
    case v1::PREFERENCE_ALTERNATIVE:
      return "alternative";
    case v1::PREFERENCE_OPTION:
      return "option";
    default:
      return "";
  }
}

std::string InWords(v1::ReviewState state) {
  switch (state) {
    case v1::REVIEW_STATE_SUBMITTED:
      return "submitted, not yet reviewed";
    case v1::REVIEW_STATE_UNDER_REVIEW:
      return "under review";
    case v1::REVIEW_STATE_APPROVED:
      return "approved";
    case v1::REVIEW_STATE_REJECTED:
      return "rejected";
    default:
      return "never submitted for review";
  }
}

std::string InWords(v1::ExclusionReason reason) {
  switch (reason) {
    case v1::EXCLUSION_REASON_CRITERION:
      return "does not fit the patient";
    case v1::EXCLUSION_REASON_PARENT:
      return "details a statement that does not apply";
    case v1::EXCLUSION_REASON_SUPERSEDED:
      return "superseded";
    case v1::EXCLUSION_REASON_NOT_VALID:
      return "not valid on the day asked for";
    case v1::EXCLUSION_REASON_HELD_BACK:
      return "held back by a filter";
    case v1::EXCLUSION_REASON_WITHDRAWN:
      return "withdrawn";
    default:
      return "out";
  }
}

std::string TitleOf(const v1::NodeRecord& node) {
  switch (node.body_case()) {
    case v1::NodeRecord::kGuideline:
      return node.guideline().title();
    case v1::NodeRecord::kStatement:
      return node.statement().wordings().empty() ? "" : node.statement().wordings(0).headline();
    case v1::NodeRecord::kClinicalConcept:
      return node.clinical_concept().display();
    case v1::NodeRecord::kFact:
      return node.fact().display();
    case v1::NodeRecord::kStudy:
      return node.study().display();
    case v1::NodeRecord::kEvidence:
      return node.evidence().headline();
    case v1::NodeRecord::kReference:
      return node.reference().title();
    case v1::NodeRecord::kProposition:
      return node.proposition().text();
    case v1::NodeRecord::kIssuer:
      return node.issuer().display();
    case v1::NodeRecord::kBoard:
      return node.board().display();
    case v1::NodeRecord::kPerson:
      return node.person().display();
    case v1::NodeRecord::kDecisionPoint:
      return node.decision_point().display();
    case v1::NodeRecord::kUnresolved:
      return node.unresolved().raw_label();
    case v1::NodeRecord::BODY_NOT_SET:
      return "";
  }
  return "";
}

std::string ShortText(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  if (!printer.PrintToString(message, &text)) return "";
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string Slugs(const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::string out;
  for (const std::string& name : names) Append(out, ", ", Slug(name));
  return out;
}

std::string InWords(const google::protobuf::RepeatedPtrField<v1::FactSet>& sets) {
  std::string out;
  for (const v1::FactSet& set : sets) {
    std::string together;
    for (const std::string& fact : set.facts()) Append(together, " + ", Slug(fact));
    Append(out, " or ", together);
  }
  return out;
}

}  // namespace evident::graph
