#include "server/handlers/entry_view.h"

#include <utility>
#include <variant>

#include "audit/log/store.h"
#include "audit/proof/body_envelope.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/rpc_numbers.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"

namespace evident::server {
namespace {

uint64_t NumberOf(const audit::LeafDetail& detail) {
  if (const auto* outcome = std::get_if<audit::OutcomeDetail>(&detail)) {
    return outcome->intent.value;
  }
  if (const auto* close = std::get_if<audit::StreamCloseDetail>(&detail)) return close->messages;
  if (const auto* aggregate = std::get_if<audit::AggregateDetail>(&detail)) {
    return aggregate->count;
  }
  if (const auto* pruning = std::get_if<audit::PruningDetail>(&detail)) return pruning->end.value;
  return 0;
}

}  // namespace

v1::LeafInfo ViewLeaf(const audit::Leaf& leaf) {
  v1::LeafInfo info;
  info.set_kind(static_cast<v1::EntryKind>(leaf.kind));
  info.set_grpc_status(leaf.grpc_status);
  info.set_outcome(static_cast<v1::Outcome>(leaf.outcome));
  info.set_method(std::string(audit::RpcMethodOf(leaf.rpc)));
  info.set_engine_semantics(leaf.engine_semantics);
  info.set_commit_time_ns(leaf.commit_time_ns);
  info.set_release_digest(std::string(leaf.release.view()));
  info.set_request_commitment(std::string(leaf.request_commitment.view()));
  info.set_answer_commitment(std::string(leaf.answer_commitment.view()));
  info.set_body_hash(std::string(leaf.body_hash.view()));
  info.set_number(NumberOf(leaf.detail));
  return info;
}

absl::StatusOr<v1::Entry> ViewEntry(const audit::Log& log, EntryIndex index) {
  v1::Entry entry;
  EVIDENT_ASSIGN_OR_RETURN(*entry.mutable_leaf(), log.ReadLeaf(index));
  EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(entry.leaf()));
  entry.set_name(audit::NameEntry(log.id(), index, leaf.kind).ToString());
  entry.set_index(index.value);
  *entry.mutable_info() = ViewLeaf(leaf);
  return entry;
}

absl::StatusOr<FoundEntry> FindEntry(const audit::Log& log, std::string_view name) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::EntryName parsed, audit::ParseEntryName(name));
  const absl::Status missing = MakeError(
      absl::StatusCode::kNotFound, "ENTRY_NOT_FOUND",
      "the log " + log.id().Origin() + " has no entry '" + Beginning(name, kNameBytesMax) + "'");
  if (parsed.log != log.id() || parsed.index.value >= log.Size()) return missing;
  EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, log.LeafAt(parsed.index));
  if (audit::NameEntry(log.id(), parsed.index, leaf.kind) != parsed) return missing;
  return FoundEntry{parsed.index, leaf};
}

absl::StatusOr<OpenedBody> OpenUnlessGone(const audit::Log& log, EntryIndex index) {
  OpenedBody body;
  const absl::StatusOr<std::string> envelope = log.ReadEnvelope(index);
  if (ErrorReason(envelope.status()) == "BODY_PRUNED") {
    body.state = v1::BODY_STATE_PRUNED;
    body.gone = std::string(envelope.status().message());
    return body;
  }
  EVIDENT_RETURN_IF_ERROR(envelope.status());
  absl::StatusOr<storage::v1::SealedBody> sealed = log.OpenEnvelope(index, *envelope);
  const bool erased = ErrorReason(sealed.status()) == "KEY_ERASED";
  if (!sealed.ok() && !erased) return sealed.status();
  EVIDENT_ASSIGN_OR_RETURN(const audit::EnvelopeHeader header,
                           audit::ReadEnvelopeHeader(*envelope));
  body.key_id = audit::KeyIdBytes(header.key_id);
  if (erased) {
    body.state = v1::BODY_STATE_ERASED;
    body.gone = std::string(sealed.status().message());
  } else {
    body.sealed = *std::move(sealed);
  }
  return body;
}

void SetBody(OpenedBody body, v1::Entry& entry) {
  entry.set_body_state(body.state);
  if (body.opened()) *entry.mutable_body() = std::move(*body.sealed.mutable_body());
}

}  // namespace evident::server
