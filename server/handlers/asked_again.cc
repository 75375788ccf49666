#include "server/handlers/asked_again.h"

#include <string>
#include <utility>

#include "audit/proof/entry_name.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/status.h"
#include "server/handlers/entry_view.h"
#include "server/handlers/replayed_decision.h"
#include "server/handlers/request_mark.h"

namespace evident::server {
namespace {

bool IsTooOld(const Call& call, const audit::Leaf& leaf) {
  return leaf.commit_time_ns <
         call.clock().NowNs() - int64_t{kRequestIdHours} * 3'600 * 1'000'000'000;
}

// The name of the decision that was made under the call's mark; empty: none is remembered.
absl::StatusOr<std::string> DecidedBefore(const audit::Log& log, const Call& call) {
  EVIDENT_ASSIGN_OR_RETURN(const auto index, log.FindRequest(std::string(call.mark()->id.view())));
  if (!index) return std::string();
  EVIDENT_ASSIGN_OR_RETURN(const v1::Entry entry, ViewEntry(log, *index));
  EVIDENT_ASSIGN_OR_RETURN(const FoundEntry found, FindEntry(log, entry.name()));
  return IsTooOld(call, found.leaf) ? std::string() : entry.name();
}

}  // namespace

absl::StatusOr<std::optional<Reply>> AnswerAgain(const DecisionSources& sources, Call& call,
                                                 const v1::QuestionFrame& frame,
                                                 std::string_view request) {
  if (frame.request_id().empty()) return std::optional<Reply>();
  NoteQuestion(frame, call.notes());
  EVIDENT_ASSIGN_OR_RETURN(const auto mark, MarkOf(call, frame.request_id(), request));
  call.set_mark(mark);
  std::shared_ptr<const void> held = sources.under_way->Take(mark->id);
  if (held == nullptr) {
    return MakeError(absl::StatusCode::kAborted, "REQUEST_ID_IN_USE",
                     "another call with this request_id is under way");
  }
  call.Hold(std::move(held));
  EVIDENT_ASSIGN_OR_RETURN(const std::string name, DecidedBefore(sources.log, call));
  if (name.empty()) return std::optional<Reply>();
  EVIDENT_ASSIGN_OR_RETURN(const ReplayedDecision found, ReplayOf(sources, call, name));
  const v1::EntryBody& body = found.opened.body();
  if (body.method() != call.method() || body.request_sha256() != Sha256(request).view()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED",
                     "this request_id stands for another request, answered as " + name,
                     {{"question.request_id", "must be a new one for another request"}});
  }
  if (!found.IsAnswerAsGiven()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "ANSWER_NOT_REBUILT",
                     name + " was answered otherwise than this server would: Explain tells how");
  }
  call.notes().effect = "answered again: it was decided as " + name;
  EVIDENT_ASSIGN_OR_RETURN(const FoundEntry entry, FindEntry(sources.log, name));
  Reply reply{found.replayed.decision.answer_bytes, true};
  EVIDENT_ASSIGN_OR_RETURN(reply.earlier_receipt, sources.log.ReceiptOf(entry.index));
  return std::optional<Reply>(std::move(reply));
}

}  // namespace evident::server
