// Earlier decisions: explained, replayed, and what was done about them.
#ifndef EVIDENT_SERVER_HANDLERS_EXPLAIN_H_
#define EVIDENT_SERVER_HANDLERS_EXPLAIN_H_

#include <string>

#include "absl/status/statusor.h"
#include "evident/v1/decision_service.pb.h"
#include "server/call.h"
#include "server/config.h"
#include "server/handlers/decide_question.h"

namespace evident::server {

// The bytes of v1.Explanation, field 1 of the response. OpenDecision's errors; FAILED_PRECONDITION
// (RELEASE_GONE) where the knowledge does not hold the decision's release; ReplayDecision's.
absl::StatusOr<std::string> Explain(const DecisionSources& sources, Call& call,
                                    const v1::ExplainRequest& request);

absl::StatusOr<v1::ReplayResponse> Replay(const DecisionSources& sources, Call& call,
                                          const v1::ReplayRequest& request);

// What feedback is checked against. The reasons outlive it.
struct FeedbackSources {
  DecisionSources decisions;
  const FeedbackReasons& reasons;  // the site's
};

// Notes the feedback in the call's entry, which is all there is to it: on decisions of the caller's
// own, also for auditors. OpenDecision's errors; INVALID_ARGUMENT (FEEDBACK_INVALID) with every
// violation.
absl::StatusOr<v1::RecordFeedbackResponse> RecordFeedback(const FeedbackSources& sources,
                                                          Call& call,
                                                          const v1::RecordFeedbackRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_EXPLAIN_H_
