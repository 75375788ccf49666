#include "graph/traverse/walk.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/keys.h"

namespace evident::graph {
namespace {

std::string RowOf(const Edge& edge) { return OutRow(edge.src, edge.kind, edge.dst, edge.ordinal); }

absl::Status Exhausted(std::string_view reason, const std::string& what) {
  return MakeError(absl::StatusCode::kResourceExhausted, reason, what);
}

}  // namespace

Walk::Walk(const GraphReader& reader, WalkPlan plan)
    : reader_(reader), plan_(std::move(plan)), at_{NodeId(), 0} {}

absl::StatusOr<std::optional<WalkStep>> Walk::Next() {
  while (next_start_ < plan_.starts.size()) {
    const NodeId& id = plan_.starts[next_start_++];
    if (reached_.count(id) > 0) continue;
    EVIDENT_ASSIGN_OR_RETURN(WalkStep step, Start(id));
    return std::optional<WalkStep>(std::move(step));
  }
  while (true) {
    while (next_edge_ < edges_.size()) {
      EVIDENT_ASSIGN_OR_RETURN(std::optional<WalkStep> step, Follow(edges_[next_edge_++]));
      if (step.has_value()) return step;
    }
    if (waiting_.empty()) return std::optional<WalkStep>();
    EVIDENT_RETURN_IF_ERROR(Expand());
  }
}

absl::StatusOr<WalkStep> Walk::Start(const NodeId& id) {
  EVIDENT_ASSIGN_OR_RETURN(NodePtr node, reader_.GetNode(id));
  if (node == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "NODE_UNKNOWN",
                     "there is no node " + HexEncode(id.view()) + " to start from");
  }
  EVIDENT_RETURN_IF_ERROR(Count());
  reached_.insert(id);
  WalkStep step;
  step.node = std::move(node);
  step.id = id;
  step.from = id;
  if (plan_.depth_max > 0) {
    waiting_.push_back({id, 0});
  } else {
    EVIDENT_RETURN_IF_ERROR(MarkDepthEnd(step));
  }
  return step;
}

bool Walk::IsWanted(const NodeId& id) const {
  return plan_.node_kinds.empty() ||
         plan_.node_kinds.count(static_cast<v1::NodeKind>(id.kind())) > 0;
}

absl::StatusOr<std::vector<Edge>> Walk::EdgesOf(const NodeId& id) const {
  std::vector<Edge> wanted;
  const auto add = [&](std::vector<Edge> edges, bool out) {
    for (Edge& edge : edges) {
      const bool kind_fits = plan_.edge_kinds.empty() || plan_.edge_kinds.count(edge.kind) > 0;
      if (kind_fits && IsWanted(out ? edge.dst : edge.src)) wanted.push_back(std::move(edge));
    }
  };
  if (plan_.out) {
    EVIDENT_ASSIGN_OR_RETURN(std::vector<Edge> edges, reader_.Out(id, std::nullopt));
    add(std::move(edges), true);
  }
  if (plan_.in) {
    EVIDENT_ASSIGN_OR_RETURN(std::vector<Edge> edges, reader_.In(id, std::nullopt));
    add(std::move(edges), false);
  }
  return wanted;
}

absl::Status Walk::Expand() {
  at_ = waiting_.front();
  waiting_.pop_front();
  next_edge_ = 0;
  EVIDENT_ASSIGN_OR_RETURN(edges_, EdgesOf(at_.id));
  if (edges_.size() <= plan_.fan_out_max) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader_.GetNode(at_.id));
  return Exhausted("WALK_FAN_OUT", (node == nullptr ? HexEncode(at_.id.view()) : node->name()) +
                                       " is left by " + std::to_string(edges_.size()) +
                                       " edges; the budget fan_out_max is " +
                                       std::to_string(plan_.fan_out_max));
}

absl::Status Walk::Count() {
  if (steps_ < plan_.total_max) {
    ++steps_;
    return absl::OkStatus();
  }
  return Exhausted("WALK_TOTAL", "the walk takes more steps than the budget total_max of " +
                                     std::to_string(plan_.total_max) + ", at depth " +
                                     std::to_string(at_.depth + 1));
}

absl::StatusOr<std::optional<WalkStep>> Walk::Follow(const Edge& edge) {
  if (!followed_.insert(RowOf(edge)).second) return std::optional<WalkStep>();
  EVIDENT_RETURN_IF_ERROR(Count());
  WalkStep step;
  step.depth = at_.depth + 1;
  step.from = at_.id;
  // A loop is left and reached at one node.
  step.id = edge.src == at_.id ? edge.dst : edge.src;
  EVIDENT_ASSIGN_OR_RETURN(step.node, reader_.GetNode(step.id));
  if (step.node == nullptr) {
    return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                     "out key " + HexEncode(RowOf(edge)) + ": an end is missing");
  }
  step.edge = edge;
  step.seen = !reached_.insert(step.id).second;
  if (step.seen) return std::optional<WalkStep>(std::move(step));
  if (step.depth < plan_.depth_max) {
    waiting_.push_back({step.id, step.depth});
  } else {
    EVIDENT_RETURN_IF_ERROR(MarkDepthEnd(step));
  }
  return std::optional<WalkStep>(std::move(step));
}

absl::Status Walk::MarkDepthEnd(WalkStep& step) const {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges, EdgesOf(step.id));
  step.has_more = std::any_of(edges.begin(), edges.end(),
                              [&](const Edge& edge) { return followed_.count(RowOf(edge)) == 0; });
  return absl::OkStatus();
}

}  // namespace evident::graph
