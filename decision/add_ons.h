// Components that are given with what else is selected, never alone.
#ifndef EVIDENT_DECISION_ADD_ONS_H_
#define EVIDENT_DECISION_ADD_ONS_H_

#include "decision/evaluation.h"

namespace evident::decision {

// Takes add-ons out where nothing is left of the intervention that they are added to: in their own
// option if it has components that give it, else in options of other statements for something that
// decide the same or that theirs details. They hang on, and are contested with, the best of these.
// Options are settled but for this. The status of
// `proceed`.
absl::Status SettleAddOns(Evaluation& evaluation);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_ADD_ONS_H_
