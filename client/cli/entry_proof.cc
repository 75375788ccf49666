#include "client/cli/entry_proof.h"

#include "audit/proof/merkle.h"
#include "base/status.h"

namespace evident::cli {

absl::StatusOr<std::vector<Digest>> ReadHashes(
    const google::protobuf::RepeatedPtrField<std::string>& bytes) {
  std::vector<Digest> hashes;
  for (const std::string& one : bytes) {
    EVIDENT_ASSIGN_OR_RETURN(const Digest hash, Digest::FromBytes(one));
    hashes.push_back(hash);
  }
  return hashes;
}

absl::StatusOr<audit::Checkpoint> VerifyEntry(const v1::GetInclusionProofResponse& proof,
                                              uint64_t index, const std::string& leaf,
                                              const audit::LogKeys& keys) {
  EVIDENT_ASSIGN_OR_RETURN(audit::Checkpoint checkpoint,
                           audit::OpenCheckpoint(proof.checkpoint(), keys));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> hashes, ReadHashes(proof.hashes()));
  EVIDENT_RETURN_IF_ERROR(audit::VerifyInclusion(audit::LeafHash(leaf), index, checkpoint.size,
                                                 hashes, checkpoint.root));
  return checkpoint;
}

}  // namespace evident::cli
