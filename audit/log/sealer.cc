#include "audit/log/sealer.h"

#include <utility>

#include "audit/proof/body_envelope.h"
#include "audit/proof/commitment.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/status.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {
namespace {

void FillRequest(const std::string& request, v1::EntryBody& body) {
  body.set_request_bytes(request.size());
  body.set_request_sha256(std::string(Sha256(request).view()));
  body.clear_request();
  if (request.size() <= kRecordedRequestBytesMax) body.set_request(request);
}

}  // namespace

absl::StatusOr<SealedEntry> SealEntry(EntryDraft draft, KeyRing& keys, const Clock& clock,
                                      Random& random) {
  SealedEntry sealed;
  Leaf& leaf = sealed.leaf;
  leaf.kind = draft.kind;
  leaf.grpc_status = draft.grpc_status;
  leaf.outcome = draft.outcome;
  leaf.rpc = draft.rpc;
  leaf.engine_semantics = draft.engine_semantics;
  leaf.release = draft.release;
  leaf.detail = draft.detail;
  if (draft.request.has_value()) {
    sealed.request_salt = random.Bytes(kSaltBytes);
    leaf.request_commitment = CommitRequest(sealed.request_salt, *draft.request);
    FillRequest(*draft.request, draft.body);
  }
  if (draft.answer.has_value()) {
    sealed.answer_salt = random.Bytes(kSaltBytes);
    leaf.answer_commitment = CommitAnswer(sealed.answer_salt, *draft.answer);
  }
  const SealScope scope{draft.body.caller().tenant(), draft.body.subject(),
                        DateOfTimeNs(clock.NowNs()).ToString()};
  EVIDENT_ASSIGN_OR_RETURN(const BodyKey key, keys.KeyFor(scope));
  storage::v1::SealedBody body;
  *body.mutable_body() = std::move(draft.body);
  body.set_request_salt(sealed.request_salt);
  body.set_answer_salt(sealed.answer_salt);
  body.set_clock_source("realtime");
  EnvelopeHeader header;
  header.key_id = key.id;
  header.entry_salt = random.Bytes(kEntrySaltBytes);
  EVIDENT_ASSIGN_OR_RETURN(sealed.envelope, SealBody(key.key, header, body.SerializeAsString()));
  leaf.body_hash = Sha256(sealed.envelope);
  return sealed;
}

}  // namespace evident::audit
