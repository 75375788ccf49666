#include "server/recorder.h"

#include <future>
#include <utility>

#include "audit/proof/rpc_numbers.h"
#include "base/limits.h"
#include "base/unicode.h"
#include "server/build_info.h"
#include "server/wire_errors.h"

namespace evident::server {
namespace {

void FillCaller(const Call& call, v1::CallerInfo& info) {
  info.set_identity(call.caller().identity);
  for (std::string& role : call.caller().roles.Names()) info.add_roles(std::move(role));
  info.set_tenant(call.caller().tenant);
  info.set_on_behalf_of(call.notes().on_behalf_of);
  info.set_purpose_of_use(call.notes().purpose_of_use);
  info.set_peer(call.caller().peer);
}

}  // namespace

absl::StatusOr<Committed> Recorder::AppendAndWait(EntryDraft draft) {
  std::promise<absl::StatusOr<Committed>> promise;
  std::future<absl::StatusOr<Committed>> future = promise.get_future();
  Append(std::move(draft), [&promise](absl::StatusOr<Committed> recorded) {
    promise.set_value(std::move(recorded));
  });
  return future.get();
}

EntryDraft DraftEntry(const Call& call, audit::LeafKind kind, const absl::Status& status) {
  const EntryNotes& notes = call.notes();
  EntryDraft draft;
  draft.kind = kind;
  draft.grpc_status = static_cast<uint8_t>(status.code());
  draft.rpc = audit::RpcNumberOf(call.method());
  draft.engine_semantics = notes.engine_semantics;
  draft.release = notes.release;
  v1::EntryBody& body = draft.body;
  body.set_call_id(call.id());
  body.set_received_time_ns(call.received_ns());
  body.set_server_build(kServerBuild);
  FillCaller(call, *body.mutable_caller());
  body.set_method(Beginning(call.method(), kMethodBytesMax));
  body.set_subject(notes.subject);
  body.set_client_reference(notes.client_reference);
  body.set_follows(notes.follows);
  body.set_trace_id(call.trace_id());
  body.set_effect(notes.effect);
  body.set_stream(notes.stream);
  // What changes something keeps its mark with what it changes.
  if (kind == audit::LeafKind::kDecision && call.mark()) {
    body.set_request_mark(std::string(call.mark()->id.view()));
  }
  body.mutable_feedback()->Add(notes.feedback.begin(), notes.feedback.end());
  body.set_latency_ns(call.clock().NowNs() - call.received_ns());
  if (!status.ok()) {
    body.set_reason(Beginning(WireReason(status) + ": " + std::string(status.message()),
                              kRecordedReasonBytesMax));
  }
  return draft;
}

}  // namespace evident::server
