#include "server/handlers/replayed_decision.h"

#include <string_view>
#include <utility>

#include "audit/proof/commitment.h"
#include "base/status.h"
#include "server/build_info.h"
#include "server/handlers/release_selection.h"

namespace evident::server {

absl::StatusOr<CompiledRelease> CompiledFor(const DecisionSources& sources, Call& call,
                                            const v1::ResolvedQuestion& question) {
  const ReleaseNumber number(question.release());
  const auto pinned = PinRelease(sources.releases, number, call);
  if (!pinned.ok() && !absl::IsNotFound(pinned.status())) return pinned.status();
  if (!pinned.ok() || (*pinned)->release().release_digest() != question.release_digest()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "RELEASE_GONE",
                     "the decision was made at " + ReleaseName(question.release()) +
                         " of another knowledge database than this one");
  }
  return sources.cache.For(*pinned, sources.releases.Head()->release().number());
}

bool ReplayedDecision::IsAnswerAsGiven() const {
  const v1::ReplayResult result = replayed.replay.result();
  return result == v1::REPLAY_RESULT_SAME || result == v1::REPLAY_RESULT_RECORD_DIFFERS;
}

absl::StatusOr<ReplayedDecision> ReplayOf(const DecisionSources& sources, Call& call,
                                          const std::string& name) {
  EVIDENT_ASSIGN_OR_RETURN(OpenedDecision opened, OpenDecision(sources.log, call, name, "name"));
  const v1::DecisionRecord& record = opened.body().decision();
  EVIDENT_ASSIGN_OR_RETURN(CompiledRelease index, CompiledFor(sources, call, record.question()));
  const decision::RecordedDecision recorded{
      record, opened.leaf.engine_semantics, [&opened](std::string_view bytes) {
        return audit::CommitAnswer(opened.sealed.answer_salt(), bytes) ==
               opened.leaf.answer_commitment;
      }};
  EVIDENT_ASSIGN_OR_RETURN(
      decision::Replayed replayed,
      decision::ReplayDecision(*index, recorded, [&call] { return call.CheckAlive(); }));
  replayed.replay.set_recorded_build(opened.body().server_build());
  replayed.replay.set_build(kServerBuild);
  return ReplayedDecision{std::move(opened), std::move(index), std::move(replayed)};
}

}  // namespace evident::server
