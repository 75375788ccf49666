#include "server/handlers/what_if.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "decision/names.h"
#include "decision/question.h"
#include "server/item_error.h"
#include "workbench/case_effects.h"

namespace evident::server {
namespace {

absl::Status CheckAlternatives(const v1::WhatIfRequest& request) {
  std::vector<Violation> violations;
  const auto& alternatives = request.alternatives();
  if (alternatives.empty() || alternatives.size() > static_cast<int>(kAlternativesMax)) {
    violations.push_back(
        {"alternatives", "has " + std::to_string(alternatives.size()) + ", must have 1 to " +
                             std::to_string(kAlternativesMax) + " (kAlternativesMax)"});
  }
  std::set<std::string> names;
  for (int i = 0; i < alternatives.size() && violations.size() < kViolationsShownMax; ++i) {
    const std::string& name = alternatives[i].name();
    const std::string field = "alternatives[" + std::to_string(i) + "].name";
    if (name.empty() || name.size() > kNameBytesMax) {
      violations.push_back({field, "must have 1 to " + std::to_string(kNameBytesMax) + " bytes"});
    } else if (!names.insert(name).second) {
      violations.push_back({field, "'" + name + "' stands twice"});
    }
  }
  if (violations.empty()) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, "WHAT_IF_INVALID",
      "the request is not valid: " + violations[0].field + ": " + violations[0].description,
      violations);
}

// The question with the alternative's facts, to be resolved anew: all that was looked up for the
// question stays as it was found.
absl::StatusOr<v1::QuestionFrame> FrameUnder(const DecidedQuestion& base,
                                             const v1::Alternative& alternative) {
  const v1::ResolvedQuestion& question = base.question;
  v1::QuestionFrame frame = decision::FrameToAskAgain(question);
  const std::vector<std::string> concepts(question.concepts().begin(), question.concepts().end());
  const std::set<std::string> asked = base.index->FactsOf(base.index->Candidates(concepts));
  std::map<std::string, v1::Fact> facts;
  for (const v1::Fact& fact : frame.facts()) facts.emplace(fact.name(), fact);
  frame.clear_facts();
  for (const std::string& unknown : alternative.unknown()) {
    EVIDENT_ASSIGN_OR_RETURN(const std::string name,
                             decision::ResolveFact(*base.index, unknown, asked));
    facts.erase(name);
  }
  for (const v1::Fact& fact : alternative.facts()) {
    EVIDENT_ASSIGN_OR_RETURN(const std::string name,
                             decision::ResolveFact(*base.index, fact.name(), asked));
    facts[name] = fact;
    facts[name].set_name(name);
  }
  for (auto& [name, fact] : facts) *frame.add_facts() = std::move(fact);
  return frame;
}

void AddDecisionPoints(const v1::DecisionRecord& before, const v1::DecisionRecord& after,
                       v1::AlternativeEffect& effect) {
  std::map<std::string, v1::Outcome> outcomes;
  for (const v1::DecisionPointOutcome& point : before.decision_points()) {
    outcomes.emplace(point.name(), point.outcome());
  }
  for (const v1::DecisionPointOutcome& point : after.decision_points()) {
    const auto was = outcomes.find(point.name());
    const v1::Outcome outcome = was == outcomes.end() ? v1::OUTCOME_UNSPECIFIED : was->second;
    if (outcome == point.outcome()) continue;
    v1::OutcomeChange& change = *effect.add_decision_points();
    change.set_decision_point(point.name());
    change.set_before(outcome);
    change.set_after(point.outcome());
  }
}

void AddStatements(const v1::DecisionRecord& before, const v1::DecisionRecord& after,
                   v1::AlternativeEffect& effect) {
  std::map<std::string, std::pair<v1::StatementOutcome, v1::StatementOutcome>> outcomes;
  for (const auto& outcome : before.statements()) outcomes[outcome.statement()].first = outcome;
  for (const auto& outcome : after.statements()) outcomes[outcome.statement()].second = outcome;
  for (const auto& [name, both] : outcomes) {
    const auto& [was, is] = both;
    if (was.applicability() == is.applicability() && was.exclusion() == is.exclusion()) continue;
    v1::StatementChange& change = *effect.add_statements();
    change.set_statement(name);
    change.set_before(was.applicability());
    change.set_excluded_before(was.exclusion());
    change.set_after(is.applicability());
    change.set_excluded_after(is.exclusion());
  }
}

absl::StatusOr<v1::AlternativeEffect> EffectOf(const DecidedQuestion& base, const Call& call,
                                               const v1::Alternative& alternative) {
  EVIDENT_ASSIGN_OR_RETURN(const v1::QuestionFrame frame, FrameUnder(base, alternative));
  EVIDENT_ASSIGN_OR_RETURN(const decision::Decision decided, DecideAgain(*base.index, call, frame));
  v1::AlternativeEffect effect;
  effect.set_outcome(decided.record.outcome());
  AddDecisionPoints(base.decision.record, decided.record, effect);
  AddStatements(base.decision.record, decided.record, effect);
  for (std::string& words : workbench::AnswerEffects(base.decision.answer, decided.answer)) {
    effect.add_effects(std::move(words));
  }
  *effect.mutable_missing() = decided.record.missing_facts();
  return effect;
}

}  // namespace

absl::StatusOr<std::string> WhatIf(const DecisionSources& sources, Call& call,
                                   const v1::WhatIfRequest& request) {
  EVIDENT_RETURN_IF_ERROR(CheckAlternatives(request));
  EVIDENT_RETURN_IF_ERROR(RefuseRequestId(request.question()));
  EVIDENT_ASSIGN_OR_RETURN(DecidedQuestion base,
                           DecideQuestion(sources, call, request.question(), nullptr));
  v1::WhatIf result;
  for (const v1::Alternative& alternative : request.alternatives()) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    absl::StatusOr<v1::AlternativeEffect> effect = EffectOf(base, call, alternative);
    if (!effect.ok() && !absl::IsInvalidArgument(effect.status())) return effect.status();
    v1::AlternativeEffect& out = *result.add_alternatives();
    if (effect.ok()) {
      out = *std::move(effect);
    } else {
      *out.mutable_error() = ViewError(effect.status());
    }
    out.set_name(alternative.name());
  }
  *result.mutable_answer() = std::move(base.decision.answer);
  call.notes().effect = "what if, " + std::to_string(request.alternatives_size()) + " alternatives";
  return result.SerializeAsString();
}

}  // namespace evident::server
