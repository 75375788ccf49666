#include "server/handlers/explain.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/unicode.h"
#include "decision/changes_since.h"
#include "graph/model/node_id.h"
#include "server/handlers/entry_view.h"
#include "server/handlers/opened_decision.h"
#include "server/handlers/replayed_decision.h"

namespace evident::server {
namespace {

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
  // `index` of the decision's release.
  FeedbackCheck(const v1::DecisionRecord& record, const FeedbackReasons& reasons,
                const decision::KnowledgeIndex& index)
      : reasons_(reasons), index_(index) {
    for (const v1::StatementOutcome& outcome : record.statements()) {
      statements_.insert(outcome.statement());
    }
    for (const decision::StatementPlan& plan : index.statements()) {
      if (statements_.count(plan.name()) != 0) {
        guidelines_.emplace(plan.name(), plan.content->guideline);
      }
    }
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
    } else if (const auto codes = CodesFor(feedback.statement());
               std::find(codes.begin(), codes.end(), feedback.reason()) == codes.end()) {
      const std::string reason = Beginning(feedback.reason(), kNameBytesMax);
      Complain(at + ".reason", "'" + reason +
                                   "' is on neither the site's list nor the guideline's" +
                                   NearestHint(reason, codes));
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
  // The site's reasons, then those of the statement's guideline.
  std::vector<std::string> CodesFor(const std::string& statement) const {
    std::vector<std::string> codes;
    for (const auto& [code, words] : reasons_) codes.push_back(code);
    const auto named = guidelines_.find(statement);
    if (named == guidelines_.end()) return codes;
    const auto guideline = index_.guidelines().find(named->second);
    if (guideline == index_.guidelines().end()) return codes;
    for (const auto& reason : guideline->second.node->guideline().feedback_reasons()) {
      codes.push_back(reason.code());
    }
    return codes;
  }

  void Complain(const std::string& field, const std::string& why) {
    violations_.push_back({field, why});
  }

  const FeedbackReasons& reasons_;
  const decision::KnowledgeIndex& index_;
  std::set<std::string> statements_;
  std::map<std::string, std::string> guidelines_;  // by statement
  std::set<std::string> seen_;
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
  if (found.IsAnswerAsGiven()) {
    *explanation.mutable_answer() = std::move(found.replayed.decision.answer);
  }
  *explanation.mutable_replay() = std::move(found.replayed.replay);
  EVIDENT_ASSIGN_OR_RETURN(*explanation.mutable_receipt(),
                           sources.log.ReceiptOf(found.opened.index, found.opened.sealed));
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
  EVIDENT_ASSIGN_OR_RETURN(
      const OpenedDecision opened,
      OpenDecision(sources.decisions.log, call, request.decision(), "decision"));
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
  EVIDENT_ASSIGN_OR_RETURN(
      const CompiledRelease index,
      CompiledFor(sources.decisions, call, opened.body().decision().question()));
  FeedbackCheck check(opened.body().decision(), sources.reasons, *index);
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
