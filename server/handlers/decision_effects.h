// What a draft would change of decisions that are in the log.
#ifndef EVIDENT_SERVER_HANDLERS_DECISION_EFFECTS_H_
#define EVIDENT_SERVER_HANDLERS_DECISION_EFFECTS_H_

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "server/handlers/decide_question.h"
#include "server/handlers/draft_frame.h"

namespace evident::server {

// Looks at the newest kDecisionsExaminedMax entries of decisions, from the newest back, and decides
// those that the draft may touch over the head and over the draft, up to kDecisionsRerunMax
// different questions, for at most half of the time that the call has. Names and counts alone are
// given: whoever publishes need not be one who may read what was asked. The log's errors, the
// knowledge's, CheckAlive's.
absl::StatusOr<v1::DecisionEffects> EffectsOnDecisions(const DecisionSources& sources,
                                                       const DraftView& view, const Call& call);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_DECISION_EFFECTS_H_
