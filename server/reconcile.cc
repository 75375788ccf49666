#include "server/reconcile.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/log/pruning.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/rpc_numbers.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/status.h"
#include "server/build_info.h"
#include "server/handlers/draft_frame.h"
#include "server/handlers/node_view.h"

namespace evident::server {
namespace {

bool IsCuration(uint16_t rpc) {
  constexpr std::string_view kService = "/evident.v1.CurationService/";
  return audit::RpcMethodOf(rpc).substr(0, kService.size()) == kService;
}

// Acts on subjects, of which the ring of keys gives account.
bool IsOnSubject(uint16_t rpc) {
  const std::string_view method = audit::RpcMethodOf(rpc);
  return method == "/evident.v1.AuditService/EraseSubject" ||
         method == "/evident.v1.AuditService/PlaceLegalHold" ||
         method == "/evident.v1.AuditService/LiftLegalHold";
}

bool IsPruning(uint16_t rpc) {
  return audit::RpcMethodOf(rpc) == "/evident.v1.AuditService/PruneBodies";
}

void SetInterrupted(const std::string& why, audit::EntryDraft& draft) {
  draft.grpc_status = static_cast<uint8_t>(absl::StatusCode::kAborted);
  draft.body.set_reason("INTENT_INTERRUPTED: " + why);
}

absl::StatusOr<audit::EntryDraft> DraftOutcome(audit::Log& log,
                                               const graph::ReleaseManager& releases,
                                               const Clock& clock, EntryIndex intent) {
  const std::string name = audit::NameEntry(log.id(), intent, audit::LeafKind::kIntent).ToString();
  EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, log.LeafAt(intent));
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<storage::v1::ReleaseRecord> release,
                           releases.FindByIntent(name));
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<storage::v1::DraftRecord> acted,
                           releases.drafts().FindByIntent(name));
  audit::EntryDraft draft;
  draft.kind = audit::LeafKind::kOutcome;
  draft.rpc = leaf.rpc;
  draft.detail = audit::OutcomeDetail{intent};
  draft.body.set_received_time_ns(clock.NowNs());
  draft.body.set_server_build(kServerBuild);
  draft.body.set_method(std::string(audit::RpcMethodOf(leaf.rpc)));
  if (release) {
    EVIDENT_ASSIGN_OR_RETURN(draft.release, Digest::FromBytes(release->release_digest()));
    draft.body.set_effect("found afterwards: " + ReleaseName(release->number()) +
                          " had been published for " + name);
  } else if (acted) {
    draft.body.set_effect("found afterwards: " + DraftName(acted->number()) + " was acted on for " +
                          name);
  } else if (IsOnSubject(leaf.rpc)) {
    EVIDENT_ASSIGN_OR_RETURN(const bool done, log.keys().WasDone(name));
    if (!done) SetInterrupted("the effect did not come about", draft);
    draft.body.set_effect("found afterwards: what " + name + " announced was " +
                          (done ? "carried out" : "not carried out"));
  } else if (IsPruning(leaf.rpc)) {
    EVIDENT_ASSIGN_OR_RETURN(const auto said, audit::FinishPruning(log, intent));
    if (!said) SetInterrupted("the effect did not come about", draft);
    draft.body.set_effect(
        "found afterwards: " +
        (said
             ? "bodies were removed, as " +
                   audit::NameEntry(log.id(), *said, audit::LeafKind::kPruning).ToString() + " says"
             : "nothing was removed for " + name));
  } else if (!IsCuration(leaf.rpc)) {
    SetInterrupted("the server ended before it was known what came of it", draft);
    draft.body.set_effect("found afterwards: a backup for " + name +
                          " is whole if it is there; the server ended while it was made");
  } else {
    SetInterrupted("the effect did not come about", draft);
    draft.body.set_effect("found afterwards: nothing was changed for " + name);
  }
  return draft;
}

// The leaf index at which the search for publishes that the head does not know of ends: a later
// publish has its outcome behind the head's intent. 0 when the head's intent is not of this log.
uint64_t IntentOf(const audit::Log& log, const storage::v1::ReleaseRecord& head) {
  if (head.number() == 0) return 0;
  const absl::StatusOr<audit::EntryName> name = audit::ParseEntryName(head.intent());
  const bool here = name.ok() && name->log == log.id() && name->index.value < log.Size();
  return here ? name->index.value : 0;
}

struct Published {
  EntryIndex outcome;
  Digest release;
};

// The newest publish whose outcome is OK, no further back than `first`. A damaged leaf is passed
// over: of what was asked and answered the log itself gives account, to fsck and in proofs.
std::optional<Published> NewestPublish(const audit::Log& log, uint64_t first) {
  absl::Status damage;
  std::optional<Published> newest;
  for (uint64_t i = log.Size(); i > first && !newest; --i) {
    const absl::StatusOr<audit::Leaf> leaf = log.LeafAt(EntryIndex(i - 1));
    if (!leaf.ok()) {
      damage = leaf.status();
    } else if (leaf->kind == audit::LeafKind::kOutcome && IsCuration(leaf->rpc) &&
               leaf->grpc_status == 0 && leaf->release != Digest()) {
      newest = Published{EntryIndex(i - 1), leaf->release};
    }
  }
  if (!damage.ok()) {
    Log(LogLevel::kError, "the audit log is damaged: check it with evident audit fsck",
        {{"error", std::string(damage.message())}});
  }
  return newest;
}

absl::StatusOr<bool> Holds(const graph::ReleaseManager& releases, const Digest& release) {
  bool held = false;
  EVIDENT_RETURN_IF_ERROR(releases.VisitRecords([&](const storage::v1::ReleaseRecord& record) {
    held = record.release_digest() == release.view();
    return !held;
  }));
  return held;
}

}  // namespace

absl::Status CheckKnowledgeHolds(const audit::Log& log, const graph::ReleaseManager& releases) {
  const storage::v1::ReleaseRecord head = releases.Head()->release();
  const std::optional<Published> newest = NewestPublish(log, IntentOf(log, head));
  if (!newest) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const bool held, Holds(releases, newest->release));
  if (held) return absl::OkStatus();
  const std::string entry =
      audit::NameEntry(log.id(), newest->outcome, audit::LeafKind::kOutcome).ToString();
  const absl::StatusOr<storage::v1::SealedBody> body = log.OpenEntry(newest->outcome);
  return MakeError(absl::StatusCode::kDataLoss, "KNOWLEDGE_BEHIND_LOG",
                   "the audit log's " + entry + " tells of the release " + newest->release.Hex() +
                       (body.ok() ? " (" + body->body().effect() + ")" : "") +
                       ", which is not here: the newest one here is " +
                       (head.number() == 0 ? "none" : ReleaseName(head.number())) + " " +
                       HexEncode(head.release_digest()) + ", an older copy or another's");
}

absl::Status ReconcileIntents(audit::Log& log, const graph::ReleaseManager& releases,
                              const Clock& clock, std::vector<EntryIndex>& open) {
  while (!open.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(audit::EntryDraft draft,
                             DraftOutcome(log, releases, clock, open.front()));
    const std::string effect = draft.body.effect();
    EVIDENT_RETURN_IF_ERROR(log.AppendAndWait(std::move(draft)).status());
    Log(LogLevel::kWarning, "intent reconciled", {{"effect", effect}});
    open.erase(open.begin());
  }
  return absl::OkStatus();
}

}  // namespace evident::server
