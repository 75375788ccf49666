#include "decision/knowledge_index.h"

#include <algorithm>

#include "base/limits.h"
#include "base/status.h"

namespace evident::decision {

bool KnowledgeIndex::IsA(std::string_view name, std::string_view ancestor) const {
  const auto found = tables_->ancestors.find(name);
  return found != tables_->ancestors.end() && found->second.count(std::string(ancestor)) != 0;
}

std::set<std::string> KnowledgeIndex::WhatIsGivenBy(const std::string& given) const {
  std::set<std::string> all;
  std::set<std::string> seen = {given};
  std::vector<std::string> open = {given};
  while (!open.empty()) {
    const std::string one = std::move(open.back());
    open.pop_back();
    const auto ancestors = tables_->ancestors.find(one);
    if (ancestors != tables_->ancestors.end()) {
      all.insert(ancestors->second.begin(), ancestors->second.end());
    }
    const auto parts = tables_->components.find(one);
    if (parts == tables_->components.end()) continue;
    for (const std::string& part : parts->second) {
      if (seen.insert(part).second) open.push_back(part);
    }
  }
  return all;
}

bool KnowledgeIndex::Includes(const std::string& given, const std::string& target) const {
  const auto found = given_.find(given);
  return found != given_.end() ? found->second->count(target) != 0
                               : WhatIsGivenBy(given).count(target) != 0;
}

absl::StatusOr<std::vector<size_t>> KnowledgeIndex::CandidatesToShow(
    const std::vector<std::string>& concepts) const {
  std::vector<size_t> candidates = Candidates(concepts);
  if (candidates.size() > kStatementsPerAnswerMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "ANSWER_TOO_LARGE",
                     "the question concerns " + std::to_string(candidates.size()) +
                         " statements; at most " + std::to_string(kStatementsPerAnswerMax) +
                         " (kStatementsPerAnswerMax)");
  }
  return candidates;
}

std::vector<size_t> KnowledgeIndex::Candidates(const std::vector<std::string>& concepts) const {
  const bool about_conditions =
      std::any_of(concepts.begin(), concepts.end(), [&](const std::string& name) {
        const auto found = tables_->concepts.find(name);
        if (found == tables_->concepts.end()) return false;
        const v1::ConceptKind kind = found->second->clinical_concept().kind();
        return kind == v1::CONCEPT_KIND_CONDITION || kind == v1::CONCEPT_KIND_FINDING;
      });
  const auto concerns = [&](const StatementPlan& plan, const std::string& asked) {
    if (about_conditions) {
      return std::any_of(plan.content->applies_to.begin(), plan.content->applies_to.end(),
                         [&](const std::string& target) { return IsA(asked, target); });
    }
    for (const OptionPlan& option : plan.content->options) {
      for (const ComponentPlan& component : option.components) {
        if (Includes(component.intervention, asked)) return true;
      }
    }
    return false;
  };
  std::vector<size_t> chosen;
  for (size_t i = 0; i < statements_.size(); ++i) {
    const bool asked = std::any_of(concepts.begin(), concepts.end(), [&](const std::string& name) {
      return concerns(statements_[i], name);
    });
    if (asked) chosen.push_back(i);
  }
  return chosen;
}

std::set<std::string> KnowledgeIndex::FactsOf(const std::vector<size_t>& statements) const {
  std::set<std::string> facts;
  const auto add = [&facts](const criteria::ExpressionPtr& tree) {
    facts.merge(criteria::FactsOf(tree));
  };
  std::set<size_t> points;
  for (const size_t at : statements) {
    const StatementPlan& plan = statements_[at];
    add(plan.combined);
    for (const OptionPlan& option : plan.content->options) {
      for (const ComponentPlan& component : option.components) add(component.condition);
    }
    points.insert(plan.content->decision_points.begin(), plan.content->decision_points.end());
  }
  for (const size_t at : points) {
    add(decision_points_[at].at_issue);
    const auto& partition = decision_points_[at].point().partition();
    facts.insert(partition.begin(), partition.end());
  }
  for (bool grown = true; grown;) {
    const size_t before = facts.size();
    for (const std::string& name : std::set<std::string>(facts)) {
      const criteria::FactDefinition* const definition = schema_.Find(name);
      if (definition == nullptr) continue;
      add(definition->true_when);
      add(definition->false_when);
    }
    grown = facts.size() > before;
  }
  return facts;
}

}  // namespace evident::decision
