#include "decision/statement_joins.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/status.h"
#include "graph/model/node_id.h"
#include "graph/traverse/closure.h"

namespace evident::decision {
namespace {

using Pair = std::pair<size_t, size_t>;

// Words of two declarations, each once, in the order of the sides.
void AddNote(const std::string& more, std::string& note) {
  if (more.empty() || more == note) return;
  note += (note.empty() ? "" : "\n") + more;
}

void Merge(const v1::ConflictsWith& more, v1::ConflictsWith& edge) {
  std::set<std::string> facts(edge.discriminators().begin(), edge.discriminators().end());
  facts.insert(more.discriminators().begin(), more.discriminators().end());
  edge.mutable_discriminators()->Assign(facts.begin(), facts.end());
  // A fact that one side names is named.
  edge.set_none_named(facts.empty() && (edge.none_named() || more.none_named()));
  AddNote(more.note(), *edge.mutable_note());
}

class Joiner {
 public:
  Joiner(const graph::GraphReader& reader, std::vector<StatementPlan>& statements)
      : reader_(reader), statements_(statements) {
    for (size_t i = 0; i < statements_.size(); ++i) {
      places_[graph::MakeNodeId(*statements_[i].content->node)] = i;
    }
  }

  absl::StatusOr<std::vector<ConflictPlan>> Run() {
    for (size_t at = 0; at < statements_.size(); ++at) {
      EVIDENT_RETURN_IF_ERROR(AddRelatives(at));
      EVIDENT_RETURN_IF_ERROR(AddConflicts(at));
    }
    EVIDENT_RETURN_IF_ERROR(Combine());
    std::vector<ConflictPlan> conflicts;
    for (auto& [pair, plan] : conflicts_) conflicts.push_back(std::move(plan));
    std::sort(conflicts.begin(), conflicts.end(), [](const ConflictPlan& a, const ConflictPlan& b) {
      return Pair(a.left, a.right) < Pair(b.left, b.right);
    });
    return conflicts;
  }

 private:
  absl::StatusOr<size_t> PlaceOf(const NodeId& id) const {
    const auto found = places_.find(id);
    if (found != places_.end()) return found->second;
    return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                     "a statement's edge leads to no statement of the release");
  }

  absl::Status AddRelatives(size_t at) {
    StatementPlan& plan = statements_[at];
    const NodeId id = graph::MakeNodeId(*plan.content->node);
    EVIDENT_ASSIGN_OR_RETURN(const auto details, reader_.Out(id, v1::EDGE_KIND_ELABORATES));
    std::set<size_t> parents;
    for (const graph::Edge& edge : details) {
      EVIDENT_ASSIGN_OR_RETURN(const size_t parent, PlaceOf(edge.dst));
      parents.insert(parent);
    }
    plan.parents.assign(parents.begin(), parents.end());
    EVIDENT_ASSIGN_OR_RETURN(
        const std::set<NodeId> newer,
        graph::Closure(reader_, id, v1::EDGE_KIND_SUPERSEDES, graph::Way::kIn));
    for (const NodeId& one : newer) {
      EVIDENT_ASSIGN_OR_RETURN(const size_t place, PlaceOf(one));
      if (place != at) plan.superseded_by.push_back(place);
    }
    std::sort(plan.superseded_by.begin(), plan.superseded_by.end());
    return absl::OkStatus();
  }

  absl::Status AddConflicts(size_t at) {
    EVIDENT_ASSIGN_OR_RETURN(const auto edges,
                             reader_.Out(graph::MakeNodeId(*statements_[at].content->node),
                                         v1::EDGE_KIND_CONFLICTS_WITH));
    for (const graph::Edge& edge : edges) {
      EVIDENT_ASSIGN_OR_RETURN(const size_t other, PlaceOf(edge.dst));
      const v1::ConflictsWith& declared = edge.record->conflicts_with();
      const auto [found, fresh] =
          conflicts_.emplace(std::minmax(at, other), ConflictPlan{at, other, declared});
      if (!fresh) Merge(declared, found->second.edge);
    }
    return absl::OkStatus();
  }

  // Parents before what details them.
  absl::Status Combine() {
    std::vector<bool> done(statements_.size(), false);
    for (size_t left = statements_.size(); left > 0;) {
      const size_t before = left;
      for (size_t at = 0; at < statements_.size(); ++at) {
        StatementPlan& plan = statements_[at];
        const bool ready = std::all_of(plan.parents.begin(), plan.parents.end(),
                                       [&](size_t parent) { return done[parent]; });
        if (done[at] || !ready) continue;
        std::vector<criteria::ExpressionPtr> parents;
        for (const size_t parent : plan.parents) parents.push_back(statements_[parent].combined);
        plan.combined = CombineCriteria(plan.content->own, parents);
        done[at] = true;
        --left;
      }
      if (left == before) {
        return MakeError(absl::StatusCode::kInternal, "ELABORATION_CYCLE",
                         "statements of the release detail each other in a circle");
      }
    }
    return absl::OkStatus();
  }

  const graph::GraphReader& reader_;
  std::vector<StatementPlan>& statements_;
  std::map<NodeId, size_t> places_;
  std::map<Pair, ConflictPlan> conflicts_;
};

}  // namespace

criteria::ExpressionPtr CombineCriteria(const criteria::ExpressionPtr& own,
                                        const std::vector<criteria::ExpressionPtr>& parents) {
  criteria::ExpressionPtr above;
  const bool always = std::any_of(parents.begin(), parents.end(),
                                  [](const auto& parent) { return parent == nullptr; });
  if (!parents.empty() && !always) {
    above = parents.size() == 1 ? parents[0] : criteria::AnyOf(parents);
  }
  if (above == nullptr) return own;
  return own == nullptr ? above : criteria::AllOf({above, own});
}

absl::StatusOr<std::vector<ConflictPlan>> JoinStatements(const graph::GraphReader& reader,
                                                         std::vector<StatementPlan>& statements) {
  return Joiner(reader, statements).Run();
}

}  // namespace evident::decision
