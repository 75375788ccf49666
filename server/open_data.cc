#include "server/open_data.h"

#include <filesystem>
#include <utility>

#include "audit/index/erasure.h"
#include "audit/log/key_ring.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/note.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "server/reconcile.h"

namespace evident::server {
namespace {

constexpr size_t kKeyFileBytesMax = 4096;
constexpr unsigned kPrivateFolder = 0700;

audit::LogId IdOf(const AuditConfig& config) { return {config.name, config.incarnation}; }

bool IsDatabase(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path + "/CURRENT", ignored);
}

std::string FolderOf(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  return folder.empty() ? "." : folder;
}

// The text of a signer key of this log.
absl::StatusOr<std::string> ReadSignerKey(const std::string& path, const audit::LogId& id) {
  EVIDENT_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kKeyFileBytesMax));
  if (!text.empty() && text.back() == '\n') text.pop_back();
  const absl::StatusOr<audit::NoteSigner> signer = audit::NoteSigner::Parse(text);
  if (!signer.ok()) return Annotate(signer.status(), path);
  if (signer->verifier().name() == id.Origin()) return text;
  return MakeError(absl::StatusCode::kFailedPrecondition, "SIGNER_MISMATCH",
                   path + ": is the key of '" + signer->verifier().name() +
                       "', not of the configured log '" + id.Origin() + "'");
}

absl::StatusOr<audit::Predecessor> ReadPredecessor(const RestoredFrom& from) {
  EVIDENT_ASSIGN_OR_RETURN(std::string checkpoint, ReadFile(from.checkpoint_file, kNoteBytesMax));
  EVIDENT_ASSIGN_OR_RETURN(const std::string text,
                           ReadFile(from.verifier_key_file, kKeyFileBytesMax));
  absl::StatusOr<audit::LogKeys> keys = audit::LogKeys::Parse(text);
  if (!keys.ok()) return Annotate(keys.status(), from.verifier_key_file);
  return audit::Predecessor{std::move(checkpoint), *std::move(keys)};
}

}  // namespace

absl::StatusOr<LogSecrets> ReadLogSecrets(const AuditConfig& config) {
  LogSecrets secrets;
  EVIDENT_ASSIGN_OR_RETURN(secrets.signer_key, ReadSignerKey(config.signer_key_file, IdOf(config)));
  if (!config.previous_signer_key_file.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(secrets.previous_signer_key,
                             ReadSignerKey(config.previous_signer_key_file, IdOf(config)));
  }
  if (config.restored_from.has_value()) {
    EVIDENT_ASSIGN_OR_RETURN(secrets.restored_from, ReadPredecessor(*config.restored_from));
  }
  absl::StatusOr<std::string> kek = audit::ReadKeyEncryptionKey(config.kek_file);
  if (!kek.ok()) return Annotate(kek.status(), config.kek_file);
  secrets.key_encryption_key = *std::move(kek);
  return secrets;
}

absl::StatusOr<std::unique_ptr<audit::Log>> OpenLog(
    const ServerConfig& config, LogSecrets secrets, const Environment& environment,
    std::function<void(const absl::Status&)> on_read_only) {
  std::error_code ignored;
  const bool none =
      !IsDatabase(config.LogDir()) && !std::filesystem::exists(config.audit.guard_file, ignored);
  // A restore may have the knowledge alone; what is known of the log is declared.
  if (none && !secrets.restored_from && IsDatabase(config.KnowledgeDir())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "LOG_MISSING",
                     config.LogDir() + ": there is knowledge in " + config.KnowledgeDir() +
                         ", but its audit log and guard are gone");
  }
  if (none) {
    EVIDENT_RETURN_IF_ERROR(MakeDirectories(config.data_dir, kPrivateFolder));
    EVIDENT_RETURN_IF_ERROR(MakeDirectories(FolderOf(config.audit.keys_dir), kPrivateFolder));
    EVIDENT_RETURN_IF_ERROR(MakeDirectories(FolderOf(config.audit.guard_file), kPrivateFolder));
  }
  audit::LogOptions options;
  options.path = config.LogDir();
  options.keys_path = config.audit.keys_dir;
  options.guard_path = config.audit.guard_file;
  options.id = IdOf(config.audit);
  options.signer_key = std::move(secrets.signer_key);
  options.previous_signer_key = std::move(secrets.previous_signer_key);
  options.restored_from = std::move(secrets.restored_from);
  options.key_encryption_key = std::move(secrets.key_encryption_key);
  options.disk_reserve_bytes = config.audit.disk_reserve_bytes;
  options.clock = &environment.clock;
  options.random = &environment.random;
  options.fault_file_system = environment.log_faults;
  options.on_read_only = std::move(on_read_only);
  return audit::Log::Open(std::move(options));
}

absl::StatusOr<std::unique_ptr<graph::ReleaseManager>> OpenKnowledge(const ServerConfig& config,
                                                                     const Environment& environment,
                                                                     const audit::Log& log) {
  graph::GraphDatabaseOptions options;
  options.path = config.KnowledgeDir();
  // A log that has just begun holds nothing behind its key's entry.
  options.create = log.Size() <= log.id().FirstKeyEntry().value + 1;
  options.fault_file_system = environment.knowledge_faults;
  EVIDENT_ASSIGN_OR_RETURN(std::unique_ptr<graph::ReleaseManager> releases,
                           graph::ReleaseManager::Open(options, config.knowledge.view_bytes_max));
  if (const absl::Status held = CheckKnowledgeHolds(log, *releases); !held.ok()) {
    return Annotate(held, options.path);
  }
  return releases;
}

absl::StatusOr<std::unique_ptr<audit::Index>> OpenIndex(const ServerConfig& config,
                                                        audit::Log& log) {
  audit::IndexOptions options;
  options.path = config.IndexDir();
  EVIDENT_ASSIGN_OR_RETURN(auto index, audit::Index::Open(options, log));
  if (log.ReadOnlyReason().empty()) {
    EVIDENT_RETURN_IF_ERROR(audit::FinishErasures(log, *index));
  }
  return index;
}

}  // namespace evident::server
