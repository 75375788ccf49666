// Concepts and decision points.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/pack/criterion_reader.h"
#include "graph/pack/readers.h"
#include "graph/pack/tables.h"

namespace evident::graph {

void ReadConcept(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a concept");
  v1::NodeRecord record;
  v1::Concept& body = *record.mutable_clinical_concept();
  map.Need("kind");
  body.set_kind(ReadConceptKind(map));
  body.set_intervention_kind(map.One<v1::InterventionKind>(
      "intervention_kind", {"class", "drug", "regimen", "procedure", "care"}));
  const bool intervention = body.kind() == v1::CONCEPT_KIND_INTERVENTION;
  if (intervention && !map.Has("intervention_kind")) {
    map.Error("an intervention without \"intervention_kind\", which is required");
  } else if (!intervention && map.Has("intervention_kind")) {
    map.Error("found \"intervention_kind\" on a concept that is no intervention");
  }
  body.set_display(map.NeedText("name"));
  for (std::string& synonym : map.Texts("synonyms")) body.add_synonyms(std::move(synonym));
  ReadCodes(map, body.mutable_codes());
  builder.AddLinks(map, "is_a", LinkTo::kConcept, node.self, v1::EDGE_KIND_IS_A);
  builder.AddLinks(map, "component_of", LinkTo::kIntervention, node.self,
                   v1::EDGE_KIND_COMPONENT_OF);
  map.Finish();
  builder.AddNode(node, std::move(record));
}

v1::ConceptKind ReadConceptKind(MapCursor& map) {
  return map.One<v1::ConceptKind>("kind", {"condition", "finding", "intervention", "outcome"});
}

void ReadDecisionPoints(const std::vector<NodeCursor>& nodes, PackBuilder& builder) {
  std::map<uint32_t, std::string> taken;
  for (const NodeCursor& node : nodes) {
    MapCursor map(node.value, "a decision point");
    v1::NodeRecord record;
    v1::DecisionPoint& point = *record.mutable_decision_point();
    point.set_display(map.NeedText("name"));
    map.Need("order");
    point.set_order(map.Number("order", 1, 10'000));
    const auto [first, fresh] = taken.try_emplace(point.order(), node.slug);
    if (!fresh && point.order() != 0) {
      map.Error("found the order " + std::to_string(point.order()) + " again; " + first->second +
                " has it");
    }
    if (auto at_issue = ReadCriterion(map, "at_issue", builder)) {
      *point.mutable_at_issue() = *std::move(at_issue);
    }
    for (std::string& fact : builder.LinkNames(map, "partition", LinkTo::kFact)) {
      point.add_partition(std::move(fact));
    }
    map.Finish();
    builder.AddNode(node, std::move(record));
  }
}

}  // namespace evident::graph
