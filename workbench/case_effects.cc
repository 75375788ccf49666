#include "workbench/case_effects.h"

#include <map>
#include <set>
#include <utility>

#include "base/status.h"
#include "graph/model/words.h"
#include "workbench/cases.h"

namespace evident::workbench {
namespace {

using graph::InWords;

std::string StateOf(const v1::Recommendation& item) {
  if (item.applicability() == v1::APPLICABILITY_UNDECIDED) return "depends on missing facts";
  return item.contested() ? "applies, contested" : "applies";
}

// What is shown of a statement, apart from where it stands in its revisions.
std::string ShownOf(v1::Recommendation item) {
  item.clear_statement_digest();
  item.clear_provenance();
  item.clear_review_state();
  return item.SerializeAsString();
}

std::map<std::string, const v1::Recommendation*> ByName(const v1::Answer& answer) {
  std::map<std::string, const v1::Recommendation*> items;
  for (const v1::Recommendation& item : answer.recommendations()) items[item.statement()] = &item;
  return items;
}

std::string OutcomeOf(const v1::DecisionPointOutcome& point) {
  return InWords(point.outcome()) + (point.conditional() ? ", on a condition" : "") +
         (point.class_only() ? ", as a class only" : "");
}

void CompareOutcomes(const v1::Answer& before, const v1::Answer& after,
                     std::vector<std::string>& effects) {
  if (before.outcome() != after.outcome()) {
    effects.push_back("the whole answer: " + InWords(before.outcome()) + " becomes " +
                      InWords(after.outcome()));
  }
  std::map<std::string, std::pair<const v1::DecisionPointOutcome*, const v1::DecisionPointOutcome*>>
      points;
  for (const auto& point : before.decision_points()) points[point.name()].first = &point;
  for (const auto& point : after.decision_points()) points[point.name()].second = &point;
  for (const auto& [name, sides] : points) {
    const auto& [old, fresh] = sides;
    const std::string was = old == nullptr ? "not there" : OutcomeOf(*old);
    const std::string is = fresh == nullptr ? "not there" : OutcomeOf(*fresh);
    if (was == is) continue;
    effects.push_back((fresh == nullptr ? old : fresh)->display() + ": " + was + " becomes " + is);
  }
}

void CompareStatements(const v1::Answer& before, const v1::Answer& after,
                       std::vector<std::string>& effects) {
  const auto old = ByName(before);
  const auto fresh = ByName(after);
  for (const auto& [name, item] : old) {
    const auto now = fresh.find(name);
    if (now == fresh.end()) {
      effects.push_back("no longer: " + item->headline());
    } else if (StateOf(*item) != StateOf(*now->second)) {
      effects.push_back(now->second->headline() + ": " + StateOf(*item) + " becomes " +
                        StateOf(*now->second));
    } else if (ShownOf(*item) != ShownOf(*now->second)) {
      effects.push_back("says something else: " + now->second->headline());
    }
  }
  for (const auto& [name, item] : fresh) {
    if (old.count(name) == 0) effects.push_back("new: " + item->headline());
  }
}

void CompareMissing(const v1::Answer& before, const v1::Answer& after,
                    std::vector<std::string>& effects) {
  std::set<std::string> old;
  std::set<std::string> fresh;
  for (const v1::MissingFact& fact : before.missing_facts()) old.insert(fact.display());
  for (const v1::MissingFact& fact : after.missing_facts()) fresh.insert(fact.display());
  for (const std::string& fact : old) {
    if (fresh.count(fact) == 0) effects.push_back("no longer asks for: " + fact);
  }
  for (const std::string& fact : fresh) {
    if (old.count(fact) == 0) effects.push_back("also asks for: " + fact);
  }
}

std::vector<std::string> EffectsOf(const absl::StatusOr<v1::Answer>& before,
                                   const absl::StatusOr<v1::Answer>& after) {
  if (before.ok() && after.ok()) return AnswerEffects(*before, *after);
  if (!before.ok() && !after.ok()) return {};
  const absl::Status& refusal = before.ok() ? after.status() : before.status();
  const std::string why(refusal.message());
  return {before.ok() ? "is refused now: " + why : "could not be asked before: " + why};
}

}  // namespace

std::vector<std::string> AnswerEffects(const v1::Answer& before, const v1::Answer& after) {
  std::vector<std::string> effects;
  CompareOutcomes(before, after, effects);
  CompareStatements(before, after, effects);
  CompareMissing(before, after, effects);
  return effects;
}

absl::StatusOr<std::vector<CaseEffect>> CompareCases(
    const graph::Pack& pack, const std::shared_ptr<const graph::GraphReader>& before,
    const std::shared_ptr<const graph::GraphReader>& after, int64_t received_ns) {
  EVIDENT_ASSIGN_OR_RETURN(const auto old, decision::KnowledgeIndex::Build(before, nullptr));
  EVIDENT_ASSIGN_OR_RETURN(const auto fresh, decision::KnowledgeIndex::Build(after, old));
  const std::vector<CaseResult> was = RunCases(pack, *old, received_ns);
  const std::vector<CaseResult> is = RunCases(pack, *fresh, received_ns);
  std::vector<CaseEffect> effects;
  for (size_t i = 0; i < pack.cases.size(); ++i) {
    effects.push_back({is[i].slug, pack.cases[i].description, is[i].failures,
                       EffectsOf(was[i].answer, is[i].answer)});
  }
  return effects;
}

}  // namespace evident::workbench
