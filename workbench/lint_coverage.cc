// Values of dividing facts that nothing covers, and criteria that nobody can meet.
#include <algorithm>
#include <string>
#include <vector>

#include "criteria/cells.h"
#include "criteria/print.h"
#include "criteria/representatives.h"
#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

using decision::StatementPlan;

// Statements that decide the point by themselves and test the fact.
std::vector<const StatementPlan*> Testing(const LintView& view, size_t point,
                                          const std::string& fact) {
  std::vector<const StatementPlan*> testing;
  for (const StatementPlan& plan : view.index().statements()) {
    const auto& points = plan.content->decision_points;
    if (!plan.parents.empty() || std::count(points.begin(), points.end(), point) == 0) continue;
    if (criteria::FactsOf(plan.combined).count(fact) > 0) testing.push_back(&plan);
  }
  return testing;
}

// One value of every case that some of the criteria can tell apart.
std::vector<criteria::Value> CasesOf(const LintView& view, const std::string& fact,
                                     const std::vector<const StatementPlan*>& testing) {
  std::vector<criteria::ExpressionPtr> all;
  for (const StatementPlan* const plan : testing) all.push_back(plan->combined);
  if (all.empty()) return {};
  return criteria::RepresentativeValues(criteria::AnyOf(std::move(all)), fact, view.Context());
}

void FindUncovered(const LintView& view, Findings& findings) {
  const auto& points = view.index().decision_points();
  for (size_t at = 0; at < points.size(); ++at) {
    if (!view.IsLooked(*points[at].node)) continue;
    for (const std::string& fact : points[at].point().partition()) {
      const std::vector<const StatementPlan*> testing = Testing(view, at, fact);
      for (const criteria::Value& value : CasesOf(view, fact, testing)) {
        const criteria::Facts only = {{fact, value}};
        const bool covered =
            std::any_of(testing.begin(), testing.end(), [&](const StatementPlan* plan) {
              return criteria::Evaluate(plan->combined, only, view.Context()) !=
                     criteria::Truth::kFalse;
            });
        if (covered) continue;
        findings.Add("uncovered-cell", points[at].name(),
                     "no statement covers " + Bare(fact) + " = " + criteria::ToString(value));
      }
    }
  }
}

void FindImpossible(const LintView& view, Findings& findings) {
  for (const StatementPlan* const plan : view.statements()) {
    if (view.NeverTrue(plan->combined)) {
      findings.Add("never-true", plan->name(),
                   "no patient meets its criterion: " +
                       criteria::Print(plan->combined, criteria::Names::kBare));
      continue;
    }
    for (const decision::OptionPlan& option : plan->content->options) {
      for (const decision::ComponentPlan& part : option.components) {
        if (view.CanHoldTogether({plan->combined, part.condition})) continue;
        findings.Add("never-true", plan->name(),
                     view.DisplayOf(part.intervention) +
                         " is never part of its option: " + part.condition_text);
      }
    }
  }
  for (const decision::DecisionPointPlan& point : view.index().decision_points()) {
    if (!view.IsLooked(*point.node) || !view.NeverTrue(point.at_issue)) continue;
    findings.Add(
        "never-true", point.name(),
        "it is never at issue: " + criteria::Print(point.at_issue, criteria::Names::kBare));
  }
}

}  // namespace

void LintCoverage(const LintView& view, Findings& findings) {
  FindUncovered(view, findings);
  FindImpossible(view, findings);
}

}  // namespace evident::workbench
