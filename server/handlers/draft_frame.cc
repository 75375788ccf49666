#include "server/handlers/draft_frame.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "graph/release/draft_changes.h"
#include "graph/release/release_plan.h"

namespace evident::server {
namespace {

constexpr std::string_view kCollection = "drafts/";

bool IsClosed(v1::DraftState state) {
  return state == v1::DRAFT_STATE_PUBLISHED || state == v1::DRAFT_STATE_ABANDONED;
}

}  // namespace

std::string DraftName(uint32_t number) { return std::string(kCollection) + std::to_string(number); }

std::string EtagOf(const storage::v1::DraftRecord& record) {
  return std::to_string(record.number()) + "." + std::to_string(record.revision());
}

v1::Draft ViewDraft(const storage::v1::DraftRecord& record) {
  v1::Draft draft;
  draft.set_name(DraftName(record.number()));
  draft.set_title(record.title());
  draft.set_state(record.state());
  draft.set_etag(EtagOf(record));
  draft.set_base(record.base());
  *draft.mutable_authors() = record.authors();
  *draft.mutable_events() = record.events();
  draft.set_changes(record.changes());
  draft.set_release(record.release());
  return draft;
}

uint32_t ReadDraftName(const std::string& name, const char* field, ActFields& fields) {
  uint32_t number = 0;
  if (name.compare(0, kCollection.size(), kCollection) == 0) {
    const char* const begin = name.data() + kCollection.size();
    const auto [end, error] = std::from_chars(begin, name.data() + name.size(), number);
    if (error == std::errc() && DraftName(number) == name && number > 0) return number;
  }
  fields.Refuse(field, "must be drafts/<number>");
  return 0;
}

absl::StatusOr<storage::v1::DraftRecord> FindDraft(const graph::ReleaseManager& releases,
                                                   const std::string& name) {
  ActFields fields;
  const uint32_t number = ReadDraftName(name, "draft", fields);
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  return releases.drafts().Get(number);
}

absl::StatusOr<storage::v1::DraftRecord> DraftToActOn(const graph::ReleaseManager& releases,
                                                      const std::string& name,
                                                      const std::string& etag) {
  EVIDENT_ASSIGN_OR_RETURN(storage::v1::DraftRecord record, FindDraft(releases, name));
  if (etag != EtagOf(record)) {
    return MakeError(absl::StatusCode::kAborted, "DRAFT_MOVED",
                     name + " is at the etag " + EtagOf(record) + ", not at '" + etag +
                         "': somebody acted on it, look at it again");
  }
  if (IsClosed(record.state())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DRAFT_CLOSED",
                     name + (record.release() > 0
                                 ? " is published as releases/" + std::to_string(record.release())
                                 : " was given up"));
  }
  if (record.events_size() >= static_cast<int>(kDraftEventsMax)) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DRAFT_EVENTS",
                     name + " was acted on " + std::to_string(kDraftEventsMax) +
                         " times, which is the cap: begin another draft");
  }
  return record;
}

void AddEvent(const DraftActor& actor, v1::DraftAct act, const std::string& note,
              storage::v1::DraftRecord& record) {
  const std::string& by = actor.identity;
  v1::DraftEvent& event = *record.add_events();
  event.set_act(act);
  event.set_by(by);
  event.set_time_ns(actor.time_ns);
  event.set_note(note);
  event.set_intent(actor.intent);
  if (act != v1::DRAFT_ACT_CREATE && act != v1::DRAFT_ACT_CHANGE) return;
  const auto& authors = record.authors();
  if (std::find(authors.begin(), authors.end(), by) == authors.end()) record.add_authors(by);
}

absl::StatusOr<DraftView> ViewOf(const graph::ReleaseManager& releases, const std::string& name) {
  DraftView view;
  EVIDENT_ASSIGN_OR_RETURN(view.record, FindDraft(releases, name));
  EVIDENT_ASSIGN_OR_RETURN(view.changes, releases.drafts().Changes(view.record.number()));
  view.head = releases.Head();
  // What a published draft changed is seen against the release before it.
  if (view.record.release() > 0) {
    EVIDENT_ASSIGN_OR_RETURN(view.after,
                             releases.Pin({ReleaseNumber(view.record.release()), std::nullopt}));
    const uint32_t parent = view.after->release().parent();
    if (parent == 0) {
      // Before the first release there was nothing.
      EVIDENT_ASSIGN_OR_RETURN(view.head, graph::MemoryGraph::Build({}, {}));
      return view;
    }
    EVIDENT_ASSIGN_OR_RETURN(view.head, releases.Pin({ReleaseNumber(parent), std::nullopt}));
    return view;
  }
  graph::ChangeSet changes;
  for (const auto& [place, record] : view.changes) {
    // What is gone already cannot be taken away again.
    EVIDENT_ASSIGN_OR_RETURN(graph::NodeChange change, graph::ToNodeChange(*view.head, record));
    if (!change.node) {
      EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr stored,
                               view.head->GetNode(graph::MakeNodeId(change.kind, change.name)));
      if (stored == nullptr) continue;
    }
    changes.push_back(std::move(change));
  }
  view.after = view.head;
  if (changes.empty()) return view;
  EVIDENT_ASSIGN_OR_RETURN(view.after, graph::PreviewChanges(view.head, changes));
  return view;
}

}  // namespace evident::server
