// Whether a decision comes down to a class of interventions.
#ifndef EVIDENT_DECISION_CLASS_ONLY_H_
#define EVIDENT_DECISION_CLASS_ONLY_H_

#include <cstddef>

#include "decision/evaluation.h"

namespace evident::decision {

// Whether of all that applies at the decision point (a place in the index) a class of interventions
// is left and no drug or regimen, additions to it apart, though the knowledge names some for it.
// Where it names none, as for care, a class is no lack of one.
bool IsClassOnly(const Evaluation& evaluation, size_t point);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_CLASS_ONLY_H_
