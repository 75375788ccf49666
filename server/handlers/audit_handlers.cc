#include "server/handlers/audit_handlers.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "server/handlers/entry_search.h"
#include "server/handlers/entry_view.h"
#include "server/handlers/log_range.h"
#include "server/handlers/opened_decision.h"
#include "server/page_token.h"

namespace evident::server {
namespace {

// Opens the body into `entry`, which the call's own entry is to say.
absl::Status OpenNoted(const audit::Log& log, Call& call, v1::Entry& entry) {
  EVIDENT_ASSIGN_OR_RETURN(OpenedBody body, OpenUnlessGone(log, EntryIndex(entry.index())));
  SetBody(std::move(body), entry);
  if (entry.has_body()) call.notes().effect = "opened the body of " + entry.name();
  return absl::OkStatus();
}

bool IsOwnDecision(const Call& call, const v1::Entry& entry) {
  return entry.info().kind() == v1::ENTRY_KIND_DECISION &&
         entry.body_state() == v1::BODY_STATE_OPENED && IsCallersOwn(call, entry.body());
}

// `size` with its checkpoint, or for 0 the newest checkpoint's.
absl::StatusOr<CoveredSize> SizeToProve(const audit::Log& log, uint64_t size) {
  if (size == 0) return CoveredByNewest(log);
  EVIDENT_ASSIGN_OR_RETURN(std::string checkpoint, log.CheckpointAt(size));
  return CoveredSize{size, std::move(checkpoint)};
}

template <typename Response>
void AddHashes(const std::vector<Digest>& hashes, Response& response) {
  for (const Digest& hash : hashes) response.add_hashes(std::string(hash.view()));
}

// Where a listing begins and ends: the bounds of index and time together.
absl::StatusOr<PagePosition> FirstPosition(const audit::Log& log,
                                           const v1::ListEntriesRequest& request) {
  if (request.has_end() && request.end() < request.begin()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "BOUNDS_INVALID",
                     "the listing ends before it begins", {{"end", "must not be below begin"}});
  }
  if (EndsBeforeItBegins(request)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "BOUNDS_INVALID",
                     "the listing ends before it begins",
                     {{"end_time_ns", "must not be below begin_time_ns"}});
  }
  PagePosition position{request.begin(), log.Size()};
  if (request.has_end()) position.bound = std::min(position.bound, request.end());
  return WithinTimes(log, request, position);
}

// The next page of all entries; `position` moves behind it.
absl::StatusOr<std::vector<uint64_t>> Neighbours(PagePosition& position, int page_size) {
  std::vector<uint64_t> page;
  for (int i = 0; i < page_size && position.next < position.bound; ++i) {
    page.push_back(position.next++);
  }
  return page;
}

// The same of those that the index finds.
absl::StatusOr<std::vector<uint64_t>> SearchPage(
    audit::Index& index, const std::vector<std::vector<audit::IndexTerm>>& groups,
    PagePosition& position, int page_size) {
  audit::IndexProgress progress;
  EVIDENT_ASSIGN_OR_RETURN(std::vector<uint64_t> page,
                           index.Find({groups, position.next, position.bound},
                                      static_cast<size_t>(page_size), &progress));
  position.next = progress.next;
  return page;
}

}  // namespace

absl::StatusOr<v1::GetEntryResponse> GetEntry(const audit::Log& log, Call& call,
                                              const v1::GetEntryRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const FoundEntry found, FindEntry(log, request.name()));
  v1::GetEntryResponse response;
  EVIDENT_ASSIGN_OR_RETURN(*response.mutable_entry(), ViewEntry(log, found.index));
  v1::Entry& entry = *response.mutable_entry();
  const RoleSet& roles = call.caller().roles;
  if (roles.Has(Role::kAuditor)) {
    EVIDENT_RETURN_IF_ERROR(OpenNoted(log, call, entry));
    return response;
  }
  if (roles.Has(Role::kDecider) && found.leaf.kind == audit::LeafKind::kDecision) {
    EVIDENT_RETURN_IF_ERROR(OpenNoted(log, call, entry));
    if (IsOwnDecision(call, entry)) return response;
    call.notes().effect.clear();
  }
  if (!roles.Has(Role::kAnalyst)) {
    return MakeError(absl::StatusCode::kPermissionDenied, "NOT_OWN_DECISION",
                     "a decider may read decisions of its own; " + entry.name() + " is none");
  }
  entry.clear_body();
  entry.set_body_state(v1::BODY_STATE_SEALED);
  return response;
}

absl::StatusOr<v1::ListEntriesResponse> ListEntries(const AuditSources& sources, Call& call,
                                                    const v1::ListEntriesRequest& request) {
  const audit::Log& log = sources.log;
  EVIDENT_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  EVIDENT_ASSIGN_OR_RETURN(const auto groups, SearchGroups(call, request.filter()));
  const std::string scope = LogScope(log, call, request);
  EVIDENT_ASSIGN_OR_RETURN(PagePosition position, request.page_token().empty()
                                                      ? FirstPosition(log, request)
                                                      : ReadPageToken(scope, request.page_token()));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<uint64_t> page,
                           groups.empty() ? Neighbours(position, page_size)
                                          : SearchPage(sources.index, groups, position, page_size));
  v1::ListEntriesResponse response;
  for (const uint64_t index : page) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    EVIDENT_ASSIGN_OR_RETURN(*response.add_entries(), ViewEntry(log, EntryIndex(index)));
  }
  if (position.next < position.bound) {
    response.set_next_page_token(MakePageToken(scope, position));
  }
  return response;
}

absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint(const audit::Log& log, Call&,
                                                        const v1::GetCheckpointRequest&) {
  v1::GetCheckpointResponse response;
  response.set_checkpoint(log.LatestCheckpoint());
  response.set_verifier_key(log.verifier().ToText());
  for (const audit::KeyRotation& rotation : log.rotations()) {
    v1::KeyRotation& shown = *response.add_rotations();
    shown.set_entry(rotation.entry.value);
    shown.set_previous_key(rotation.previous.ToText());
    shown.set_verifier_key(rotation.key.ToText());
    shown.set_handover(rotation.handover);
  }
  return response;
}

absl::StatusOr<v1::GetInclusionProofResponse> GetInclusionProof(
    const audit::Log& log, Call&, const v1::GetInclusionProofRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(CoveredSize proven, SizeToProve(log, request.size()));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> hashes,
                           log.ProveInclusion(request.index(), proven.size));
  v1::GetInclusionProofResponse response;
  AddHashes(hashes, response);
  EVIDENT_ASSIGN_OR_RETURN(*response.mutable_leaf(), log.ReadLeaf(EntryIndex(request.index())));
  response.set_size(proven.size);
  response.set_checkpoint(std::move(proven.checkpoint));
  return response;
}

absl::StatusOr<v1::GetConsistencyProofResponse> GetConsistencyProof(
    const audit::Log& log, Call&, const v1::GetConsistencyProofRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(CoveredSize proven, SizeToProve(log, request.second()));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> hashes,
                           log.ProveConsistency(request.first(), proven.size));
  v1::GetConsistencyProofResponse response;
  AddHashes(hashes, response);
  response.set_second(proven.size);
  response.set_checkpoint(std::move(proven.checkpoint));
  return response;
}

}  // namespace evident::server
