#include "graph/release/standing_acts.h"

#include <set>
#include <utility>

#include "base/status.h"
#include "graph/model/current_node.h"
#include "graph/model/node_id.h"
#include "graph/traverse/closure.h"

namespace evident::graph {
namespace {

absl::Status Unchanged(const StandingChange& change) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "STANDING_UNCHANGED",
      change.name + " has the standing " + v1::Standing_Name(change.standing) + " already");
}

v1::StandingAct ActOf(const StandingChange& change, const Actor& actor) {
  v1::StandingAct act;
  act.set_by(actor.identity);
  act.set_on(actor.on);
  act.set_why(change.why);
  act.set_notice(change.notice);
  return act;
}

using NodeSet = std::set<NodeId>;

// Adds the sources of the edges of these kinds that lead to `to`.
absl::Status AddSources(const GraphReader& reader, const NodeId& to,
                        std::initializer_list<v1::EdgeKind> kinds, NodeSet& found) {
  for (const v1::EdgeKind kind : kinds) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges, reader.In(to, kind));
    for (const Edge& edge : edges) found.insert(edge.src);
  }
  return absl::OkStatus();
}

bool IsOf(const NodeId& id, v1::NodeKind kind) { return id.kind() == kind; }

absl::StatusOr<std::vector<std::string>> NamesOf(const GraphReader& reader, const NodeSet& ids) {
  std::set<std::string> names;
  for (const NodeId& id : ids) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader.GetNode(id));
    if (node != nullptr) names.insert(node->name());
  }
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace

absl::StatusOr<NodeChange> SetStatementStanding(const GraphReader& reader,
                                                const StandingChange& change, const Actor& actor) {
  EVIDENT_ASSIGN_OR_RETURN(NodeChange node,
                           CurrentNode(reader, v1::NODE_KIND_STATEMENT, change.name));
  v1::Statement& statement = *node.node->mutable_statement();
  const bool withdrawn = statement.standing() == v1::STANDING_WITHDRAWN;
  const bool withdraws = change.standing == v1::STANDING_WITHDRAWN;
  if (withdrawn == withdraws) return Unchanged(change);
  if (withdrawn && statement.standing_act().by() == actor.identity) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, "REINSTATED_BY_SAME",
        actor.identity + " withdrew " + change.name + "; bringing it back takes another person");
  }
  statement.set_standing(change.standing);
  *statement.mutable_standing_act() = ActOf(change, actor);
  return node;
}

absl::StatusOr<NodeChange> SetReferenceStanding(const GraphReader& reader,
                                                const StandingChange& change, const Actor& actor) {
  EVIDENT_ASSIGN_OR_RETURN(NodeChange node,
                           CurrentNode(reader, v1::NODE_KIND_REFERENCE, change.name));
  v1::Reference& reference = *node.node->mutable_reference();
  if (reference.standing() == change.standing) return Unchanged(change);
  reference.set_standing(change.standing);
  *reference.mutable_standing_act() = ActOf(change, actor);
  return node;
}

absl::StatusOr<std::vector<std::string>> StatementsRestingOn(const GraphReader& reader,
                                                             const std::string& reference) {
  NodeSet sources;  // statements, evidence and studies that lead to the reference
  EVIDENT_RETURN_IF_ERROR(AddSources(reader, MakeNodeId(v1::NODE_KIND_REFERENCE, reference),
                                     {v1::EDGE_KIND_CITES, v1::EDGE_KIND_REPORTED_IN}, sources));
  NodeSet results;
  for (const NodeId& id : sources) {
    if (!IsOf(id, v1::NODE_KIND_STUDY)) continue;
    EVIDENT_RETURN_IF_ERROR(AddSources(reader, id, {v1::EDGE_KIND_RESULT_OF}, results));
  }
  sources.insert(results.begin(), results.end());
  NodeSet statements;
  for (const NodeId& id : sources) {
    if (IsOf(id, v1::NODE_KIND_STATEMENT)) statements.insert(id);
    if (!IsOf(id, v1::NODE_KIND_EVIDENCE)) continue;
    EVIDENT_RETURN_IF_ERROR(AddSources(reader, id, {v1::EDGE_KIND_SUPPORTED_BY}, statements));
  }
  return NamesOf(reader, statements);
}

absl::StatusOr<std::vector<std::string>> StatementsDetailing(const GraphReader& reader,
                                                             const std::string& statement) {
  const NodeId id = MakeNodeId(v1::NODE_KIND_STATEMENT, statement);
  EVIDENT_ASSIGN_OR_RETURN(NodeSet details,
                           Closure(reader, id, v1::EDGE_KIND_ELABORATES, Way::kIn));
  details.erase(id);
  return NamesOf(reader, details);
}

}  // namespace evident::graph
