#include "server/handlers/export_entries.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "server/handlers/log_range.h"

namespace evident::server {
namespace {

class EntrySource final : public MessageSource {
 public:
  EntrySource(const audit::Log& log, uint64_t begin, CoveredSize newest)
      : log_(log), next_(begin), newest_(std::move(newest)) {}

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
    const uint64_t end = std::min<uint64_t>(stretch_.size, next_ + kExportLeavesEach);
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<std::string> leaves, log_.ReadLeaves(next_, end));
    v1::ExportEntriesResponse::Leaves& part = *response.mutable_leaves();
    part.set_begin(next_);
    for (const std::string& leaf : leaves) part.add_leaves(leaf);
    next_ = end;
    return Next{response.SerializeAsString(), false};
  }

 private:
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
  CoveredSize stretch_;  // whose leaves are under way; without a note: none
};

}  // namespace

absl::StatusOr<std::unique_ptr<MessageSource>> ExportEntries(
    const audit::Log& log, Call&, const v1::ExportEntriesRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(CoveredSize newest, CoveredByNewest(log));
  EVIDENT_RETURN_IF_ERROR(CheckBegin(request.begin(), newest.size));
  return std::unique_ptr<MessageSource>(new EntrySource(log, request.begin(), std::move(newest)));
}

}  // namespace evident::server
