#include "decision/option_states.h"

#include <algorithm>

namespace evident::decision {

bool IsFor(v1::Polarity polarity) {
  return polarity == v1::POLARITY_RECOMMEND || polarity == v1::POLARITY_CONSIDER;
}

bool IsAgainst(v1::Polarity polarity) {
  return polarity == v1::POLARITY_ADVISE_AGAINST || polarity == v1::POLARITY_STOP;
}

// States are numbered from harmless to removed.
void Raise(v1::OptionState& state, v1::OptionState at_least) { state = std::max(state, at_least); }

void SetState(const OptionPlan& plan, const StatementResult& statement, OptionResult& result) {
  result.state = v1::OPTION_STATE_OFFERED;
  result.incomplete = false;
  result.hangs = statement.may_be_contested;
  size_t removed = 0;
  bool broken = false;
  for (size_t i = 0; i < plan.components.size(); ++i) {
    const ComponentResult& component = result.components[i];
    const bool needed = !plan.components[i].edge.optional();
    if (component.state != v1::OPTION_STATE_REMOVED) {
      Raise(result.state, component.state);
      result.hangs = result.hangs || component.state == v1::OPTION_STATE_CONDITIONAL ||
                     component.own == criteria::Truth::kUnknown;
      continue;
    }
    ++removed;
    broken = broken || needed;
    // What a statement leaves of an option is offered, but is no answer to the decision any more.
    result.incomplete = result.incomplete || (needed && component.own != criteria::Truth::kFalse);
  }
  if (result.hangs) Raise(result.state, v1::OPTION_STATE_CONDITIONAL);
  if (statement.contested) Raise(result.state, v1::OPTION_STATE_CONTESTED);
  if (removed == plan.components.size() || (plan.whole && broken)) {
    result.state = v1::OPTION_STATE_REMOVED;
  }
}

bool Counts(const OptionResult& option) {
  return option.state != v1::OPTION_STATE_REMOVED && !option.incomplete;
}

bool Survives(const StatementResult& statement) {
  return statement.options.empty() ||
         std::any_of(statement.options.begin(), statement.options.end(), Counts);
}

}  // namespace evident::decision
