#include <algorithm>

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

  void Run() {
    for (StatementResult& result : evaluation_.statements) {
      if (result.excluded() || !IsFor(evaluation_.plan(result).statement().polarity())) continue;
      for (const OptionPlan& option : evaluation_.plan(result).options) {
        result.options.push_back(Settle(option));
        SetState(option, result, result.options.back());
      }
    }
  }

 private:
  OptionResult Settle(const OptionPlan& plan) const {
    OptionResult result;
    for (const ComponentPlan& component : plan.components) {
      result.components.push_back(SettleByCondition(component, result));
    }
    for (const StatementResult& remover : evaluation_.statements) {
      if (!remover.excluded() && IsAgainst(evaluation_.plan(remover).statement().polarity())) {
        Apply(remover, plan, result);
      }
    }
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
    for (const OptionPlan& option : remover.options) {
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
      if (remover.undecided()) {
        removal.if_facts = remover.sets.to_apply;
        if (removal.if_facts.empty()) continue;
        Raise(component.state, v1::OPTION_STATE_CONDITIONAL);
      } else if (remover.contested) {
        // A side of a standing conflict removes nothing: the option is contested.
        Raise(component.state, v1::OPTION_STATE_CONTESTED);
        continue;
      } else {
        component.state = v1::OPTION_STATE_REMOVED;
      }
      result.removals.push_back(std::move(removal));
    }
  }

  Evaluation& evaluation_;
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
    return !removal.if_facts.empty() && !is_left(removal.intervention);
  });
}

}  // namespace

void SettleOptions(Evaluation& evaluation) {
  OptionSettler(evaluation).Run();
  SettleAddOns(evaluation);
  for (StatementResult& result : evaluation.statements) {
    const std::vector<OptionPlan>& plans = evaluation.plan(result).options;
    for (size_t i = 0; i < result.options.size(); ++i) DropIdle(plans[i], result.options[i]);
  }
}

}  // namespace evident::decision
