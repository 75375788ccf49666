#include <algorithm>

#include "base/status.h"
#include "decision/add_ons.h"
#include "decision/evaluation.h"
#include "decision/option_states.h"
#include "decision/wording.h"

namespace evident::decision {
namespace {

using criteria::Truth;

class OptionSettler {
 public:
  explicit OptionSettler(Evaluation& evaluation) : evaluation_(evaluation) {}

  absl::Status Run() {
    for (const StatementResult& result : evaluation_.statements) {
      const StatementPlan& plan = evaluation_.plan(result);
      if (result.may_hold() && IsAgainst(plan.statement().polarity())) removers_.push_back(&result);
    }
    for (StatementResult& result : evaluation_.statements) {
      EVIDENT_RETURN_IF_ERROR(evaluation_.proceed());
      if (result.excluded() || !IsFor(evaluation_.plan(result).statement().polarity())) continue;
      for (const OptionPlan& option : evaluation_.plan(result).content->options) {
        result.options.push_back(Settle(option));
        SetState(option, result, result.options.back());
      }
    }
    return absl::OkStatus();
  }

 private:
  OptionResult Settle(const OptionPlan& plan) const {
    OptionResult result;
    for (const ComponentPlan& component : plan.components) {
      result.components.push_back(SettleByCondition(component, result));
    }
    for (const StatementResult* const remover : removers_) Apply(*remover, plan, result);
    return result;
  }

  ComponentResult SettleByCondition(const ComponentPlan& plan, OptionResult& option) const {
    ComponentResult component;
    component.own = criteria::Evaluate(plan.condition, evaluation_.facts, evaluation_.context);
    if (component.own == Truth::kFalse) {
      component.state = v1::OPTION_STATE_REMOVED;
      option.removals.push_back({"", plan.condition_text, plan.intervention, {}});
    } else if (component.own == Truth::kUnknown) {
      component.state = v1::OPTION_STATE_CONDITIONAL;
    }
    return component;
  }

  bool SpeaksOf(const StatementPlan& remover, const std::string& intervention) const {
    for (const OptionPlan& option : remover.content->options) {
      for (const ComponentPlan& component : option.components) {
        if (evaluation_.index.Includes(intervention, component.intervention)) return true;
      }
    }
    return false;
  }

  void Apply(const StatementResult& remover, const OptionPlan& plan, OptionResult& result) const {
    const StatementPlan& remover_plan = evaluation_.plan(remover);
    for (size_t i = 0; i < plan.components.size(); ++i) {
      if (!SpeaksOf(remover_plan, plan.components[i].intervention)) continue;
      ComponentResult& component = result.components[i];
      const ChosenWording wording = ChooseWording(remover_plan.statement(), evaluation_.question);
      RemovalResult removal{remover_plan.name(),
                            wording.wording == nullptr ? "" : wording.wording->headline(),
                            plan.components[i].intervention,
                            {}};
      removal.held_back = remover.held.has_value();
      if (!remover.holds()) {
        removal.if_facts = remover.sets.to_apply;
        if (removal.if_facts.empty()) continue;
        Raise(component.state, v1::OPTION_STATE_CONDITIONAL);
      } else if (remover.contested) {
        // A side of a standing conflict removes nothing: the option is contested.
        Raise(component.state, v1::OPTION_STATE_CONTESTED);
        continue;
      } else if (removal.held_back) {
        // A filter neither removes what it keeps the reason of, nor lets it pass as free of it.
        Raise(component.state, v1::OPTION_STATE_CONDITIONAL);
      } else {
        component.state = v1::OPTION_STATE_REMOVED;
      }
      result.removals.push_back(std::move(removal));
    }
  }

  Evaluation& evaluation_;
  std::vector<const StatementResult*> removers_;  // those against something, in order
};

// What could remove is not told of what is removed already: its facts change nothing.
void DropIdle(const OptionPlan& plan, OptionResult& result) {
  const auto is_left = [&](const std::string& intervention) {
    if (result.state == v1::OPTION_STATE_REMOVED) return false;
    for (size_t i = 0; i < plan.components.size(); ++i) {
      if (plan.components[i].intervention == intervention &&
          result.components[i].state != v1::OPTION_STATE_REMOVED) {
        return true;
      }
    }
    return false;
  };
  std::erase_if(result.removals, [&](const RemovalResult& removal) {
    const bool only_could = removal.held_back || !removal.if_facts.empty();
    return only_could && !is_left(removal.intervention);
  });
}

}  // namespace

absl::Status SettleOptions(Evaluation& evaluation) {
  EVIDENT_RETURN_IF_ERROR(OptionSettler(evaluation).Run());
  EVIDENT_RETURN_IF_ERROR(SettleAddOns(evaluation));
  for (StatementResult& result : evaluation.statements) {
    const std::vector<OptionPlan>& plans = evaluation.plan(result).content->options;
    for (size_t i = 0; i < result.options.size(); ++i) DropIdle(plans[i], result.options[i]);
  }
  return absl::OkStatus();
}

}  // namespace evident::decision
