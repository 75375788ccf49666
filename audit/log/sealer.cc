#include "audit/log/sealer.h"

#include <google/protobuf/message.h>

#include <utility>
#include <vector>

#include "audit/proof/body_envelope.h"
#include "audit/proof/commitment.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {
namespace {

void FillRequest(const std::string& request, v1::EntryBody& body) {
  body.set_request_bytes(request.size());
  body.set_request_sha256(std::string(Sha256(request).view()));
  body.clear_request();
  if (request.size() <= kRecordedRequestBytesMax) body.set_request(request);
}

std::string EscapeIfNotUtf8(const std::string& text) {
  if (IsValidUtf8(text)) return text;
  std::string escaped;
  for (const char byte : text) {
    if (static_cast<unsigned char>(byte) < 0x80) {
      escaped += byte;
    } else {
      escaped += "\\x" + HexEncode({&byte, 1});
    }
  }
  return escaped;
}

// The message's own texts, not those of the messages within it.
void EscapeTexts(google::protobuf::Message& message) {
  using google::protobuf::FieldDescriptor;
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    if (field->type() != FieldDescriptor::TYPE_STRING) continue;
    if (!field->is_repeated()) {
      reflection.SetString(&message, field, EscapeIfNotUtf8(reflection.GetString(message, field)));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      reflection.SetRepeatedString(
          &message, field, i, EscapeIfNotUtf8(reflection.GetRepeatedString(message, field, i)));
    }
  }
}

}  // namespace

absl::StatusOr<SealedEntry> SealEntry(EntryDraft draft, const BodyKey& key, Random& random,
                                      Follower* follower) {
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
  // Found here, a draft that makes no leaf costs its own caller; found by the committer, the log.
  EVIDENT_RETURN_IF_ERROR(EncodeLeaf(leaf).status());
  EscapeTexts(draft.body);
  if (draft.body.has_caller()) EscapeTexts(*draft.body.mutable_caller());
  sealed.request_mark = draft.body.request_mark();
  if (follower != nullptr) sealed.digest = follower->Digest(leaf, draft.body);
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
  if (key.made) sealed.made_key = key.id;
  return sealed;
}

}  // namespace evident::audit
