// Statements that are for and against one thing.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "criteria/print.h"
#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

using decision::StatementPlan;

// A component of `given`'s options that falls under what `against` is against and can be given to
// somebody for whom both hold; empty when there is none. `met` tells whether any falls under it.
std::string Target(const LintView& view, const StatementPlan& given, const StatementPlan& against,
                   bool& met) {
  for (const decision::OptionPlan& option : given.content->options) {
    for (const decision::ComponentPlan& part : option.components) {
      for (const decision::OptionPlan& other : against.content->options) {
        for (const decision::ComponentPlan& target : other.components) {
          if (!view.index().Includes(part.intervention, target.intervention)) continue;
          met = true;
          if (view.CanHoldTogether(
                  {given.combined, part.condition, against.combined, target.condition})) {
            return part.intervention;
          }
        }
      }
    }
  }
  return "";
}

using Pair = std::pair<std::string, std::string>;

Pair PairOf(const std::string& a, const std::string& b) { return a < b ? Pair(a, b) : Pair(b, a); }

// Pairs that say themselves how they relate.
std::set<Pair> RelatedPairs(const LintView& view) {
  std::set<Pair> related;
  for (const v1::EdgeKind kind :
       {v1::EDGE_KIND_CONFLICTS_WITH, v1::EDGE_KIND_SUPERSEDES, v1::EDGE_KIND_ELABORATES}) {
    for (const auto& [from, edge] : view.Edges(kind)) related.insert(PairOf(from, edge.to));
  }
  return related;
}

bool SharesRow(const StatementPlan& a, const StatementPlan& b) {
  const auto& rows = b.statement().source_rows();
  return std::any_of(a.statement().source_rows().begin(), a.statement().source_rows().end(),
                     [&](const std::string& row) {
                       return std::find(rows.begin(), rows.end(), row) != rows.end();
                     });
}

bool SharesCondition(const StatementPlan& a, const StatementPlan& b) {
  return std::any_of(a.content->applies_to.begin(), a.content->applies_to.end(),
                     [&](const std::string& condition) {
                       return std::find(b.content->applies_to.begin(), b.content->applies_to.end(),
                                        condition) != b.content->applies_to.end();
                     });
}

bool HoldForTheSame(const StatementPlan& given, const StatementPlan& against) {
  return given.combined != nullptr && against.combined != nullptr &&
         criteria::Equal(given.combined, against.combined) && !SharesRow(given, against);
}

void FindUndeclared(const LintView& view, Findings& findings) {
  const std::set<Pair> related = RelatedPairs(view);
  for (const StatementPlan* const against : view.statements()) {
    if (!IsAgainst(*against)) continue;
    std::vector<std::string> contradicted;
    for (const StatementPlan* const given : view.statements()) {
      if (!IsFor(*given) || !SharesCondition(*given, *against)) continue;
      if (related.count(PairOf(given->name(), against->name())) > 0) continue;
      bool met = false;
      const std::string target = Target(view, *given, *against, met);
      if (!target.empty()) {
        contradicted.push_back(Bare(given->name()) + " (" + view.DisplayOf(target) + ")");
      } else if (!met && HoldForTheSame(*given, *against)) {
        findings.Add("opposite-for-same", against->name(),
                     "it is against something for exactly those for whom " + Bare(given->name()) +
                         " offers something else: " +
                         criteria::Print(against->combined, criteria::Names::kBare));
      }
    }
    if (contradicted.empty()) continue;
    findings.Add("undeclared-contradiction", against->name(),
                 "it is against what is offered by " + Listed(contradicted) +
                     ", and can hold together with each of them");
  }
}

void FindIndistinct(const LintView& view, Findings& findings) {
  for (const StatementPlan* const plan : view.statements()) {
    for (const NamedEdge* const edge : view.EdgesFrom(v1::EDGE_KIND_CONFLICTS_WITH, plan->name())) {
      const v1::ConflictsWith& conflict = edge->record->conflicts_with();
      if (!conflict.discriminators().empty()) continue;
      findings.Add("no-discriminator", plan->name(),
                   "it contradicts " + Bare(edge->to) + ", and no fact tells the two apart" +
                       (conflict.note().empty() ? "" : ": " + conflict.note()));
    }
  }
}

}  // namespace

void LintContradictions(const LintView& view, Findings& findings) {
  FindUndeclared(view, findings);
  FindIndistinct(view, findings);
}

}  // namespace evident::workbench
