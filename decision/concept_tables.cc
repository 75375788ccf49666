#include "decision/concept_tables.h"

#include <utility>
#include <vector>

#include "base/status.h"
#include "graph/traverse/closure.h"

namespace evident::decision {
namespace {

using graph::Edge;
using graph::NodePtr;

absl::StatusOr<std::string> NameOf(const graph::GraphReader& reader, const NodeId& id) {
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader.GetNode(id));
  if (node != nullptr) return node->name();
  return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING", "an edge's end is missing");
}

absl::Status AddConcept(const graph::GraphReader& reader, const NodeId& id, const NodePtr& node,
                        ConceptTables& tables) {
  tables.concepts.emplace(node->name(), node);
  EVIDENT_ASSIGN_OR_RETURN(const std::set<NodeId> up,
                           graph::Closure(reader, id, v1::EDGE_KIND_IS_A, graph::Way::kOut));
  std::set<std::string>& ancestors = tables.ancestors[node->name()];
  for (const NodeId& above : up) {
    EVIDENT_ASSIGN_OR_RETURN(std::string name, NameOf(reader, above));
    ancestors.insert(std::move(name));
  }
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> wholes,
                           reader.Out(id, v1::EDGE_KIND_COMPONENT_OF));
  for (const Edge& whole : wholes) {
    EVIDENT_ASSIGN_OR_RETURN(const std::string name, NameOf(reader, whole.dst));
    tables.components[name].insert(node->name());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ConceptTables>> ConceptTables::Build(
    const graph::GraphReader& reader) {
  auto tables = std::make_shared<ConceptTables>();
  EVIDENT_ASSIGN_OR_RETURN(const auto facts, reader.Nodes(v1::NODE_KIND_FACT));
  for (const NodeId& id : facts) {
    EVIDENT_ASSIGN_OR_RETURN(NodePtr node, reader.GetNode(id));
    if (node != nullptr) tables->facts.emplace(node->name(), std::move(node));
  }
  EVIDENT_ASSIGN_OR_RETURN(const auto concepts, reader.Nodes(v1::NODE_KIND_CONCEPT));
  for (const NodeId& id : concepts) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader.GetNode(id));
    if (node != nullptr) EVIDENT_RETURN_IF_ERROR(AddConcept(reader, id, node, *tables));
  }
  tables->lexicon = std::make_unique<const Lexicon>(tables->concepts, tables->facts);
  return std::shared_ptr<const ConceptTables>(std::move(tables));
}

}  // namespace evident::decision
