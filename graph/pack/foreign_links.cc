#include "graph/pack/foreign_links.h"

#include <set>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "criteria/expression.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

constexpr std::pair<v1::EdgeKind, std::string_view> kOrdered[] = {
    {v1::EDGE_KIND_IS_A, "is_a"},
    {v1::EDGE_KIND_COMPONENT_OF, "component_of"},
    {v1::EDGE_KIND_SUPERSEDES, "supersedes"},
    {v1::EDGE_KIND_ELABORATES, "elaborates"}};

// Names of the facts that a fact is derived from.
absl::StatusOr<std::vector<std::string>> DerivedFrom(const v1::FactDefinition& fact) {
  std::vector<std::string> names;
  for (const v1::Criterion* const rule : {&fact.true_when(), &fact.false_when()}) {
    EVIDENT_ASSIGN_OR_RETURN(const criteria::ExpressionPtr tree, DecodeCriterion(*rule));
    for (const std::string& name : criteria::FactsOf(tree)) names.push_back(name);
  }
  return names;
}

// Names of the nodes that a node's links of the relation lead to.
absl::StatusOr<std::vector<std::string>> NextOf(const v1::NodeRecord& node,
                                                std::string_view relation,
                                                const GraphReader& knowledge) {
  if (relation == kDerivation) return DerivedFrom(node.fact());
  std::vector<std::string> names;
  for (const auto& [kind, name] : kOrdered) {
    if (name != relation) continue;
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges, knowledge.Out(MakeNodeId(node), kind));
    for (const Edge& edge : edges) {
      EVIDENT_ASSIGN_OR_RETURN(const NodePtr far, knowledge.GetNode(edge.dst));
      if (far != nullptr) names.push_back(far->name());
    }
  }
  return names;
}

}  // namespace

std::string_view OrderedRelation(v1::EdgeKind kind) {
  for (const auto& [ordered, name] : kOrdered) {
    if (ordered == kind) return name;
  }
  return "";
}

absl::StatusOr<std::vector<OrderedLink>> ForeignLinks(const std::vector<OrderedLink>& own,
                                                      const std::string& pack,
                                                      const GraphReader& knowledge) {
  std::vector<OrderedLink> found;
  std::set<std::pair<std::string_view, std::string>> seen;
  std::vector<std::pair<std::string_view, std::string>> open;
  const auto reach = [&](std::string_view relation, const std::string& name) {
    if (seen.emplace(relation, name).second) open.emplace_back(relation, name);
  };
  for (const OrderedLink& link : own) reach(link.relation, link.to);
  while (!open.empty()) {
    const auto [relation, name] = std::move(open.back());
    open.pop_back();
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, FindByName(knowledge, name));
    if (node == nullptr || node->pack() == pack) continue;
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<std::string> next,
                             NextOf(*node, relation, knowledge));
    for (const std::string& to : next) {
      found.push_back({{}, relation, name, to});
      reach(relation, to);
    }
  }
  return found;
}

}  // namespace evident::graph
