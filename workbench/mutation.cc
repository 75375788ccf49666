#include "workbench/mutation.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/status.h"
#include "decision/option_states.h"
#include "graph/model/enum_words.h"
#include "workbench/cases.h"
#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

constexpr char kCriterionLeftOut[] = "its criterion left out";

struct Mutant {
  std::string node;
  std::string change;
  std::function<void(graph::GraphDraft&)> apply;
};

std::string WordOf(v1::Polarity polarity) { return graph::EnumWord(polarity, ' '); }

v1::Polarity Opposite(v1::Polarity polarity) {
  return decision::IsFor(polarity) ? v1::POLARITY_ADVISE_AGAINST : v1::POLARITY_RECOMMEND;
}

// The statement with every edge from it and to it.
void Remove(const std::string& statement, graph::GraphDraft& draft) {
  std::erase_if(draft.nodes, [&](const v1::NodeRecord& node) {
    return node.has_statement() && node.name() == statement;
  });
  std::erase_if(draft.edges, [&](const graph::EdgeDraft& edge) {
    return (edge.src_kind == v1::NODE_KIND_STATEMENT && edge.src == statement) ||
           (edge.dst_kind == v1::NODE_KIND_STATEMENT && edge.dst == statement);
  });
}

void AddStatementMutants(const v1::NodeRecord& node, size_t at, std::vector<Mutant>& mutants) {
  const std::string name = node.name();
  const v1::Polarity polarity = node.statement().polarity();
  if (polarity != v1::POLARITY_UNSPECIFIED) {
    mutants.push_back(
        {name, "left out", [name](graph::GraphDraft& draft) { Remove(name, draft); }});
    const v1::Polarity opposite = Opposite(polarity);
    mutants.push_back({name, WordOf(polarity) + " became " + WordOf(opposite),
                       [at, opposite](graph::GraphDraft& draft) {
                         draft.nodes[at].mutable_statement()->set_polarity(opposite);
                       }});
  }
  if (node.statement().has_criterion()) {
    mutants.push_back({name, kCriterionLeftOut, [at](graph::GraphDraft& draft) {
                         draft.nodes[at].mutable_statement()->clear_criterion();
                       }});
  }
}

std::vector<Mutant> MutantsOf(const graph::GraphDraft& draft) {
  std::vector<Mutant> mutants;
  for (size_t i = 0; i < draft.nodes.size(); ++i) {
    const v1::NodeRecord& node = draft.nodes[i];
    if (node.has_statement()) AddStatementMutants(node, i, mutants);
    if (node.has_decision_point() && node.decision_point().has_at_issue()) {
      mutants.push_back({node.name(), "its at_issue left out", [i](graph::GraphDraft& changed) {
                           changed.nodes[i].mutable_decision_point()->clear_at_issue();
                         }});
    }
  }
  for (size_t i = 0; i < draft.edges.size(); ++i) {
    const graph::EdgeDraft& edge = draft.edges[i];
    if (!edge.record.has_involves()) continue;
    const std::string part = "of " + Bare(edge.dst) + " left out";
    if (edge.record.involves().has_when()) {
      mutants.push_back({edge.src, "the condition when " + part, [i](graph::GraphDraft& changed) {
                           changed.edges[i].record.mutable_involves()->clear_when();
                         }});
    }
    if (edge.record.involves().has_unless()) {
      mutants.push_back({edge.src, "the condition unless " + part, [i](graph::GraphDraft& changed) {
                           changed.edges[i].record.mutable_involves()->clear_unless();
                         }});
    }
  }
  std::stable_sort(mutants.begin(), mutants.end(), [](const Mutant& a, const Mutant& b) {
    return std::tie(a.node, a.change) < std::tie(b.node, b.change);
  });
  return mutants;
}

// Statements whose criterion holds wherever what they detail does: without it they are the same.
absl::StatusOr<std::set<std::string>> ImpliedCriteria(
    const graph::Pack& pack, const std::shared_ptr<const graph::GraphReader>& whole) {
  EVIDENT_ASSIGN_OR_RETURN(const auto view,
                           LintView::Build({whole, {pack.name}, "2000-01-01", {}}));
  std::set<std::string> implied;
  for (const decision::StatementPlan* const plan : view->statements()) {
    if (plan->content->own == nullptr || plan->parents.empty()) continue;
    const bool adds =
        std::any_of(plan->parents.begin(), plan->parents.end(), [&](const size_t parent) {
          return view->CanHoldTogether(
              {view->index().statements()[parent].combined, criteria::Not(plan->content->own)});
        });
    if (!adds) implied.insert(plan->name());
  }
  return implied;
}

}  // namespace

absl::StatusOr<MutationReport> Mutate(const graph::Pack& pack,
                                      const std::vector<const graph::Pack*>& required,
                                      int64_t received_ns, const MutationProgress& progress) {
  graph::Pack changed = pack;
  std::vector<const graph::Pack*> packs{&changed};
  packs.insert(packs.end(), required.begin(), required.end());
  EVIDENT_ASSIGN_OR_RETURN(const auto whole, CompilePacks(packs));
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<CaseResult> failing,
                           FirstFailure(pack, whole, received_ns));
  if (failing.has_value()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "CASES_FAIL",
                     "the case " + failing->slug + " at " + failing->place +
                         " fails without any change: " + failing->failures[0]);
  }
  std::vector<Mutant> mutants = MutantsOf(pack.draft);
  EVIDENT_ASSIGN_OR_RETURN(const std::set<std::string> implied, ImpliedCriteria(pack, whole));
  std::erase_if(mutants, [&](const Mutant& mutant) {
    return mutant.change == kCriterionLeftOut && implied.count(mutant.node) > 0;
  });
  MutationReport report;
  for (const Mutant& mutant : mutants) {
    changed.draft = pack.draft;
    mutant.apply(changed.draft);
    ++report.mutants;
    const auto knowledge = CompilePacks(packs);
    if (!knowledge.ok()) {
      ++report.refused;
    } else {
      EVIDENT_ASSIGN_OR_RETURN(const std::optional<CaseResult> noticed,
                               FirstFailure(pack, *knowledge, received_ns));
      if (!noticed.has_value()) report.survivors.push_back({mutant.node, mutant.change});
    }
    if (!progress(report.mutants, mutants.size())) {
      return absl::CancelledError("the run was ended");
    }
  }
  return report;
}

}  // namespace evident::workbench
