// Earlier decisions, decided again at the release that they were made in.
#ifndef EVIDENT_SERVER_HANDLERS_REPLAYED_DECISION_H_
#define EVIDENT_SERVER_HANDLERS_REPLAYED_DECISION_H_

#include <string>

#include "absl/status/statusor.h"
#include "decision/replay.h"
#include "server/handlers/decide_question.h"
#include "server/handlers/opened_decision.h"

namespace evident::server {

struct ReplayedDecision {
  OpenedDecision opened;
  CompiledRelease index;  // of its release
  decision::Replayed replayed;

  // Whether what comes out now is, byte for byte, what was answered then.
  bool IsAnswerAsGiven() const;
};

// The knowledge that a question was decided in. FAILED_PRECONDITION (RELEASE_GONE) where it is of
// another knowledge database.
absl::StatusOr<CompiledRelease> CompiledFor(const DecisionSources& sources, Call& call,
                                            const v1::ResolvedQuestion& question);

// OpenDecision's errors; FAILED_PRECONDITION (RELEASE_GONE) where the knowledge does not hold the
// decision's release; ReplayDecision's.
absl::StatusOr<ReplayedDecision> ReplayOf(const DecisionSources& sources, Call& call,
                                          const std::string& name);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_REPLAYED_DECISION_H_
