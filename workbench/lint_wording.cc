// Terms, grades, and how strongly things are said.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

using decision::StatementPlan;

void FindUndefined(const LintView& view, Findings& findings) {
  std::map<std::string, std::vector<std::string>> users;
  for (const StatementPlan* const plan : view.statements()) {
    std::set<std::string> facts = criteria::FactsOf(plan->content->own);
    for (const decision::OptionPlan& option : plan->content->options) {
      for (const decision::ComponentPlan& component : option.components) {
        facts.merge(criteria::FactsOf(component.condition));
      }
    }
    for (const std::string& fact : view.WithGrounds(std::move(facts))) {
      users[fact].push_back(Bare(plan->name()));
    }
  }
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_FACT)) {
    if (!view.IsLooked(*node) || !node->fact().undefined_term()) continue;
    const auto found = users.find(name);
    findings.Add(
        "undefined-term", name,
        "'" + node->fact().display() + "' is not defined by its source" +
            (found == users.end() ? "; nothing uses it" : "; used by " + Listed(found->second)));
  }
}

// What a grade says: 1 for, -1 against, 0 nothing certain; and whether it is strong.
struct Said {
  int direction = 0;
  bool strong = false;
};

Said OfGrade(const v1::SchemeValue& grade) {
  const std::string scheme = Fold(grade.scheme());
  const std::string value = Fold(grade.value());
  const std::set<std::string> words = [&] {
    const std::vector<std::string> all = FoldedWords(grade.value());
    return std::set<std::string>(all.begin(), all.end());
  }();
  Said said;
  if (words.count("against") > 0) said.direction = -1;
  if (words.count("for") > 0) said.direction = 1;
  said.strong = words.count("strong") > 0;
  if (scheme == "uspstf") {
    if (value == "a" || value == "b") said = {1, value == "a"};
    if (value == "d") said = {-1, true};
  } else if (scheme == "esmo") {
    if (value == "a" || value == "b") said = {1, value == "a"};
    if (value == "d" || value == "e") said = {-1, value == "e"};
  }
  return said;
}

bool IsLow(const v1::SchemeValue& certainty) {
  const std::string scheme = Fold(certainty.scheme());
  const std::string value = Fold(certainty.value());
  if (scheme == "grade") return value == "low" || value == "very low";
  if (scheme == "uspstf") return value == "low";
  if (scheme == "esmo") return value == "iv" || value == "v";
  if (scheme == "civic") return value == "d" || value == "e";
  return false;
}

void FindGrades(const LintView& view, Findings& findings) {
  for (const StatementPlan* const plan : view.statements()) {
    const v1::Statement& statement = plan->statement();
    if (!statement.has_grade()) continue;
    const Said said = OfGrade(statement.grade());
    const std::string grade = statement.grade().scheme() + " " + statement.grade().value();
    const bool is_for = IsFor(*plan);
    const bool is_against = IsAgainst(*plan);
    if ((said.direction < 0 && is_for) || (said.direction > 0 && is_against)) {
      findings.Add("grade-against-polarity", plan->name(),
                   "its grade, " + grade + ", speaks " + (said.direction < 0 ? "against" : "for") +
                       " what it is " + (is_for ? "for" : "against"));
    }
    if (said.strong && statement.has_certainty() && IsLow(statement.certainty())) {
      findings.Add("strong-on-low-certainty", plan->name(),
                   grade + " on the certainty " + statement.certainty().scheme() + " " +
                       statement.certainty().value());
    }
  }
}

// Words that leave room, in English; a wording that has none of them is absolute.
std::string HedgeIn(const v1::Statement& statement) {
  static const auto* const hedges = new std::set<std::string>{
      "generally", "usually",  "often",   "mostly",   "rarely",    "sometimes", "occasionally",
      "may",       "might",    "can",     "could",    "possibly",  "probably",  "likely",
      "typically", "commonly", "appears", "suggests", "sometimes", "limited"};
  for (const v1::Wording& wording : statement.wordings()) {
    for (const std::string& word : FoldedWords(wording.headline() + " " + wording.text())) {
      if (hedges->count(word) > 0) return word;
    }
  }
  return "";
}

void FindStrengths(const LintView& view, Findings& findings) {
  std::map<std::string, std::vector<const StatementPlan*>> by_proposition;
  for (const StatementPlan* const plan : view.statements()) {
    for (const NamedEdge* const edge : view.EdgesFrom(v1::EDGE_KIND_ASSERTS, plan->name())) {
      by_proposition[edge->to].push_back(plan);
    }
  }
  for (const auto& [proposition, plans] : by_proposition) {
    std::vector<std::string> hedged;
    std::vector<std::string> absolute;
    for (const StatementPlan* const plan : plans) {
      const std::string hedge = HedgeIn(plan->statement());
      if (hedge.empty()) {
        absolute.push_back(Bare(plan->name()));
      } else {
        hedged.push_back(Bare(plan->name()) + " (\"" + hedge + "\")");
      }
    }
    if (hedged.empty() || absolute.empty()) continue;
    findings.Add("wording-strength", proposition,
                 Listed(hedged) + " hedged, " + Listed(absolute) + " absolute");
  }
}

void FindOddPopulations(const LintView& view, Findings& findings) {
  std::map<std::pair<std::string, std::string>, std::vector<const StatementPlan*>> by_section;
  for (const StatementPlan* const plan : view.statements()) {
    if (criteria::FactsOf(plan->combined).empty()) continue;
    by_section[{plan->content->guideline, plan->statement().section()}].push_back(plan);
  }
  for (const auto& [section, plans] : by_section) {
    if (plans.size() < 3) continue;
    for (const StatementPlan* const plan : plans) {
      const std::set<std::string> own = criteria::FactsOf(plan->combined);
      const bool shares = std::any_of(plans.begin(), plans.end(), [&](const StatementPlan* other) {
        if (other == plan) return false;
        const std::set<std::string> theirs = criteria::FactsOf(other->combined);
        return std::any_of(own.begin(), own.end(),
                           [&](const std::string& fact) { return theirs.count(fact) > 0; });
      });
      if (shares) continue;
      std::vector<std::string> facts;
      for (const std::string& fact : own) facts.push_back(Bare(fact));
      findings.Add("section-population", plan->name(),
                   "it is about " + Listed(facts) + "; nothing else in the section " +
                       section.second + " is");
    }
  }
}

}  // namespace

void LintWording(const LintView& view, Findings& findings) {
  FindUndefined(view, findings);
  FindGrades(view, findings);
  FindStrengths(view, findings);
  FindOddPopulations(view, findings);
}

}  // namespace evident::workbench
