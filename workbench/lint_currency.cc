// Reviews, validity and what became due.
#include <set>
#include <string>
#include <vector>

#include "graph/model/enum_words.h"
#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

std::string WordOf(v1::ReviewState state) { return graph::EnumWord(state, ' '); }

std::string Line(const v1::ReviewClaim& claim) {
  return claim.at().line() == 0 ? "" : " on line " + std::to_string(claim.at().line());
}

void FindClaims(const LintView& view, const std::string& name, const v1::Guideline& guideline,
                Findings& findings) {
  std::set<v1::ReviewState> states;
  std::vector<std::string> claims;
  for (const v1::ReviewClaim& claim : guideline.review_claims()) {
    if (states.insert(claim.state()).second) claims.push_back(WordOf(claim.state()) + Line(claim));
  }
  if (states.size() > 1) {
    findings.Add("review-state", name,
                 "the source contradicts itself: it calls itself " + Listed(claims));
  }
  const auto plan = view.index().guidelines().find(name);
  const v1::ReviewState here = plan == view.index().guidelines().end() ? guideline.review_state()
                                                                       : plan->second.review_state;
  if (states.count(v1::REVIEW_STATE_APPROVED) > 0 && here != v1::REVIEW_STATE_APPROVED) {
    findings.Add("review-state", name,
                 "the source calls itself approved; here it is " +
                     (here == v1::REVIEW_STATE_UNSPECIFIED ? "not submitted" : WordOf(here)));
  }
}

void FindBareApprovals(const LintView& view, Findings& findings) {
  std::set<std::string> acted;
  for (const auto& [from, edge] : view.Edges(v1::EDGE_KIND_REVIEWED_BY)) {
    if (edge.record->has_reviewed_by()) acted.insert(from);
  }
  for (const decision::StatementPlan* const plan : view.statements()) {
    if (plan->statement().review_state() == v1::REVIEW_STATE_APPROVED &&
        acted.count(plan->name()) == 0) {
      findings.Add("review-state", plan->name(),
                   "it says that it is approved, and no act of review stands behind that");
    }
  }
}

void FindExpired(const LintView& view, const std::string& name, const v1::Guideline& guideline,
                 Findings& findings) {
  if (!guideline.valid_to().empty() && guideline.valid_to() < view.today()) {
    findings.Add("expired", name, "it was valid until " + guideline.valid_to());
  }
  if (!guideline.review_due().empty() && guideline.review_due() < view.today()) {
    findings.Add("expired", name, "its review was due on " + guideline.review_due());
  }
}

}  // namespace

void LintCurrency(const LintView& view, Findings& findings) {
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_GUIDELINE)) {
    if (!view.IsLooked(*node)) continue;
    FindClaims(view, name, node->guideline(), findings);
    FindExpired(view, name, node->guideline(), findings);
  }
  FindBareApprovals(view, findings);
  for (const decision::StatementPlan* const plan : view.statements()) {
    const std::string& until = plan->statement().valid_to();
    if (!until.empty() && until < view.today()) {
      findings.Add("expired", plan->name(), "it was valid until " + until);
    }
  }
}

}  // namespace evident::workbench
