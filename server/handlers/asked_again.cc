#include "server/handlers/asked_again.h"

#include <string>
#include <utility>

#include "audit/proof/leaf.h"
#include "base/digest.h"
#include "base/status.h"
#include "server/handlers/entry_view.h"
#include "server/handlers/replayed_decision.h"
#include "server/handlers/request_mark.h"

namespace evident::server {
namespace {

// The decision that was made under the call's mark; nullopt: none is remembered.
absl::StatusOr<std::optional<EntryIndex>> DecidedBefore(const audit::Log& log, const Call& call) {
  EVIDENT_ASSIGN_OR_RETURN(auto index, log.FindRequest(std::string(call.mark()->id.view())));
  if (!index) return index;
  EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, log.LeafAt(*index));
  if (leaf.commit_time_ns < OldestAnswerNs(call)) index.reset();
  return index;
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
  EVIDENT_ASSIGN_OR_RETURN(const auto index, DecidedBefore(sources.log, call));
  if (!index) return std::optional<Reply>();
  EVIDENT_ASSIGN_OR_RETURN(const v1::Entry entry, ViewEntry(sources.log, *index));
  const std::string& name = entry.name();
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
  Reply reply{found.replayed.decision.answer_bytes, true};
  EVIDENT_ASSIGN_OR_RETURN(reply.earlier_receipt,
                           sources.log.ReceiptOf(*index, found.opened.sealed));
  return std::optional<Reply>(std::move(reply));
}

}  // namespace evident::server
