#include <algorithm>

#include "decision/evaluation.h"
#include "decision/wording.h"

namespace evident::decision {
namespace {

using criteria::Truth;

bool IsFor(v1::Polarity polarity) {
  return polarity == v1::POLARITY_RECOMMEND || polarity == v1::POLARITY_CONSIDER;
}

bool IsAgainst(v1::Polarity polarity) {
  return polarity == v1::POLARITY_ADVISE_AGAINST || polarity == v1::POLARITY_STOP;
}

class OptionSettler {
 public:
  explicit OptionSettler(Evaluation& evaluation) : evaluation_(evaluation) {}

  void Run() {
    for (StatementResult& result : evaluation_.statements) {
      if (result.excluded() || !IsFor(evaluation_.plan(result).statement().polarity())) continue;
      for (const OptionPlan& option : evaluation_.plan(result).options) {
        result.options.push_back(Settle(option));
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
    result.state = StateOf(plan, result);
    result.incomplete = IsIncomplete(plan, result);
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

  // Whether the remover speaks of the component.
  std::string Target(const StatementPlan& remover, const std::string& intervention) const {
    for (const OptionPlan& option : remover.options) {
      for (const ComponentPlan& component : option.components) {
        if (evaluation_.index.Includes(intervention, component.intervention)) {
          return component.intervention;
        }
      }
    }
    return "";
  }

  void Apply(const StatementResult& remover, const OptionPlan& plan, OptionResult& result) const {
    const StatementPlan& remover_plan = evaluation_.plan(remover);
    for (size_t i = 0; i < plan.components.size(); ++i) {
      if (Target(remover_plan, plan.components[i].intervention).empty()) continue;
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

  // States are numbered from harmless to removed.
  static void Raise(v1::OptionState& state, v1::OptionState at_least) {
    state = std::max(state, at_least);
  }

  // A whole option goes with any component that it is not complete without; a separable one loses
  // components alone, and goes with its last one.
  static v1::OptionState StateOf(const OptionPlan& plan, const OptionResult& result) {
    v1::OptionState state = v1::OPTION_STATE_OFFERED;
    size_t removed = 0;
    bool incomplete = false;
    for (size_t i = 0; i < plan.components.size(); ++i) {
      const ComponentResult& component = result.components[i];
      if (component.state != v1::OPTION_STATE_REMOVED) {
        Raise(state, component.state);
        continue;
      }
      ++removed;
      incomplete = incomplete || !plan.components[i].edge.optional();
    }
    const bool gone = removed == plan.components.size() || (plan.whole && incomplete);
    return gone ? v1::OPTION_STATE_REMOVED : state;
  }

  // Whether a statement removed a component that the option is not complete without: what is left
  // of it is offered, but is no answer to the decision any more.
  static bool IsIncomplete(const OptionPlan& plan, const OptionResult& result) {
    for (size_t i = 0; i < plan.components.size(); ++i) {
      const ComponentResult& component = result.components[i];
      if (component.state == v1::OPTION_STATE_REMOVED && component.own != Truth::kFalse &&
          !plan.components[i].edge.optional()) {
        return true;
      }
    }
    return false;
  }

  Evaluation& evaluation_;
};

}  // namespace

void SettleOptions(Evaluation& evaluation) { OptionSettler(evaluation).Run(); }

}  // namespace evident::decision
