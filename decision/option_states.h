// What becomes of an option once its components are settled.
#ifndef EVIDENT_DECISION_OPTION_STATES_H_
#define EVIDENT_DECISION_OPTION_STATES_H_

#include "decision/evaluation.h"

namespace evident::decision {

bool IsFor(v1::Polarity polarity);
bool IsAgainst(v1::Polarity polarity);

// To at least this state: offered, conditional, contested, removed.
void Raise(v1::OptionState& state, v1::OptionState at_least);

// Sets the state, `incomplete` and `hangs` of an option of `statement` from its components. A whole
// option goes with any component that it is not complete without; a separable one loses components
// alone, and goes with its last one.
void SetState(const OptionPlan& plan, const StatementResult& statement, OptionResult& result);

// Whether the option counts for a decision: not removed, and no statement took a needed part of it.
bool Counts(const OptionResult& option);

// Whether an option of the statement counts. One without options is followed as it stands.
bool Survives(const StatementResult& statement);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_OPTION_STATES_H_
