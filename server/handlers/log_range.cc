#include "server/handlers/log_range.h"

#include <utility>

#include "audit/proof/checkpoint.h"

namespace evident::server {

absl::StatusOr<CoveredSize> CoveredBy(const audit::Log& log, std::string note) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint,
                           audit::OpenCheckpoint(note, log.verifier_keys()));
  return CoveredSize{checkpoint.size, std::move(note)};
}

absl::Status CheckBegin(uint64_t begin, uint64_t size) {
  if (begin <= size) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kOutOfRange, "ENTRY_UNKNOWN",
      "there is no entry " + std::to_string(begin) + ": the log has " + std::to_string(size),
      {{"begin", "must be at most " + std::to_string(size)}});
}

}  // namespace evident::server
