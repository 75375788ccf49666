// Figures, populations, and evidence that is not used.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

std::string RowsOf(const google::protobuf::RepeatedPtrField<std::string>& rows) {
  if (rows.empty()) return "";
  return Listed({rows.begin(), rows.end()}) + ": ";
}

// What a result with figures lacks; empty: nothing.
std::vector<std::string> MissingFigures(const v1::Evidence& evidence) {
  std::vector<std::string> missing;
  const auto& arms = evidence.arms();
  if (evidence.has_range()) {
    missing.push_back("the studies that the range is taken from");
    missing.push_back("sample sizes");
    return missing;
  }
  if (arms.empty() && !evidence.has_effect()) return missing;
  const bool sized = !arms.empty() && std::all_of(arms.begin(), arms.end(), [](const v1::Arm& arm) {
    return arm.participants() > 0;
  });
  if (evidence.has_effect() && !evidence.effect().has_interval()) {
    missing.push_back("the interval of its " + evidence.effect().measure());
  } else if (!evidence.has_effect()) {
    missing.push_back("an interval");
  }
  if (!sized) missing.push_back("sample sizes");
  if (arms.size() == 1 && !evidence.has_effect()) missing.push_back("a comparator");
  return missing;
}

void FindMissingFigures(const LintView& view, Findings& findings) {
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_EVIDENCE)) {
    if (!view.IsLooked(*node)) continue;
    const std::vector<std::string> missing = MissingFigures(node->evidence());
    if (missing.empty()) continue;
    findings.Add("missing-figures", name,
                 RowsOf(node->evidence().source_rows()) + "it lacks " + Listed(missing));
  }
}

// Every word that a statement uses of itself and its criterion.
std::string WordsOf(const LintView& view, const decision::StatementPlan& plan) {
  std::string words;
  for (const v1::Wording& wording : plan.statement().wordings()) {
    words += wording.headline() + " " + wording.text() + " ";
  }
  for (const std::string& fact : criteria::FactsOf(plan.combined)) {
    const auto& facts = view.Nodes(v1::NODE_KIND_FACT);
    const auto found = facts.find(fact);
    words += Bare(fact) + " ";
    if (found != facts.end()) words += found->second->fact().display() + " ";
  }
  for (const std::string& condition : plan.content->applies_to)
    words += view.DisplayOf(condition) + " ";
  return words;
}

void FindOtherPopulations(const LintView& view, Findings& findings) {
  for (const decision::StatementPlan* const plan : view.statements()) {
    const std::set<std::string> own = Keywords(WordsOf(view, *plan));
    for (const NamedEdge* const edge : view.EdgesFrom(v1::EDGE_KIND_SUPPORTED_BY, plan->name())) {
      const auto& evidence = view.Nodes(v1::NODE_KIND_EVIDENCE);
      const auto found = evidence.find(edge->to);
      if (found == evidence.end()) continue;
      if (edge->record->supported_by().directness() == v1::DIRECTNESS_INDIRECT) {
        findings.Add("evidence-population", plan->name(),
                     Bare(edge->to) + " supports it indirectly");
      }
      const std::set<std::string> population = Keywords(found->second->evidence().population());
      const bool shared = std::any_of(population.begin(), population.end(),
                                      [&](const auto& word) { return own.count(word) > 0; });
      if (population.empty() || shared) continue;
      findings.Add("evidence-population", plan->name(),
                   Bare(edge->to) + " was measured in another population: " +
                       found->second->evidence().population());
    }
  }
}

// References that statements rest on, and those that are possible sources of what they use.
std::set<std::string> UsedReferences(const LintView& view, const std::set<std::string>& evidence) {
  std::set<std::string> used;
  const auto add = [&](v1::EdgeKind kind, const std::string& from) {
    for (const NamedEdge* const edge : view.EdgesFrom(kind, from)) used.insert(edge->to);
  };
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_STATEMENT)) {
    add(v1::EDGE_KIND_CITES, name);
    add(v1::EDGE_KIND_POSSIBLE_SOURCE, name);
  }
  for (const std::string& name : evidence) {
    for (const v1::EdgeKind kind :
         {v1::EDGE_KIND_CITES, v1::EDGE_KIND_REPORTED_IN, v1::EDGE_KIND_POSSIBLE_SOURCE}) {
      add(kind, name);
    }
  }
  return used;
}

std::set<std::string> ReportsOf(const LintView& view, const std::string& evidence) {
  std::set<std::string> reports;
  const auto add = [&](v1::EdgeKind kind, const std::string& from) {
    for (const NamedEdge* const edge : view.EdgesFrom(kind, from)) reports.insert(edge->to);
  };
  add(v1::EDGE_KIND_REPORTED_IN, evidence);
  add(v1::EDGE_KIND_CITES, evidence);
  for (const NamedEdge* const study : view.EdgesFrom(v1::EDGE_KIND_RESULT_OF, evidence)) {
    add(v1::EDGE_KIND_REPORTED_IN, study->to);
  }
  return reports;
}

void FindUnused(const LintView& view, Findings& findings) {
  std::set<std::string> supporting;
  for (const auto& [from, edge] : view.Edges(v1::EDGE_KIND_SUPPORTED_BY)) {
    supporting.insert(edge.to);
  }
  const std::set<std::string> used = UsedReferences(view, supporting);
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_EVIDENCE)) {
    if (!view.IsLooked(*node) || supporting.count(name) > 0) continue;
    const std::set<std::string> reports = ReportsOf(view, name);
    const bool known = std::any_of(reports.begin(), reports.end(), [&](const std::string& report) {
      return used.count(report) > 0;
    });
    if (reports.empty() || known) continue;
    findings.Add("newer-evidence", name, "no statement uses it: " + node->evidence().headline());
  }
  for (const auto& [newer, edge] : view.Edges(v1::EDGE_KIND_SUPERSEDES)) {
    const auto& references = view.Nodes(v1::NODE_KIND_REFERENCE);
    const auto found = references.find(newer);
    if (found == references.end() || !view.IsLooked(*found->second)) continue;
    if (used.count(edge.to) == 0 || used.count(newer) > 0) continue;
    findings.Add("newer-evidence", newer,
                 "it supersedes " + Bare(edge.to) + ", which is used while it is not");
  }
}

}  // namespace

void LintEvidence(const LintView& view, Findings& findings) {
  FindMissingFigures(view, findings);
  FindOtherPopulations(view, findings);
  FindUnused(view, findings);
}

}  // namespace evident::workbench
