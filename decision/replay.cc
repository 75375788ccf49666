#include "decision/replay.h"

#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "graph/traverse/diff.h"

namespace evident::decision {
namespace {

void AddDifferences(std::vector<v1::FieldChange> differences, v1::Replay& replay) {
  for (v1::FieldChange& difference : differences) {
    if (replay.differences_size() == static_cast<int>(kReplayDifferencesShownMax)) {
      replay.set_differences_omitted(replay.differences_omitted() + 1);
    } else {
      *replay.add_differences() = std::move(difference);
    }
  }
}

// Bytes other than those that were committed to: whose doing it is.
v1::ReplayResult OtherAnswer(uint32_t recorded_engine) {
  const bool promised = recorded_engine != 0;
  if (promised && recorded_engine == kEngineSemantics) return v1::REPLAY_RESULT_ANSWER_DIFFERS;
  return v1::REPLAY_RESULT_ENGINE_DIFFERS;
}

}  // namespace

absl::StatusOr<Replayed> ReplayDecision(const KnowledgeIndex& index,
                                        const RecordedDecision& recorded,
                                        const std::function<absl::Status()>& proceed) {
  Replayed replayed;
  v1::Replay& replay = replayed.replay;
  replay.set_recorded_engine(recorded.engine);
  replay.set_engine(kEngineSemantics);
  absl::StatusOr<Decision> decision = Decide(index, recorded.record.question(), proceed);
  if (absl::IsInvalidArgument(decision.status())) {
    v1::FieldChange difference;
    difference.set_path("question");
    difference.set_after("cannot be decided: " + std::string(decision.status().message()));
    AddDifferences({std::move(difference)}, replay);
    replay.set_result(OtherAnswer(recorded.engine));
    return replayed;
  }
  if (!decision.ok()) return decision.status();
  replayed.decision = *std::move(decision);
  AddDifferences(graph::DiffFields(recorded.record, replayed.decision.record), replay);
  if (!recorded.is_answer(replayed.decision.answer_bytes)) {
    replay.set_result(OtherAnswer(recorded.engine));
  } else {
    replay.set_result(replay.differences().empty() ? v1::REPLAY_RESULT_SAME
                                                   : v1::REPLAY_RESULT_RECORD_DIFFERS);
  }
  return replayed;
}

}  // namespace evident::decision
