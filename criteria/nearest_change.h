// What would admit a patient whom a criterion leaves out.
#ifndef EVIDENT_CRITERIA_NEAREST_CHANGE_H_
#define EVIDENT_CRITERIA_NEAREST_CHANGE_H_

#include <string>
#include <vector>

#include "criteria/derive.h"

namespace evident::criteria {

// For a criterion that is false for `supplied` facts and what follows from them by `plan`: the
// smallest change of facts (at most kChangedFactsMax, supplied and absent ones alike) by which it
// becomes true without a contradiction. A supplied fact that would contradict the change is part of
// it. As the conditions on the changed facts that must then hold, in one-line form with bare names;
// where rules bear on them, other values that meet the conditions may still be contradicted. Of
// several changes of one size the first by the facts' names, of several values the nearest. Empty
// when there is no change so small, or kChangesTriedMax or kDecidingEvaluationsMax did not suffice
// to find it. `context` is without eliminations.
std::vector<std::string> NearestChange(const ExpressionPtr& expression, const Facts& supplied,
                                       const DerivationPlan& plan, const Context& context);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_NEAREST_CHANGE_H_
