#include "server/config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <filesystem>
#include <limits>
#include <string_view>

#include "audit/proof/entry_name.h"
#include "base/reason_code.h"
#include "base/status.h"
#include "server/yaml_reader.h"

namespace evident::server {
namespace {

constexpr char kReason[] = "CONFIG_INVALID";
constexpr int64_t kDiskWarnTimes = 4;  // the reserve, where nothing else is said

absl::Status Invalid(std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, kReason, message);
}

class PathResolver {
 public:
  explicit PathResolver(const std::string& file)
      : folder_(std::filesystem::path(file).parent_path()) {}
  std::string operator()(const std::string& path) const {
    if (path.empty()) return path;
    return (folder_ / path).lexically_normal().string();
  }

 private:
  const std::filesystem::path folder_;
};

std::optional<TlsConfig> ReadTls(YamlReader& reader, const YAML::Node& root,
                                 const PathResolver& resolve) {
  const YAML::Node node = root["tls"];
  if (!node) return std::nullopt;
  if (!reader.CheckMap(node, "tls", {"certificate_file", "key_file", "client_ca_file"})) {
    return std::nullopt;
  }
  TlsConfig tls;
  tls.certificate_file = resolve(reader.Text(node, "certificate_file", true));
  tls.key_file = resolve(reader.Text(node, "key_file", true));
  tls.client_ca_file = resolve(reader.Text(node, "client_ca_file", true));
  return tls;
}

std::optional<RestoredFrom> ReadRestoredFrom(YamlReader& reader, const YAML::Node& audit,
                                             const PathResolver& resolve) {
  const YAML::Node node = audit["restored_from"];
  if (!node) return std::nullopt;
  if (!reader.CheckMap(node, "restored_from", {"checkpoint_file", "verifier_key_file"})) {
    return std::nullopt;
  }
  RestoredFrom from;
  from.checkpoint_file = resolve(reader.Text(node, "checkpoint_file", true));
  from.verifier_key_file = resolve(reader.Text(node, "verifier_key_file", true));
  return from;
}

RetentionConfig ReadRetention(YamlReader& reader, const YAML::Node& node) {
  RetentionConfig retention;
  if (node["retention_days"]) {
    retention.days =
        reader.Number(node, "retention_days", kRetentionDaysMin, kRetentionDaysMin, 36'500);
  }
  retention.archive_required = reader.Flag(node, "archive_required", false);
  return retention;
}

AuditConfig ReadAudit(YamlReader& reader, const YAML::Node& root, const PathResolver& resolve) {
  AuditConfig audit;
  const YAML::Node node = root["audit"];
  if (!node) {
    reader.Report(root, "the key 'audit' is missing");
    return audit;
  }
  if (!reader.CheckMap(node, "audit",
                       {"name", "incarnation", "signer_key_file", "previous_signer_key_file",
                        "restored_from", "kek_file", "keys_dir", "guard_file", "disk_reserve_mb",
                        "disk_warn_mb", "retention_days", "archive_required"})) {
    return audit;
  }
  audit.name = reader.Text(node, "name", true);
  if (!audit.name.empty() && !audit::IsValidLogName(audit.name)) {
    reader.Report(node["name"], "'name' must be 1 to 100 bytes of a-z, 0-9, '.' and '-'");
  }
  audit.incarnation = static_cast<uint32_t>(
      reader.Number(node, "incarnation", 1, 1, std::numeric_limits<uint32_t>::max()));
  audit.signer_key_file = resolve(reader.Text(node, "signer_key_file", true));
  audit.previous_signer_key_file = resolve(reader.Text(node, "previous_signer_key_file", false));
  audit.restored_from = ReadRestoredFrom(reader, node, resolve);
  if (audit.restored_from && audit.incarnation == 1) {
    reader.Report(node["restored_from"], "'restored_from' is for a later 'incarnation' than 1");
  }
  audit.kek_file = resolve(reader.Text(node, "kek_file", true));
  audit.keys_dir = resolve(reader.Text(node, "keys_dir", true));
  audit.guard_file = resolve(reader.Text(node, "guard_file", true));
  audit.disk_reserve_bytes =
      static_cast<uint64_t>(reader.Number(node, "disk_reserve_mb", 256, 0, 1 << 20)) << 20;
  const auto reserve_mb = static_cast<int64_t>(audit.disk_reserve_bytes >> 20);
  audit.disk_warn_bytes =
      static_cast<uint64_t>(
          reader.Number(node, "disk_warn_mb", kDiskWarnTimes * reserve_mb, reserve_mb, 1 << 22))
      << 20;
  audit.retention = ReadRetention(reader, node);
  return audit;
}

KnowledgeConfig ReadKnowledge(YamlReader& reader, const YAML::Node& root) {
  KnowledgeConfig knowledge;
  const YAML::Node node = root["knowledge"];
  if (!node || !reader.CheckMap(node, "knowledge", {"view_memory_mb", "four_eyes"}))
    return knowledge;
  const auto most = static_cast<int64_t>(knowledge.view_bytes_max >> 20);
  knowledge.view_bytes_max =
      static_cast<size_t>(reader.Number(node, "view_memory_mb", most, 1, 1 << 20)) << 20;
  knowledge.four_eyes = reader.Flag(node, "four_eyes", false);
  return knowledge;
}

BackupConfig ReadBackup(YamlReader& reader, const YAML::Node& root, const PathResolver& resolve) {
  BackupConfig backup;
  const YAML::Node node = root["backup"];
  if (!node || !reader.CheckMap(node, "backup", {"directory", "keep", "disk_reserve_mb"})) {
    return backup;
  }
  backup.directory = resolve(reader.Text(node, "directory", true));
  backup.keep = static_cast<size_t>(
      reader.Number(node, "keep", static_cast<int64_t>(backup.keep), 0, 1'000'000));
  backup.disk_reserve_bytes =
      static_cast<uint64_t>(reader.Number(node, "disk_reserve_mb", 256, 0, 1 << 20)) << 20;
  return backup;
}

FeedbackConfig ReadFeedback(YamlReader& reader, const YAML::Node& root) {
  FeedbackConfig feedback;
  const YAML::Node node = root["feedback"];
  if (!node || !reader.CheckMap(node, "feedback", {"reasons"})) return feedback;
  const YAML::Node reasons = node["reasons"];
  if (!reasons || !reader.CheckMap(reasons, "feedback.reasons", {})) return feedback;
  feedback.reasons.clear();
  for (const auto& reason : reasons) {
    const std::string code = reason.first.Scalar();
    if (!IsReasonCode(code)) {
      reader.Report(reason.first, "'" + code + "' must be a code of a-z, 0-9 and '-'");
    }
    feedback.reasons[code] = reader.Text(reasons, code, true);
  }
  if (feedback.reasons.empty() || feedback.reasons.size() > kFeedbackReasonsMax) {
    reader.Report(reasons, "feedback.reasons lists 1 to " + std::to_string(kFeedbackReasonsMax) +
                               " reasons (kFeedbackReasonsMax)");
  }
  return feedback;
}

LimitsConfig ReadLimits(YamlReader& reader, const YAML::Node& root) {
  LimitsConfig limits;
  const YAML::Node node = root["limits"];
  if (!node) return limits;
  if (!reader.CheckMap(node, "limits",
                       {"in_flight_calls", "worker_threads", "connection_age_s", "drain_s"})) {
    return limits;
  }
  limits.in_flight_calls =
      static_cast<size_t>(reader.Number(node, "in_flight_calls", kInFlightCallsMax, 1, 65536));
  limits.worker_threads =
      static_cast<size_t>(reader.Number(node, "worker_threads", limits.worker_threads, 1, 256));
  limits.connection_age_s =
      reader.Number(node, "connection_age_s", limits.connection_age_s, 1, 86400);
  limits.drain_s = reader.Number(node, "drain_s", limits.drain_s, 1, 300);
  return limits;
}

std::string Resolved(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  const auto resolved = std::filesystem::weakly_canonical(absolute, error);
  return (error ? absolute.lexically_normal() : resolved).string();
}

// Whether `path`, followed through links or as it is written, is the folder or inside it.
bool IsInside(const std::string& path, const std::string& folder) {
  const auto below = [](const std::string& inner, const std::string& outer) {
    return inner == outer || inner.starts_with(outer + "/");
  };
  const std::string written = std::filesystem::absolute(path).lexically_normal().string();
  return below(Resolved(path), Resolved(folder)) ||
         below(written, std::filesystem::absolute(folder).lexically_normal().string());
}

// What is put in the folder of the copies goes away with them.
void CheckOutsideOfCopies(YamlReader& reader, const YAML::Node& root, const ServerConfig& config) {
  const TlsConfig tls = config.tls.value_or(TlsConfig());
  const AuditConfig& audit = config.audit;
  const RestoredFrom restored = audit.restored_from.value_or(RestoredFrom());
  for (const std::string* path :
       {&tls.certificate_file, &tls.key_file, &tls.client_ca_file, &config.policy_file,
        &config.site_mapping_file, &audit.signer_key_file, &audit.previous_signer_key_file,
        &restored.checkpoint_file, &restored.verifier_key_file, &audit.kek_file, &audit.keys_dir,
        &audit.guard_file}) {
    if (path->empty() || !IsInside(*path, config.ServingTlsDir())) continue;
    reader.Report(root, "'" + *path + "' is inside '" + config.ServingTlsDir() +
                            "', which the server makes and removes");
  }
}

// The host of "host:port" without brackets; nullopt when it is not of that form.
std::optional<std::string> HostOf(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  uint16_t port = 0;
  const char* end = address.data() + address.size();
  const auto [parsed, error] = std::from_chars(address.data() + colon + 1, end, port);
  if (error != std::errc() || parsed != end) return std::nullopt;
  std::string host = address.substr(0, colon);
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return std::nullopt;
    return host.substr(1, host.size() - 2);
  }
  if (host.find(':') != std::string::npos) return std::nullopt;
  return host;
}

bool IsLoopback(const std::string& host) {
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace

absl::StatusOr<ServerConfig> LoadConfig(const std::string& path) {
  YamlReader reader(path, kReason);
  EVIDENT_ASSIGN_OR_RETURN(const YAML::Node root, reader.Load());
  ServerConfig config;
  if (reader.CheckMap(root, "the configuration",
                      {"data_dir", "listen", "plaintext_loopback", "tls", "policy_file", "audit",
                       "knowledge", "backup", "feedback", "site_mapping_file", "limits"})) {
    const PathResolver resolve(path);
    config.data_dir = resolve(reader.Text(root, "data_dir", true));
    config.listen = reader.Texts(root, "listen", true);
    config.plaintext_loopback = reader.Flag(root, "plaintext_loopback", false);
    config.tls = ReadTls(reader, root, resolve);
    config.policy_file = resolve(reader.Text(root, "policy_file", true));
    config.audit = ReadAudit(reader, root, resolve);
    config.knowledge = ReadKnowledge(reader, root);
    config.backup = ReadBackup(reader, root, resolve);
    config.feedback = ReadFeedback(reader, root);
    config.site_mapping_file = resolve(reader.Text(root, "site_mapping_file", false));
    config.limits = ReadLimits(reader, root);
    if (!config.data_dir.empty()) CheckOutsideOfCopies(reader, root, config);
  }
  EVIDENT_RETURN_IF_ERROR(reader.Finish());
  return config;
}

absl::Status CheckTransport(const ServerConfig& config) {
  if (config.plaintext_loopback && config.tls) {
    return Invalid("both tls and plaintext on loopback are asked for: one of them is meant");
  }
  if (!config.plaintext_loopback && !config.tls) {
    return Invalid("tls is missing; plaintext is served on loopback only and when asked for");
  }
  if (config.listen.empty()) return Invalid("there is no address to listen on");
  for (const std::string& address : config.listen) {
    const std::optional<std::string> host = HostOf(address);
    if (!host) return Invalid("the address '" + address + "' is not host:port");
    if (config.plaintext_loopback && !IsLoopback(*host)) {
      return Invalid("plaintext is served on literal loopback addresses only, not on '" + address +
                     "'");
    }
  }
  return absl::OkStatus();
}

}  // namespace evident::server
