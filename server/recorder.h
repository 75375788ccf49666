// The audit log as the call path needs it: entries go in, receipts come out.
#ifndef EVIDENT_SERVER_RECORDER_H_
#define EVIDENT_SERVER_RECORDER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/leaf.h"
#include "base/digest.h"
#include "evident/v1/audit.pb.h"
#include "server/call.h"

namespace evident::server {

// One entry before the log has it.
struct EntryDraft {
  audit::LeafKind kind = audit::LeafKind::kRead;
  absl::StatusCode code = absl::StatusCode::kOk;
  uint8_t outcome = 0;  // evident.v1.Outcome
  uint16_t rpc = 0;     // audit/proof/rpc_numbers.h
  uint32_t engine_semantics = 0;
  Digest release;
  audit::LeafDetail detail;
  std::optional<std::string> request;  // the message as received
  std::optional<std::string> answer;   // field 1 of a response with an answer, else all of it
  v1::EntryBody body;                  // the log fills in what concerns the request's bytes
};

// One entry after the log has it.
struct Recorded {
  uint64_t index = 0;
  std::string name;  // "decisions/..." or "entries/..."
  v1::Receipt receipt;
  std::string receipt_bytes;  // the receipt's only valid bytes
};

// Thread safe.
class Recorder {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<Recorded>)>;

  virtual ~Recorder() = default;

  // Never blocks on the disk's sync; `done` runs on a thread of the log's once the entry is
  // durable, or has failed: UNAVAILABLE.
  virtual void Append(EntryDraft draft, Done done) = 0;

  // Why the log takes no more entries; empty while it does.
  virtual std::string ReadOnlyReason() const = 0;

  // Append, and waits. Not from a thread of the log's.
  absl::StatusOr<Recorded> AppendAndWait(EntryDraft draft);
};

// What every entry of a call has in common: RPC number, caller, method, times and the handler's
// notes; with the reason of `status` when it is not OK.
EntryDraft DraftEntry(const Call& call, audit::LeafKind kind, const absl::Status& status);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_RECORDER_H_
