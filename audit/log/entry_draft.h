// One entry before the log has it, and after.
#ifndef EVIDENT_AUDIT_LOG_ENTRY_DRAFT_H_
#define EVIDENT_AUDIT_LOG_ENTRY_DRAFT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "audit/proof/leaf.h"
#include "base/digest.h"
#include "base/ids.h"
#include "evident/v1/audit.pb.h"

namespace evident::audit {

// What a caller hands in. The body's request fields are filled in by the log; its caller's tenant
// and its subject choose the key that seals it.
struct EntryDraft {
  LeafKind kind = LeafKind::kRead;
  uint8_t grpc_status = 0;  // google.rpc.Code
  uint8_t outcome = 0;      // evident.v1.Outcome
  uint16_t rpc = 0;         // rpc_numbers.h
  uint32_t engine_semantics = 0;
  Digest release;                      // zero for none
  LeafDetail detail;                   // of the kind
  std::optional<std::string> request;  // the message as received
  std::optional<std::string> answer;   // field 1 of a response with an answer, else all of it
  v1::EntryBody body;
};

// What the log hands back once the entry is durable.
struct Committed {
  EntryIndex index;
  std::string name;  // "decisions/..." or "entries/..."
  v1::Receipt receipt;
  std::string receipt_bytes;  // the receipt's only valid bytes
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_ENTRY_DRAFT_H_
