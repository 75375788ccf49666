#include "server/handlers/explain.h"

#include <set>
#include <utility>
#include <vector>

#include "audit/proof/commitment.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/unicode.h"
#include "decision/changes_since.h"
#include "decision/replay.h"
#include "graph/model/node_id.h"
#include "server/build_info.h"
#include "server/handlers/entry_view.h"
#include "server/handlers/opened_decision.h"
#include "server/handlers/release_selection.h"

namespace evident::server {
namespace {

struct ReplayedDecision {
  OpenedDecision opened;
  CompiledRelease index;  // of its release
  decision::Replayed replayed;
};

// The knowledge that the decision was made in.
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

bool IsAnswerAsGiven(v1::ReplayResult result) {
  return result == v1::REPLAY_RESULT_SAME || result == v1::REPLAY_RESULT_RECORD_DIFFERS;
}

graph::ReleaseManager::ChangeOf RowsOf(v1::SinceKind kind) {
  switch (kind) {
    case v1::SINCE_KIND_REVIEWED:
      return graph::ReleaseManager::ChangeOf::kReviews;
    case v1::SINCE_KIND_SUPERSEDED:
      return graph::ReleaseManager::ChangeOf::kSuccessors;
    default:
      return graph::ReleaseManager::ChangeOf::kContent;
  }
}

// When it came about.
absl::Status DateChange(const graph::ReleaseManager& releases, v1::ChangeSince& change) {
  const NodeId id = graph::MakeNodeId(change.difference().kind(), change.difference().name());
  EVIDENT_ASSIGN_OR_RETURN(const ReleaseNumber release,
                           releases.LastChange(id, RowsOf(change.kind())));
  if (release.value == 0) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord record,
                           releases.Record({release, std::nullopt}));
  change.set_release(release.value);
  change.set_published_time_ns(record.publish_time_ns());
  return absl::OkStatus();
}

// What is wrong with feedback, collected.
class FeedbackCheck {
 public:
  FeedbackCheck(const v1::DecisionRecord& record, const FeedbackReasons& reasons)
      : reasons_(reasons) {
    for (const v1::StatementOutcome& outcome : record.statements()) {
      statements_.insert(outcome.statement());
    }
    for (const auto& [code, words] : reasons_) codes_.push_back(code);
  }

  void Check(const v1::StatementFeedback& feedback, const std::string& at) {
    const std::string statement = Beginning(feedback.statement(), kNameBytesMax);
    if (statements_.count(feedback.statement()) == 0) {
      Complain(at + ".statement",
               "the decision has no statement '" + statement + "'" +
                   NearestHint(statement, {statements_.begin(), statements_.end()}));
    } else if (!seen_.insert(feedback.statement()).second) {
      Complain(at + ".statement", "'" + statement + "' stands twice");
    }
    const bool overridden = feedback.verdict() == v1::FEEDBACK_VERDICT_OVERRIDDEN;
    if (!overridden && feedback.verdict() != v1::FEEDBACK_VERDICT_ACCEPTED) {
      Complain(at + ".verdict", "must be accepted or overridden");
    }
    if (feedback.reason().empty()) {
      if (overridden) Complain(at + ".reason", "what is overridden needs a reason");
    } else if (reasons_.count(feedback.reason()) == 0) {
      const std::string reason = Beginning(feedback.reason(), kNameBytesMax);
      Complain(at + ".reason",
               "'" + reason + "' is not on the site's list" + NearestHint(reason, codes_));
    }
    if (feedback.comment().size() > kFeedbackCommentBytesMax) {
      Complain(at + ".comment", "at most " + std::to_string(kFeedbackCommentBytesMax) +
                                    " bytes (kFeedbackCommentBytesMax)");
    }
  }

  absl::Status Result() const {
    if (violations_.empty()) return absl::OkStatus();
    return MakeError(
        absl::StatusCode::kInvalidArgument, "FEEDBACK_INVALID",
        "the feedback is not recorded: " + violations_[0].field + ": " + violations_[0].description,
        violations_);
  }

 private:
  void Complain(const std::string& field, const std::string& why) {
    violations_.push_back({field, why});
  }

  const FeedbackReasons& reasons_;
  std::set<std::string> statements_;
  std::set<std::string> seen_;
  std::vector<std::string> codes_;
  std::vector<Violation> violations_;
};

}  // namespace

absl::StatusOr<std::string> Explain(const DecisionSources& sources, Call& call,
                                    const v1::ExplainRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(ReplayedDecision found, ReplayOf(sources, call, request.name()));
  const std::shared_ptr<const graph::GraphReader> head = sources.releases.Head();
  EVIDENT_ASSIGN_OR_RETURN(const CompiledRelease now,
                           sources.cache.For(head, head->release().number()));
  v1::Explanation explanation;
  explanation.set_decision(found.opened.name);
  *explanation.mutable_info() = ViewLeaf(found.opened.leaf);
  EVIDENT_ASSIGN_OR_RETURN(
      std::vector<v1::ChangeSince> changes,
      decision::ChangesSince(found.opened.body().decision(), *found.index, *now));
  for (v1::ChangeSince& change : changes) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    EVIDENT_RETURN_IF_ERROR(DateChange(sources.releases, change));
    *explanation.add_changes() = std::move(change);
  }
  if (IsAnswerAsGiven(found.replayed.replay.result())) {
    *explanation.mutable_answer() = std::move(found.replayed.decision.answer);
  }
  *explanation.mutable_replay() = std::move(found.replayed.replay);
  *explanation.mutable_body() = std::move(*found.opened.sealed.mutable_body());
  explanation.set_head(head->release().number());
  return explanation.SerializeAsString();
}

absl::StatusOr<v1::ReplayResponse> Replay(const DecisionSources& sources, Call& call,
                                          const v1::ReplayRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(ReplayedDecision found, ReplayOf(sources, call, request.name()));
  v1::ReplayResponse response;
  *response.mutable_replay() = std::move(found.replayed.replay);
  return response;
}

absl::StatusOr<v1::RecordFeedbackResponse> RecordFeedback(
    const FeedbackSources& sources, Call& call, const v1::RecordFeedbackRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const OpenedDecision opened,
                           OpenDecision(sources.log, call, request.decision(), "decision"));
  if (!IsCallersOwn(call, opened.body())) {
    return MakeError(absl::StatusCode::kPermissionDenied, "NOT_OWN_DECISION",
                     "feedback is given on decisions of one's own; " + opened.name + " is none");
  }
  const auto& statements = request.statements();
  if (statements.empty() || statements.size() > static_cast<int>(kFeedbackStatementsMax)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FEEDBACK_INVALID",
                     "feedback is on 1 to " + std::to_string(kFeedbackStatementsMax) +
                         " statements (kFeedbackStatementsMax)",
                     {{"statements", "has " + std::to_string(statements.size())}});
  }
  FeedbackCheck check(opened.body().decision(), sources.reasons);
  for (int i = 0; i < statements.size(); ++i) {
    check.Check(statements[i], "statements[" + std::to_string(i) + "]");
  }
  EVIDENT_RETURN_IF_ERROR(check.Result());
  call.notes().follows = opened.name;
  call.notes().subject = opened.body().subject();  // whose key seals the comments
  call.notes().feedback.assign(statements.begin(), statements.end());
  return v1::RecordFeedbackResponse();
}

}  // namespace evident::server
