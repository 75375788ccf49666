// What other facts would change of an answer.
#ifndef EVIDENT_SERVER_HANDLERS_WHAT_IF_H_
#define EVIDENT_SERVER_HANDLERS_WHAT_IF_H_

#include <string>

#include "absl/status/statusor.h"
#include "evident/v1/decision_service.pb.h"
#include "server/handlers/decide_question.h"

namespace evident::server {

// The bytes of v1.WhatIf, field 1 of the response. The question is decided and the alternatives are
// decided upon it, in the same release; an alternative starts from the question's facts as they
// were stated, linked or inherited, and derives its own. Nothing is noted as a decision.
// INVALID_ARGUMENT (WHAT_IF_INVALID): no alternatives, more than kAlternativesMax, a name that is
// missing, too long or there twice; DecideQuestion's errors for the question itself. What is wrong
// with one alternative is told in its place.
absl::StatusOr<std::string> WhatIf(const DecisionSources& sources, Call& call,
                                   const v1::WhatIfRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_WHAT_IF_H_
