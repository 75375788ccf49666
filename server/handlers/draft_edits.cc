#include "server/handlers/draft_edits.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "graph/release/draft_changes.h"
#include "graph/release/release_plan.h"
#include "graph/storage/draft_rows.h"
#include "server/handlers/prepared_effect.h"
#include "server/handlers/request_mark.h"

namespace evident::server {
namespace {

// The response that says what the draft is by then, kept under the call's mark.
template <typename Response>
graph::DraftStore::Attach AnswerWithDraft(const graph::DraftStore& store, const Call& call,
                                          const std::string& intent, Response& response) {
  return [&](const storage::v1::DraftRecord& stored) {
    *response.mutable_draft() = ViewDraft(stored);
    return RowsOfAnswer(store, call, response.SerializeAsString(), intent);
  };
}

// Stores the write under the act, and answers with the draft after it.
template <typename Response>
Reply SaveWhenAnnounced(const DraftSources& sources, std::string effect, graph::DraftWrite write,
                        v1::DraftAct act, const std::string& note) {
  graph::DraftStore& store = sources.releases.drafts();
  return WhenAnnounced(
      std::move(effect),
      [&store, write = std::move(write), act, note](
          Call& call, const std::string& intent) mutable -> absl::StatusOr<std::string> {
        call.notes().effect = "the draft stays as it was";
        AddEvent(DraftActorOf(call, intent), act, note, write.record);
        Response response;
        EVIDENT_ASSIGN_OR_RETURN(
            const storage::v1::DraftRecord stored,
            store.Save(std::move(write), AnswerWithDraft(store, call, intent, response)));
        call.notes().effect = DraftName(stored.number()) + " is at the etag " + EtagOf(stored);
        ForgetOldAnswers(store, call);
        return response.SerializeAsString();
      });
}

absl::Status CheckEdits(const v1::ApplyChangesRequest& request) {
  ActFields fields;
  fields.MayHaveText("note", request.note());
  const auto& edits = request.edits();
  if (edits.empty() || edits.size() > static_cast<int>(kDraftEditsMax)) {
    fields.Refuse("edits", "must be 1 to " + std::to_string(kDraftEditsMax) + " (kDraftEditsMax)");
  }
  std::set<std::pair<int, std::string>> seen;
  for (int i = 0; i < edits.size(); ++i) {
    const std::string at = "edits[" + std::to_string(i) + "]";
    fields.NeedName(at + ".name", edits[i].name());
    if (!seen.emplace(edits[i].kind(), edits[i].name()).second) {
      fields.Refuse(at + ".name", "stands twice");
    }
    if (edits[i].edit_case() == v1::NodeEdit::EDIT_NOT_SET ||
        (edits[i].edit_case() == v1::NodeEdit::kRemove && !edits[i].remove()) ||
        (edits[i].edit_case() == v1::NodeEdit::kRevert && !edits[i].revert())) {
      fields.Refuse(at + ".edit", "must put, remove or revert");
    }
  }
  return fields.Status();
}

// Takes the edits into the changes that are there, and says in `write` which rows that touches.
absl::Status TakeEdits(const graph::GraphReader& head, const v1::ApplyChangesRequest& request,
                       const graph::DraftChanges& there, graph::DraftWrite& write) {
  std::map<std::pair<int, std::string>, uint32_t> places;
  for (const auto& [place, change] : there) places[{change.kind(), change.name()}] = place;
  uint32_t next = std::max(write.record.next_change(), graph::kFirstChangePlace);
  for (const v1::NodeEdit& edit : request.edits()) {
    const auto place = places.find({edit.kind(), edit.name()});
    if (edit.revert()) {
      if (place == places.end()) {
        return MakeError(absl::StatusCode::kNotFound, "NODE_NOT_FOUND",
                         "the draft does not change " + edit.name());
      }
      write.removed.push_back(place->second);
      continue;
    }
    EVIDENT_ASSIGN_OR_RETURN(storage::v1::DraftChangeRecord change, graph::ChangeOf(head, edit));
    write.changes[place == places.end() ? next++ : place->second] = std::move(change);
  }
  size_t changes = there.size() - write.removed.size();
  for (const auto& [place, change] : write.changes) changes += there.count(place) == 0 ? 1 : 0;
  if (changes > kDraftChangesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DRAFT_TOO_LARGE",
                     "the draft would change " + std::to_string(changes) + " nodes; the cap is " +
                         std::to_string(kDraftChangesMax));
  }
  write.record.set_changes(static_cast<uint32_t>(changes));
  write.record.set_next_change(next);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Reply> CreateDraft(const DraftSources& sources, Call& call,
                                  const v1::CreateDraftRequest& request) {
  ActFields fields;
  if (request.title().empty() || request.title().size() > kNameBytesMax ||
      request.title().find('\n') != std::string::npos) {
    fields.Refuse("title", "must be one line of at most " + std::to_string(kNameBytesMax) +
                               " bytes that says what the draft is about");
  }
  fields.MayHaveText("note", request.note());
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  graph::DraftStore& store = sources.releases.drafts();
  storage::v1::DraftRecord record;
  record.set_title(request.title());
  record.set_state(v1::DRAFT_STATE_OPEN);
  record.set_base(sources.releases.Head()->release().number());
  return WhenAnnounced(
      "begin a draft: " + request.title(),
      [&store, record, note = request.note()](
          Call& applied, const std::string& intent) mutable -> absl::StatusOr<std::string> {
        applied.notes().effect = "no draft was begun";
        AddEvent(DraftActorOf(applied, intent), v1::DRAFT_ACT_CREATE, note, record);
        v1::CreateDraftResponse response;
        EVIDENT_ASSIGN_OR_RETURN(
            const storage::v1::DraftRecord stored,
            store.Create({record, {}, {}, {}}, AnswerWithDraft(store, applied, intent, response)));
        applied.notes().effect = "began " + DraftName(stored.number());
        ForgetOldAnswers(store, applied);
        return response.SerializeAsString();
      });
}

absl::StatusOr<Reply> ApplyChanges(const DraftSources& sources, Call& call,
                                   const v1::ApplyChangesRequest& request) {
  EVIDENT_RETURN_IF_ERROR(CheckEdits(request));
  graph::DraftWrite write;
  EVIDENT_ASSIGN_OR_RETURN(write.record,
                           DraftToActOn(sources.releases, request.draft(), request.etag()));
  EVIDENT_ASSIGN_OR_RETURN(const graph::DraftChanges there,
                           sources.releases.drafts().Changes(write.record.number()));
  const std::shared_ptr<const graph::GraphReader> head = sources.releases.Head();
  EVIDENT_RETURN_IF_ERROR(TakeEdits(*head, request, there, write));
  EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
  write.record.set_state(v1::DRAFT_STATE_OPEN);
  return SaveWhenAnnounced<v1::ApplyChangesResponse>(
      sources, "edit " + std::to_string(request.edits_size()) + " nodes of " + request.draft(),
      std::move(write), v1::DRAFT_ACT_CHANGE, request.note());
}

absl::StatusOr<Reply> SubmitDraft(const DraftSources& sources, Call& call,
                                  const v1::SubmitDraftRequest& request) {
  ActFields fields;
  fields.MayHaveText("note", request.note());
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  graph::DraftWrite write;
  EVIDENT_ASSIGN_OR_RETURN(write.record,
                           DraftToActOn(sources.releases, request.draft(), request.etag()));
  if (write.record.state() != v1::DRAFT_STATE_OPEN) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DRAFT_NOT_OPEN",
                     request.draft() + " is handed in already; a change opens it again");
  }
  EVIDENT_ASSIGN_OR_RETURN(const graph::DraftChanges changes,
                           sources.releases.drafts().Changes(write.record.number()));
  const std::shared_ptr<const graph::GraphReader> head = sources.releases.Head();
  EVIDENT_ASSIGN_OR_RETURN(const graph::ChangeSet onto, graph::ChangesOnto(*head, changes));
  if (onto.empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DRAFT_EMPTY",
                     request.draft() + " changes nothing");
  }
  EVIDENT_RETURN_IF_ERROR(graph::PreviewChanges(head, onto).status());
  EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
  write.record.set_state(v1::DRAFT_STATE_SUBMITTED);
  return SaveWhenAnnounced<v1::SubmitDraftResponse>(sources, "hand in " + request.draft(),
                                                    std::move(write), v1::DRAFT_ACT_SUBMIT,
                                                    request.note());
}

