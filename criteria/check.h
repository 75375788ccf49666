// Type-checks criteria when knowledge is published, so that evaluation never meets a wrong type.
#ifndef EVIDENT_CRITERIA_CHECK_H_
#define EVIDENT_CRITERIA_CHECK_H_

#include <functional>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "criteria/expression.h"
#include "criteria/fact_schema.h"

namespace evident::criteria {

// Everything that is wrong with the tree against the definitions; empty when nothing is: unknown
// facts and concepts, conditions that the fact's type does not have, values that the fact cannot
// have, and what the one-line form cannot write (docs/formats/criterion.md). What passes is read
// back equal from its one-line form with full names. Each violation's field is the condition in its
// one-line form, the fact where that cannot be written, or empty for the criterion as a whole.
// `has_concept` tells whether a concept of this full name exists.
std::vector<Violation> Check(const ExpressionPtr& expression, const FactSchema& schema,
                             const std::function<bool(std::string_view)>& has_concept);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_CHECK_H_
