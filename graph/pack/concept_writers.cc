// Concepts, facts and decision points.
#include <string>

#include "graph/model/words.h"
#include "graph/pack/node_writers.h"

namespace evident::graph {
namespace {

// A decimal without its unit, which the fact has.
std::string WrittenValue(const v1::Value& value) {
  return value.has_decimal() ? InWords(value.decimal().value()) : InWords(value);
}

YAML::Node WriteAllowedValues(const v1::FactDefinition& fact, const LinkWords& links) {
  YAML::Node values;
  for (const v1::AllowedValue& value : fact.allowed_values()) {
    if (value.concept_name().empty() && value.codes().empty()) {
      values[value.slug()] = value.display();
      continue;
    }
    WrittenMap entry(links);
    entry.Text("name", value.display());
    entry.Link("concept", value.concept_name());
    entry.Codes(value.codes());
    values[value.slug()] = entry.node();
  }
  return values;
}

YAML::Node WritePhrases(const v1::FactDefinition& fact, const LinkWords& links) {
  YAML::Node phrases;
  for (const v1::Phrase& phrase : fact.phrases()) {
    YAML::Node facts(YAML::NodeType::Map);
    for (const v1::Fact& stated : phrase.facts()) {
      facts[links.Of(stated.name())] = WrittenValue(stated.value());
    }
    facts.SetStyle(YAML::EmitterStyle::Flow);
    phrases[phrase.phrase()] = facts;
  }
  return phrases;
}

}  // namespace

WrittenMap WriteConcept(const NodeChange& node, const LinkWords& links) {
  const v1::Concept& body = node.node->clinical_concept();
  WrittenMap map(links);
  map.Word("kind", body.kind());
  map.Word("intervention_kind", body.intervention_kind());
  map.Text("name", body.display());
  map.Texts("synonyms", body.synonyms());
  map.Codes(body.codes());
  map.Edges("is_a", node.out, v1::EDGE_KIND_IS_A);
  map.Edges("component_of", node.out, v1::EDGE_KIND_COMPONENT_OF);
  return map;
}

WrittenMap WriteFact(const NodeChange& node, const LinkWords& links) {
  const v1::FactDefinition& fact = node.node->fact();
  WrittenMap map(links);
  map.Text("name", fact.display());
  map.Text("question", fact.question());
  map.Word("type", fact.type());
  map.Text("unit", fact.unit());
  if (fact.has_minimum()) map.Text("minimum", WrittenValue(fact.minimum()));
  if (fact.has_maximum()) map.Text("maximum", WrittenValue(fact.maximum()));
  map.Part("values", WriteAllowedValues(fact, links));
  map.Codes(fact.codes());
  map.Texts("labels", fact.labels());
  map.Part("phrases", WritePhrases(fact, links));
  map.Flag("undefined_term", fact.undefined_term());
  map.Text("note", fact.note());
  map.When("true_when", fact.true_when());
  map.When("false_when", fact.false_when());
  return map;
}

WrittenMap WriteDecisionPoint(const NodeChange& node, const LinkWords& links) {
  const v1::DecisionPoint& point = node.node->decision_point();
  WrittenMap map(links);
  map.Text("name", point.display());
  map.Number("order", point.order());
  map.When("at_issue", point.at_issue());
  map.Links("partition", point.partition());
  return map;
}

}  // namespace evident::graph
