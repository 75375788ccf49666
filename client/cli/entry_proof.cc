#include "client/cli/entry_proof.h"

#include "audit/proof/merkle.h"
#include "base/status.h"

namespace evident::cli {

absl::StatusOr<audit::Checkpoint> VerifyEntry(const v1::GetInclusionProofResponse& proof,
                                              uint64_t index, const std::string& leaf,
                                              const audit::LogKeys& keys) {
  EVIDENT_ASSIGN_OR_RETURN(audit::Checkpoint checkpoint,
                           audit::OpenCheckpoint(proof.checkpoint(), keys));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> hashes, ReadDigests(proof.hashes()));
  EVIDENT_RETURN_IF_ERROR(audit::VerifyInclusion(audit::LeafHash(leaf), index, checkpoint.size,
                                                 hashes, checkpoint.root));
  return checkpoint;
}

}  // namespace evident::cli
