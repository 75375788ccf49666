// Deciding a recorded question again.
#ifndef EVIDENT_DECISION_REPLAY_H_
#define EVIDENT_DECISION_REPLAY_H_

#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "decision/decide.h"
#include "decision/knowledge_index.h"
#include "evident/v1/audit.pb.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::decision {

// What is recorded of a decision.
struct RecordedDecision {
  const v1::DecisionRecord& record;
  uint32_t engine = 0;  // number of the engine that decided
  // Whether these are the very bytes of its answer, by the commitment to them.
  std::function<bool(std::string_view answer_bytes)> is_answer;
};

struct Replayed {
  Decision decision;  // what comes out now; empty where the record's question cannot be decided
  v1::Replay replay;  // but for the builds
};

// Decides the recorded question in `index`, which is its release, and compares. A question that no
// engine of this number can have recorded is a difference, not an error. Decide's other errors.
absl::StatusOr<Replayed> ReplayDecision(const KnowledgeIndex& index,
                                        const RecordedDecision& recorded,
                                        const std::function<absl::Status()>& proceed);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_REPLAY_H_
