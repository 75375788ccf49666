#include "decision/statement_parts.h"

#include "criteria/nearest_change.h"
#include "criteria/print.h"
#include "decision/question.h"
#include "decision/wording.h"
#include "graph/model/criterion_codec.h"

namespace evident::decision {
namespace {

v1::Truth ToMessage(criteria::Truth truth) {
  switch (truth) {
    case criteria::Truth::kTrue:
      return v1::TRUTH_TRUE;
    case criteria::Truth::kFalse:
      return v1::TRUTH_FALSE;
    case criteria::Truth::kUnknown:
      return v1::TRUTH_UNKNOWN;
  }
  return v1::TRUTH_UNSPECIFIED;
}

// Why a condition on an absent fact is decided; empty when it is not.
std::string BecauseOf(const criteria::LeafResult& result, const criteria::Context& context) {
  std::string because;
  const auto found = context.eliminations.find(result.leaf->fact);
  if (found == context.eliminations.end()) return because;
  for (const criteria::Ruling* const ruling : found->second.Reasons(*result.leaf, context)) {
    because += (because.empty() ? "" : "; ") + InWords(*ruling);
  }
  return because;
}

void AddComponent(const ComponentPlan& plan, const ComponentResult& result,
                  const Evaluation& evaluation, v1::OptionComponent& out) {
  out.set_intervention(plan.intervention);
  out.set_display(plan.node->display());
  out.set_kind(plan.node->intervention_kind());
  if (plan.edge.has_dose()) *out.mutable_dose() = plan.edge.dose();
  out.set_add_on_to(plan.edge.add_on_to());
  out.set_state(result.state);
  out.set_condition(plan.condition_text);
  AddResults(criteria::EvaluateLeaves(plan.condition, evaluation.facts, evaluation.context),
             evaluation, out.mutable_results());
  out.set_optional(plan.edge.optional());
}

void AddOptions(const StatementPlan& plan, const StatementResult& result,
                const Evaluation& evaluation, v1::Recommendation& out) {
  for (size_t i = 0; i < plan.content->options.size(); ++i) {
    v1::AnswerOption& option = *out.add_options();
    option.set_whole(plan.content->options[i].whole);
    // Statements against have no options to follow: their interventions are listed without a state.
    const bool settled = i < result.options.size();
    if (settled) option.set_state(result.options[i].state);
    for (size_t j = 0; j < plan.content->options[i].components.size(); ++j) {
      ComponentResult component;
      component.state = v1::OPTION_STATE_UNSPECIFIED;
      if (settled) component = result.options[i].components[j];
      AddComponent(plan.content->options[i].components[j], component, evaluation,
                   *option.add_components());
    }
    if (!settled) continue;
    for (const RemovalResult& removal : result.options[i].removals) {
      v1::Removal& removed = *option.add_removals();
      removed.set_statement(removal.statement);
      removed.set_argument(removal.argument);
      removed.set_intervention(removal.intervention);
      AddSets(removal.if_facts, removed.mutable_if_facts());
      removed.set_held_back(removal.held_back);
    }
  }
}

void SetWording(const StatementPlan& plan, const Evaluation& evaluation, v1::Recommendation& out) {
  const ChosenWording chosen = ChooseWording(plan.statement(), evaluation.question);
  out.set_wording(chosen.state);
  if (chosen.wording == nullptr) return;
  out.set_headline(chosen.wording->headline());
  out.set_text(chosen.wording->text());
}

void SetStatement(const StatementPlan& plan, v1::Recommendation& out) {
  const v1::Statement& statement = plan.statement();
  out.set_kind(statement.kind());
  out.set_polarity(statement.polarity());
  out.set_preference(statement.preference());
  if (statement.has_grade()) *out.mutable_grade() = statement.grade();
  if (statement.has_certainty()) *out.mutable_certainty() = statement.certainty();
  out.set_section(statement.section());
  out.set_care_phase(statement.care_phase());
  if (statement.has_timing()) *out.mutable_timing() = statement.timing();
  out.set_review_state(plan.review_state);
  *out.mutable_readings() = statement.readings();
  *out.mutable_source_rows() = statement.source_rows();
}

}  // namespace

void AddResults(const std::vector<criteria::LeafResult>& leaves, const Evaluation& evaluation,
                google::protobuf::RepeatedPtrField<v1::CriterionResult>* out) {
  for (const criteria::LeafResult& leaf : leaves) {
    v1::CriterionResult& result = *out->Add();
    result.set_condition(criteria::Print(*leaf.leaf, criteria::Names::kBare));
    result.set_truth(ToMessage(leaf.truth));
    result.set_fact(leaf.leaf->fact);
    const auto value = evaluation.facts.find(leaf.leaf->fact);
    if (value != evaluation.facts.end()) {
      *result.mutable_value() = graph::EncodeValue(value->second);
    } else {
      result.set_because(BecauseOf(leaf, evaluation.context));
    }
  }
}

void AddSets(const criteria::FactSets& sets, google::protobuf::RepeatedPtrField<v1::FactSet>* out) {
  for (const auto& set : sets) {
    v1::FactSet& one = *out->Add();
    for (const std::string& fact : set) one.add_facts(fact);
  }
}

v1::Recommendation MakeRecommendation(const Evaluation& evaluation, const StatementResult& result) {
  const StatementPlan& plan = evaluation.plan(result);
  v1::Recommendation out;
  out.set_statement(plan.name());
  out.set_statement_digest(std::string(plan.content->digest.view()));
  out.set_applicability(result.applicability);
  SetStatement(plan, out);
  SetWording(plan, evaluation, out);
  out.set_guideline(plan.content->guideline);
  for (const size_t at : plan.content->decision_points) {
    out.add_decision_points(evaluation.index.decision_points()[at].name());
  }
  out.set_criterion(criteria::Print(result.combined, criteria::Names::kBare));
  AddResults(criteria::EvaluateLeaves(result.combined, evaluation.facts, evaluation.context),
             evaluation, out.mutable_results());
  AddSets(result.sets.to_apply, out.mutable_to_apply());
  AddSets(result.sets.decides, out.mutable_decides());
  out.set_sets_are_bound(!result.sets.exact);
  AddOptions(plan, result, evaluation, out);
  out.set_contested(result.contested);
  *out.mutable_provenance() = plan.content->provenance.provenance;
  for (const size_t parent : plan.parents) {
    std::string& all = *out.mutable_elaborates();
    all += (all.empty() ? "" : ", ") + evaluation.index.statements()[parent].name();
  }
  for (const std::string& outcome : plan.content->aims_at) out.add_aims_at(outcome);
  return out;
}

v1::Exclusion MakeExclusion(const Evaluation& evaluation, const StatementResult& result) {
  const StatementPlan& plan = evaluation.plan(result);
  v1::Exclusion out;
  out.set_statement(plan.name());
  const ChosenWording chosen = ChooseWording(plan.statement(), evaluation.question);
  if (chosen.wording != nullptr) out.set_headline(chosen.wording->headline());
  out.set_polarity(plan.statement().polarity());
  out.set_reason(result.exclusion);
  out.set_detail(result.detail);
  if (result.exclusion == v1::EXCLUSION_REASON_CRITERION ||
      result.exclusion == v1::EXCLUSION_REASON_PARENT) {
    AddResults(criteria::FailingLeaves(plan.combined, evaluation.facts, evaluation.context),
               evaluation, out.mutable_failed());
    for (std::string& change :
         criteria::NearestChange(plan.combined, evaluation.supplied, evaluation.index.derivations(),
                                 ContextOf(evaluation.question, evaluation.index))) {
      out.add_nearest_change(std::move(change));
    }
  }
  return out;
}

}  // namespace evident::decision
