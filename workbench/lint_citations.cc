// Marks, references, and what leads to them.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

std::string Count(size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

// Uses of one unresolved target.
struct Uses {
  std::set<std::pair<uint32_t, uint32_t>> places;
  std::set<std::string> users;
  std::set<std::string> candidates;
};

void FindUnresolved(const LintView& view, Findings& findings) {
  std::map<std::string, Uses> by_target;
  for (const auto& [from, edge] : view.Edges(v1::EDGE_KIND_CITES)) {
    if (edge.to_kind != v1::NODE_KIND_UNRESOLVED) continue;
    const v1::Cites& cites = edge.record->cites();
    Uses& uses = by_target[edge.to];
    uses.places.insert({cites.at().line(), cites.at().position()});
    uses.users.insert(Bare(from));
    for (const std::string& candidate : cites.candidates()) uses.candidates.insert(Bare(candidate));
  }
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_UNRESOLVED)) {
    if (!view.IsLooked(*node)) continue;
    const auto found = by_target.find(name);
    if (found == by_target.end()) continue;
    const Uses& uses = found->second;
    const std::vector<std::string> users(uses.users.begin(), uses.users.end());
    const std::vector<std::string> candidates(uses.candidates.begin(), uses.candidates.end());
    findings.Add("unresolved-citation", name,
                 "the mark " + node->unresolved().raw_label() + " stands unresolved at " +
                     Count(uses.places.size(), "place", "places") + " of " +
                     node->unresolved().source_document() +
                     "; candidates: " + (candidates.empty() ? "none" : Listed(candidates)) +
                     "; used by " + Listed(users));
  }
}

void FindDangling(const LintView& view, Findings& findings) {
  std::set<std::string> led_to;
  for (const v1::EdgeKind kind : {v1::EDGE_KIND_CITES, v1::EDGE_KIND_SUPPORTED_BY}) {
    for (const auto& [from, edge] : view.Edges(kind)) {
      led_to.insert(edge.to);
      if (kind == v1::EDGE_KIND_SUPPORTED_BY && edge.to_kind == v1::NODE_KIND_UNRESOLVED) {
        findings.Add("dangling-id", edge.to,
                     "it is named as evidence by " + Bare(from) + " and is not in the knowledge");
      }
    }
  }
  std::map<std::string, std::set<std::string>> unknown;  // candidate -> who names it
  for (const auto& [from, edge] : view.Edges(v1::EDGE_KIND_CITES)) {
    for (const std::string& candidate : edge.record->cites().candidates()) {
      if (view.Nodes(v1::NODE_KIND_REFERENCE).count(candidate) == 0) {
        unknown[candidate].insert(Bare(from));
      }
    }
  }
  for (const auto& [candidate, users] : unknown) {
    findings.Add("dangling-id", candidate,
                 "it is a candidate of a mark in " +
                     Listed(std::vector<std::string>(users.begin(), users.end())) +
                     " and no reference of the knowledge");
  }
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_UNRESOLVED)) {
    if (view.IsLooked(*node) && led_to.count(name) == 0) {
      findings.Add("dangling-id", name, "nothing leads to this unresolved target any more");
    }
  }
}

void FindUnsupported(const LintView& view, Findings& findings) {
  for (const decision::StatementPlan* const plan : view.statements()) {
    if (!plan->content->provenance.references.empty()) continue;
    const auto& paths = plan->content->provenance.provenance.paths();
    const bool marked = std::any_of(paths.begin(), paths.end(), [](const v1::ProvenancePath& path) {
      return path.citation().cites().unresolved();
    });
    findings.Add("no-evidence", plan->name(),
                 paths.empty() ? "it cites nothing and no evidence supports it"
                 : marked      ? "every mark that it could rest on is unresolved"
                               : "its evidence leads to no reference");
  }
}

// From what is said of kinds of publications; nothing that is not in the table is ranked.
int RankOf(const std::string& kind) {
  static const auto* const ranks = new std::map<std::string, int>{
      {"guideline", 5},    {"systematic review", 4}, {"meta-analysis", 4}, {"trial report", 3},
      {"cohort study", 3}, {"registry record", 2},   {"review", 2},        {"practical summary", 1},
      {"overview", 1},     {"vendor overview", 1},   {"summary", 1},       {"editorial", 0},
      {"opinion", 0}};
  const auto found = ranks->find(absl::AsciiStrToLower(kind));
  return found == ranks->end() ? -1 : found->second;
}

void FindInflated(const LintView& view, Findings& findings) {
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_REFERENCE)) {
    const v1::Reference& reference = node->reference();
    if (!view.IsLooked(*node) || reference.declared_kind().empty() ||
        reference.assessed_kind().empty()) {
      continue;
    }
    const int declared = RankOf(reference.declared_kind());
    const int assessed = RankOf(reference.assessed_kind());
    if (declared >= 0 && assessed >= 0 ? declared <= assessed
                                       : reference.declared_kind() == reference.assessed_kind()) {
      continue;
    }
    findings.Add("kind-above-assessed", name,
                 "declared as " + reference.declared_kind() + ", assessed as " +
                     reference.assessed_kind() +
                     (reference.tier().empty() ? "" : " (" + reference.tier() + ")"));
  }
}

void FindRetracted(const LintView& view, Findings& findings) {
  for (const decision::StatementPlan* const plan : view.statements()) {
    for (const std::string& name : plan->content->retracted) {
      findings.Add("retracted-source", plan->name(),
                   "it rests on " + name + ", which was retracted or withdrawn");
    }
  }
}

}  // namespace

void LintCitations(const LintView& view, Findings& findings) {
  FindUnresolved(view, findings);
  FindDangling(view, findings);
  FindUnsupported(view, findings);
  FindInflated(view, findings);
  FindRetracted(view, findings);
}

}  // namespace evident::workbench
