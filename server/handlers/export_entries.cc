#include "server/handlers/export_entries.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "audit/log/store.h"
#include "audit/proof/body_envelope.h"
#include "base/limits.h"
#include "base/status.h"
#include "server/handlers/entry_view.h"
#include "server/handlers/log_range.h"

namespace evident::server {
namespace {

// What goes out of each entry.
enum class EntryForm { kLeaf, kSealed, kOpened };

EntryForm FormFor(const Call& call, const v1::ExportEntriesRequest& request) {
  if (!request.entries()) return EntryForm::kLeaf;
  return call.caller().roles.Has(Role::kAuditor) ? EntryForm::kOpened : EntryForm::kSealed;
}

class EntrySource final : public MessageSource {
 public:
  EntrySource(const audit::Log& log, uint64_t begin, CoveredSize newest, EntryForm form)
      : log_(log), next_(begin), newest_(std::move(newest)), form_(form) {}

  absl::StatusOr<Next> Take(Call& call) override {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    v1::ExportEntriesResponse response;
    if (stretch_.checkpoint.empty()) {
      if (next_ == newest_.size) return Next();
      EVIDENT_RETURN_IF_ERROR(ChooseStretch());
    }
    if (next_ == stretch_.size) {
      response.set_checkpoint(std::exchange(stretch_.checkpoint, {}));
      return Next{response.SerializeAsString(), false};
    }
    EVIDENT_RETURN_IF_ERROR(form_ == EntryForm::kLeaf ? TakeLeaves(*response.mutable_leaves())
                                                      : TakeEntries(*response.mutable_entries()));
    return Next{response.SerializeAsString(), false};
  }

 private:
  absl::Status TakeLeaves(v1::ExportEntriesResponse::Leaves& part) {
    const uint64_t end = std::min<uint64_t>(stretch_.size, next_ + kExportLeavesEach);
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<std::string> leaves, log_.ReadLeaves(next_, end));
    part.set_begin(next_);
    for (const std::string& leaf : leaves) part.add_leaves(leaf);
    next_ = end;
    return absl::OkStatus();
  }

  absl::Status TakeEntries(v1::ExportEntriesResponse::Entries& part) {
    const uint64_t end = std::min<uint64_t>(stretch_.size, next_ + kExportEntriesEach);
    for (size_t bytes = 0; next_ < end && bytes < kExportEntriesBytesEach; ++next_) {
      EVIDENT_ASSIGN_OR_RETURN(v1::Entry entry, EntryAt(EntryIndex(next_)));
      bytes += entry.ByteSizeLong();
      *part.add_entries() = std::move(entry);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<v1::Entry> EntryAt(EntryIndex index) const {
    EVIDENT_ASSIGN_OR_RETURN(v1::Entry entry, ViewEntry(log_, index));
    if (form_ == EntryForm::kOpened) {
      EVIDENT_ASSIGN_OR_RETURN(OpenedBody body, OpenUnlessGone(log_, index));
      entry.set_key_id(body.key_id);
      SetBody(std::move(body), entry);
      return entry;
    }
    const absl::StatusOr<std::string> envelope = log_.ReadEnvelope(index);
    if (ErrorReason(envelope.status()) == "BODY_PRUNED") {
      entry.set_body_state(v1::BODY_STATE_PRUNED);
      return entry;
    }
    EVIDENT_RETURN_IF_ERROR(envelope.status());
    EVIDENT_ASSIGN_OR_RETURN(const auto header, audit::ReadEnvelopeHeader(*envelope));
    entry.set_key_id(audit::KeyIdBytes(header.key_id));
    entry.set_body_state(v1::BODY_STATE_SEALED);
    return entry;
  }

  // Of old checkpoints only some are kept, but no batch of the log is larger than a stretch.
  absl::Status ChooseStretch() {
    stretch_ = newest_;
    if (newest_.size - next_ <= kExportStretchEntries) return absl::OkStatus();
    EVIDENT_ASSIGN_OR_RETURN(std::string note,
                             log_.CheckpointAtMost(next_ + kExportStretchEntries));
    if (note.empty()) return absl::OkStatus();
    EVIDENT_ASSIGN_OR_RETURN(CoveredSize covered, CoveredBy(log_, std::move(note)));
    if (covered.size > next_) stretch_ = std::move(covered);
    return absl::OkStatus();
  }

  const audit::Log& log_;
  uint64_t next_;
  const CoveredSize newest_;
  const EntryForm form_;
  CoveredSize stretch_;  // whose leaves are under way; without a note: none
};

}  // namespace

absl::StatusOr<std::unique_ptr<MessageSource>> ExportEntries(
    const audit::Log& log, Call& call, const v1::ExportEntriesRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(CoveredSize newest, CoveredByNewest(log));
  EVIDENT_RETURN_IF_ERROR(CheckBegin(request.begin(), newest.size));
  const EntryForm form = FormFor(call, request);
  if (form == EntryForm::kOpened) {
    call.notes().effect = "opened the bodies of the entries from " +
                          std::to_string(request.begin()) + " to before " +
                          std::to_string(newest.size);
  }
  return std::unique_ptr<MessageSource>(
      new EntrySource(log, request.begin(), std::move(newest), form));
}

}  // namespace evident::server
