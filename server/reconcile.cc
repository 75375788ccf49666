#include "server/reconcile.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/proof/entry_name.h"
#include "audit/proof/rpc_numbers.h"
#include "base/log.h"
#include "base/status.h"
#include "server/build_info.h"
#include "server/handlers/node_view.h"

namespace evident::server {
namespace {

absl::StatusOr<audit::EntryDraft> DraftOutcome(const audit::Log& log,
                                               const graph::ReleaseManager& releases,
                                               const Clock& clock, EntryIndex intent) {
  const std::string name = audit::NameEntry(log.id(), intent, audit::LeafKind::kIntent).ToString();
  EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, log.ReadLeaf(intent));
  EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(bytes));
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<storage::v1::ReleaseRecord> release,
                           releases.FindByIntent(name));
  audit::EntryDraft draft;
  draft.kind = audit::LeafKind::kOutcome;
  draft.rpc = leaf.rpc;
  draft.detail = audit::OutcomeDetail{intent};
  draft.body.set_received_time_ns(clock.NowNs());
  draft.body.set_server_build(kServerBuild);
  draft.body.set_method(std::string(audit::RpcMethodOf(leaf.rpc)));
  if (release) {
    EVIDENT_ASSIGN_OR_RETURN(draft.release, Digest::FromBytes(release->release_digest()));
    draft.body.set_effect("found on start: " + ReleaseName(release->number()) +
                          " had been published for " + name);
  } else {
    draft.grpc_status = static_cast<uint8_t>(absl::StatusCode::kAborted);
    draft.body.set_reason("INTENT_INTERRUPTED: the server stopped before the effect");
    draft.body.set_effect("found on start: nothing was published for " + name);
  }
  return draft;
}

}  // namespace

absl::StatusOr<size_t> ReconcileIntents(audit::Log& log, const graph::ReleaseManager& releases,
                                        const Clock& clock) {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<EntryIndex> open, log.OpenIntents());
  for (const EntryIndex intent : open) {
    EVIDENT_ASSIGN_OR_RETURN(audit::EntryDraft draft, DraftOutcome(log, releases, clock, intent));
    const std::string effect = draft.body.effect();
    EVIDENT_RETURN_IF_ERROR(log.AppendAndWait(std::move(draft)).status());
    Log(LogLevel::kWarning, "intent reconciled", {{"effect", effect}});
  }
  return open.size();
}

}  // namespace evident::server