absl::StatusOr<Reply> ReviewDraft(const DraftSources& sources, Call& call,
                                  const v1::ReviewDraftRequest& request) {
  ActFields fields;
  fields.NeedText("reason", request.reason());
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  graph::DraftWrite write;
  EVIDENT_ASSIGN_OR_RETURN(write.record,
                           DraftToActOn(sources.releases, request.draft(), request.etag()));
  const auto& authors = write.record.authors();
  if (std::find(authors.begin(), authors.end(), call.caller().identity) != authors.end()) {
    return MakeError(absl::StatusCode::kPermissionDenied, "REVIEWER_IS_AUTHOR",
                     call.caller().identity + " changed " + request.draft() +
                         " and cannot review it: somebody else has to");
  }
  if (write.record.state() != v1::DRAFT_STATE_SUBMITTED) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DRAFT_NOT_SUBMITTED",
                     request.draft() + " is not handed in for review");
  }
  write.record.set_state(request.approve() ? v1::DRAFT_STATE_APPROVED : v1::DRAFT_STATE_REJECTED);
  return SaveWhenAnnounced<v1::ReviewDraftResponse>(
      sources, (request.approve() ? "approve " : "reject ") + request.draft(), std::move(write),
      request.approve() ? v1::DRAFT_ACT_APPROVE : v1::DRAFT_ACT_REJECT, request.reason());
}

absl::StatusOr<Reply> AbandonDraft(const DraftSources& sources, Call& call,
                                   const v1::AbandonDraftRequest& request) {
  ActFields fields;
  fields.NeedText("reason", request.reason());
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  graph::DraftWrite write;
  EVIDENT_ASSIGN_OR_RETURN(write.record,
                           DraftToActOn(sources.releases, request.draft(), request.etag()));
  EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
  write.record.set_state(v1::DRAFT_STATE_ABANDONED);
  return SaveWhenAnnounced<v1::AbandonDraftResponse>(sources, "give up " + request.draft(),
                                                     std::move(write), v1::DRAFT_ACT_ABANDON,
                                                     request.reason());
}

}  // namespace evident::server
