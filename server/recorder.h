// The audit log as the call path needs it: entries go in, receipts come out.
#ifndef EVIDENT_SERVER_RECORDER_H_
#define EVIDENT_SERVER_RECORDER_H_

#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/entry_draft.h"
#include "audit/log/log.h"
#include "audit/proof/leaf.h"
#include "server/call.h"

namespace evident::server {

using audit::Committed;
using audit::EntryDraft;

// Thread safe.
class Recorder {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<Committed>)>;

  virtual ~Recorder() = default;

  // Does not wait for the entry to be durable; `done` runs once, on a thread of the log's, when it
  // is or has failed.
  virtual void Append(EntryDraft draft, Done done) = 0;

  // Why the log takes no more entries; empty while it does.
  virtual std::string ReadOnlyReason() const = 0;

  // Append, and waits. Not from a thread of the log's.
  absl::StatusOr<Committed> AppendAndWait(EntryDraft draft);
};

// The audit log itself, which must outlive this.
class LogRecorder final : public Recorder {
 public:
  explicit LogRecorder(audit::Log& log) : log_(log) {}
  void Append(EntryDraft draft, Done done) override {
    log_.Append(std::move(draft), std::move(done));
  }
  std::string ReadOnlyReason() const override { return log_.ReadOnlyReason(); }

 private:
  audit::Log& log_;
};

// What every entry of a call has in common: RPC number, caller, method, times and the handler's
// notes; with the reason of `status` when it is not OK, cut at kRecordedReasonBytesMax.
EntryDraft DraftEntry(const Call& call, audit::LeafKind kind, const absl::Status& status);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_RECORDER_H_
