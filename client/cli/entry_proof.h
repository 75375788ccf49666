// Proofs that entries are in the log, as servers send them.
#ifndef EVIDENT_CLIENT_CLI_ENTRY_PROOF_H_
#define EVIDENT_CLIENT_CLI_ENTRY_PROOF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/log_keys.h"
#include "base/digest.h"
#include "evident/v1/audit_service.pb.h"

namespace evident::cli {

// The signed checkpoint under which `leaf` is entry `index` of the log. OpenCheckpoint's errors and
// VerifyInclusion's.
absl::StatusOr<audit::Checkpoint> VerifyEntry(const v1::GetInclusionProofResponse& proof,
                                              uint64_t index, const std::string& leaf,
                                              const audit::LogKeys& keys);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_ENTRY_PROOF_H_
