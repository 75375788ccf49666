#include "server/handlers/export_bodies.h"

#include <string>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "server/handlers/log_range.h"

namespace evident::server {
namespace {

class BodySource final : public MessageSource {
 public:
  BodySource(const audit::Log& log, uint64_t begin, CoveredSize newest)
      : log_(log), next_(begin), newest_(std::move(newest)) {}

  absl::StatusOr<Next> Take(Call& call) override {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    if (done_) return Next();
    v1::ExportBodiesResponse response;
    size_t bytes = 0;
    for (size_t i = 0; i < kExportLeavesEach && next_ < newest_.size && bytes < kArchiveBytesEach;
         ++i, ++next_) {
      v1::StoredEntry& entry = *response.add_entries();
      EVIDENT_RETURN_IF_ERROR(Read(EntryIndex(next_), entry));
      bytes += entry.sealed_body().size();
    }
    if (next_ == newest_.size) {
      response.set_checkpoint(newest_.checkpoint);
      done_ = true;
    }
    return Next{response.SerializeAsString(), false};
  }

 private:
  absl::Status Read(EntryIndex index, v1::StoredEntry& entry) const {
    EVIDENT_ASSIGN_OR_RETURN(*entry.mutable_leaf(), log_.ReadLeaf(index));
    absl::StatusOr<std::string> sealed = log_.ReadEnvelope(index);
    if (ErrorReason(sealed.status()) == "BODY_PRUNED") return absl::OkStatus();
    EVIDENT_RETURN_IF_ERROR(sealed.status());
    entry.set_sealed_body(*std::move(sealed));
    return absl::OkStatus();
  }

  const audit::Log& log_;
  uint64_t next_;
  const CoveredSize newest_;
  bool done_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<MessageSource>> ExportBodies(
    const audit::Log& log, Call& call, const v1::ExportBodiesRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(CoveredSize newest, CoveredByNewest(log));
  EVIDENT_RETURN_IF_ERROR(CheckBegin(request.begin(), newest.size));
  call.notes().effect = "read the sealed bodies of the entries from " +
                        std::to_string(request.begin()) + " to before " +
                        std::to_string(newest.size);
  return std::unique_ptr<MessageSource>(new BodySource(log, request.begin(), std::move(newest)));
}

}  // namespace evident::server
