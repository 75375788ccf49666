// What all methods on drafts have in common.
#ifndef EVIDENT_SERVER_HANDLERS_DRAFT_FRAME_H_
#define EVIDENT_SERVER_HANDLERS_DRAFT_FRAME_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "evident/v1/draft.pb.h"
#include "graph/release/draft_store.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/handlers/act_fields.h"
#include "server/handlers/decide_question.h"

namespace evident::server {

// What drafts are worked on with. Outlives the methods.
struct DraftSources {
  graph::ReleaseManager& releases;
  bool four_eyes = false;  // what nobody else has approved is not published
  // What recorded decisions are decided again with; nullopt: they are not.
  std::optional<DecisionSources> decisions = std::nullopt;
};

std::string DraftName(uint32_t number);  // "drafts/7"
std::string EtagOf(const storage::v1::DraftRecord& record);
v1::Draft ViewDraft(const storage::v1::DraftRecord& record);

// The number in "drafts/<number>"; 0 for anything else, which is reported at `field`.
uint32_t ReadDraftName(const std::string& name, const char* field, ActFields& fields);

// The draft of this name. INVALID_ARGUMENT (REQUEST_INVALID), NOT_FOUND (DRAFT_UNKNOWN).
absl::StatusOr<storage::v1::DraftRecord> FindDraft(const graph::ReleaseManager& releases,
                                                   const std::string& name);

// The same, to be acted on. ABORTED (DRAFT_MOVED): the etag is another. FAILED_PRECONDITION
// (DRAFT_CLOSED): it is published or given up; RESOURCE_EXHAUSTED (DRAFT_EVENTS) past
// kDraftEventsMax acts.
absl::StatusOr<storage::v1::DraftRecord> DraftToActOn(const graph::ReleaseManager& releases,
                                                      const std::string& name,
                                                      const std::string& etag);

// Who acts on a draft, when, announced by which audit entry.
struct DraftActor {
  std::string identity;
  int64_t time_ns = 0;
  std::string intent;
};
inline DraftActor DraftActorOf(const Call& call, const std::string& intent) {
  return {call.caller().identity, call.clock().NowNs(), intent};
}

// Adds what is done, and who does it to the authors where the act changes the draft.
void AddEvent(const DraftActor& actor, v1::DraftAct act, const std::string& note,
              storage::v1::DraftRecord& record);

// A draft and the knowledge as it would be.
struct DraftView {
  storage::v1::DraftRecord record;
  graph::DraftChanges changes;
  std::shared_ptr<const graph::GraphReader> head;
  std::shared_ptr<const graph::GraphReader> after;  // the head itself when nothing differs
};

// Of changes upon the head as it is now; nodes in conflict as the draft has them. INVALID_ARGUMENT
// (GRAPH_INVALID): the knowledge would not be sound. FindDraft's errors; the store's and readers'.
absl::StatusOr<DraftView> ViewOf(const graph::ReleaseManager& releases, const std::string& name);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_DRAFT_FRAME_H_
