// One value for each case that a criterion can tell apart.
#ifndef EVIDENT_CRITERIA_REPRESENTATIVES_H_
#define EVIDENT_CRITERIA_REPRESENTATIVES_H_

#include <string>
#include <vector>

#include "criteria/evaluate.h"

namespace evident::criteria {

// Values of `fact`, within its definition, of which every value that it can have is like one in
// everything that the criterion asks of it; ascending. Empty when the fact has no definition.
std::vector<Value> RepresentativeValues(const ExpressionPtr& expression, const std::string& fact,
                                        const Context& context);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_REPRESENTATIVES_H_
