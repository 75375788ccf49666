// Opens what is on disk: the audit log, the knowledge, the index of the log.
#ifndef EVIDENT_SERVER_OPEN_DATA_H_
#define EVIDENT_SERVER_OPEN_DATA_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/index/index.h"
#include "audit/log/log.h"
#include "graph/release/release_manager.h"
#include "server/config.h"
#include "server/server.h"

namespace evident::server {

// The keys of the audit log, read and checked.
struct LogSecrets {
  std::string signer_key;
  std::string previous_signer_key;  // empty: none
  std::string key_encryption_key;
  std::optional<audit::Predecessor> restored_from;
};

// ReadFile's errors; INVALID_ARGUMENT (SIGNER_KEY_MALFORMED, KEK_MALFORMED,
// VERIFIER_KEY_MALFORMED); FAILED_PRECONDITION (SIGNER_MISMATCH) when a signer key is another
// log's. Messages name the file, never its text.
absl::StatusOr<LogSecrets> ReadLogSecrets(const AuditConfig& config);

// Opens the log, or begins it. Log::Open's errors; FAILED_PRECONDITION (LOG_MISSING), before
// anything is made, when there is knowledge but neither log nor guard, and no restore is declared:
// that log was lost.
absl::StatusOr<std::unique_ptr<audit::Log>> OpenLog(
    const ServerConfig& config, LogSecrets secrets, const Environment& environment,
    std::function<void(const absl::Status&)> on_read_only);

// Opens the knowledge, or makes it beside a log that has only just begun: beside an older one its
// absence is a loss. ReleaseManager::Open's errors; CheckKnowledgeHolds'.
absl::StatusOr<std::unique_ptr<graph::ReleaseManager>> OpenKnowledge(const ServerConfig& config,
                                                                     const Environment& environment,
                                                                     const audit::Log& log);

// Opens the index of the log, or makes it, and finishes erasures that an earlier process had begun.
// Index::Open's and FinishErasures' errors.
absl::StatusOr<std::unique_ptr<audit::Index>> OpenIndex(const ServerConfig& config,
                                                        audit::Log& log);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_OPEN_DATA_H_
