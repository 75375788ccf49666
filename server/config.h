// The server's configuration file: docs/formats/config.md.
#ifndef EVIDENT_SERVER_CONFIG_H_
#define EVIDENT_SERVER_CONFIG_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/limits.h"

namespace evident::server {

struct TlsConfig {
  std::string certificate_file;
  std::string key_file;
  std::string client_ca_file;
};

// What a later incarnation of the log goes on from.
struct RestoredFrom {
  std::string checkpoint_file;    // the last checkpoint that is known of the earlier one
  std::string verifier_key_file;  // that one's verifier keys
};

// Which bodies may be removed by age.
struct RetentionConfig {
  std::optional<int64_t> days;    // younger ones never are; nullopt: none may be removed
  bool archive_required = false;  // only those that the caller says are archived
};

struct AuditConfig {
  std::string name;
  uint32_t incarnation = 1;
  std::string signer_key_file;
  std::string
      previous_signer_key_file;  // what signer_key_file may take over from; empty: from none
  std::optional<RestoredFrom> restored_from;
  std::string kek_file;
  std::string keys_dir;
  std::string guard_file;
  uint64_t disk_reserve_bytes = 256u << 20;
  uint64_t disk_warn_bytes = 1024u << 20;  // at least the reserve
  RetentionConfig retention;
};

struct KnowledgeConfig {
  size_t view_bytes_max = kViewBytesDefault;  // of the compiled head
  bool four_eyes = false;  // what is published was approved by somebody who did not change it
};

struct BackupConfig {
  std::string directory;  // empty: no backups
  size_t keep = 7;        // the newest; 0: all
  uint64_t disk_reserve_bytes = 256u << 20;
};

// Why a statement of a decision was not followed, by code: what feedback may say.
using FeedbackReasons = std::map<std::string, std::string, std::less<>>;

struct FeedbackConfig {
  FeedbackReasons reasons = {
      {"already-done", "it had been done before"},
      {"contraindicated",
       "something about the patient that the question did not say spoke against it"},
      {"declined", "the patient declined"},
      {"not-available", "it could not be had"},
      {"not-this-patient", "the statement does not fit this patient"},
      {"other", "another reason, told in the comment"},
      {"other-guidance", "other guidance was followed"},
      {"wrong", "the statement is taken to be wrong"},
  };
};

struct LimitsConfig {
  size_t in_flight_calls = kInFlightCallsMax;
  size_t worker_threads = 8;
  int64_t connection_age_s = 3600;
  int64_t drain_s = 10;
};

// All paths are absolute or relative to the working folder.
struct ServerConfig {
  std::string data_dir;
  std::vector<std::string> listen;  // "host:port"
  bool plaintext_loopback = false;
  std::optional<TlsConfig> tls;
  std::string policy_file;
  AuditConfig audit;
  KnowledgeConfig knowledge;
  BackupConfig backup;
  FeedbackConfig feedback;
  std::string site_mapping_file;  // empty: none
  LimitsConfig limits;

  std::string KnowledgeDir() const { return data_dir + "/knowledge"; }
  std::string LogDir() const { return data_dir + "/log"; }
  std::string IndexDir() const { return data_dir + "/index"; }  // derived from the log
  // The server's own, while it runs with TLS: removed when it stops and before it starts.
  std::string ServingTlsDir() const { return data_dir + "/.serving-tls"; }
};

// Reads the file; relative paths are put behind its folder. NOT_FOUND when there is none;
// INVALID_ARGUMENT (CONFIG_INVALID) with every violation at its line and column; a file of the
// operator's inside ServingTlsDir() is one.
absl::StatusOr<ServerConfig> LoadConfig(const std::string& path);

// What LoadConfig cannot know because flags may still change it: INVALID_ARGUMENT (CONFIG_INVALID)
// when TLS and plaintext are both or neither asked for, when an address is not host:port, or when
// plaintext is asked for on an address that is not a literal loopback address.
absl::Status CheckTransport(const ServerConfig& config);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_CONFIG_H_
