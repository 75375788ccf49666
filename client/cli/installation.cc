#include "client/cli/installation.h"

#include <arpa/inet.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "audit/log/key_ring.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/note.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status.h"
#include "client/cli/certificates.h"
#include "client/cli/identity.h"

namespace evident::cli {
namespace {

constexpr unsigned kSecret = 0600;
constexpr unsigned kPublic = 0644;
constexpr int kServerDays = 825;

absl::Status Invalid(std::string_view reason, const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, message);
}

bool IsAddress(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

absl::Status CheckHost(const std::string& host) {
  const bool named = !host.empty() && host.size() <= 253 &&
                     std::all_of(host.begin(), host.end(), [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '.' || c == '-';
                     });
  if (named || IsAddress(host)) return absl::OkStatus();
  return Invalid("HOST_INVALID", "'" + host + "' is neither a host name nor an address");
}

// Where a command line on the same machine finds the server.
absl::StatusOr<std::string> LocalServer(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  const std::string port = colon == std::string::npos ? "" : listen.substr(colon + 1);
  const bool is_port =
      !port.empty() && port.size() <= 5 &&
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
      std::stoi(port) <= 65'535;
  if (!is_port || colon == 0) {
    return Invalid("ADDRESS_INVALID", "'" + listen + "' is not host:port");
  }
  std::string host = listen.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  EVIDENT_RETURN_IF_ERROR(CheckHost(bracketed ? host.substr(1, host.size() - 2) : host));
  if (host == "0.0.0.0" || host == "[::]") host = "localhost";
  return host + ":" + port;
}

// One folder that is being filled.
class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  // Errors stay: Finish() has the first.
  void Put(const std::string& name, std::string_view bytes, unsigned mode) {
    if (status_.ok()) status_ = CreateFile(path_ + "/" + name, bytes, mode);
  }
  void PutPair(const std::string& name, const CertificatePair& pair) {
    Put(name + ".crt", pair.certificate, kPublic);
    Put(name + ".key", pair.key, kSecret);
  }
  void Make(const std::string& name) {
    if (status_.ok()) status_ = MakeDirectories(path_ + "/" + name, 0700);
  }
  const absl::Status& status() const { return status_; }

 private:
  const std::string path_;
  absl::Status status_;
};

std::string PolicyText() {
  std::string roles;
  for (const std::string& role : AllRoles()) {
    if (role == "auditor") continue;
    roles += (roles.empty() ? "" : ", ") + role;
  }
  return "# Who may do what. `evident identity add` appends here.\nidentities:\n  \"cn:admin\": [" +
         roles + "]\n";
}

std::string ServerText(const InstallationOptions& options) {
  return "data_dir: data\nlisten: \"" + options.listen +
         "\"\ntls:\n  certificate_file: server.crt\n  key_file: server.key\n"
         "  client_ca_file: ca.crt\npolicy_file: policy.yaml\naudit:\n  name: " +
         options.log_name +
         "\n  incarnation: 1\n  signer_key_file: log.key\n  kek_file: kek.key\n"
         "  keys_dir: keys\n  guard_file: guard\n  disk_reserve_mb: 256\n";
}

CertificateRequest ServerRequest(const InstallationOptions& options) {
  CertificateRequest request;
  request.common_name = "evident server";
  request.dns_names = {"localhost"};
  request.ip_addresses = {"127.0.0.1", "::1"};
  for (const std::string& host : options.hosts) {
    (IsAddress(host) ? request.ip_addresses : request.dns_names).push_back(host);
  }
  request.for_server = true;
  request.days = kServerDays;
  return request;
}

absl::Status Fill(const std::string& path, const InstallationOptions& options,
                  const std::string& server, const Clock& clock, Random& random) {
  const int64_t now = clock.NowNs();
  EVIDENT_ASSIGN_OR_RETURN(const CertificatePair authority,
                           MakeAuthority("evident " + options.log_name.substr(0, 50), now));
  EVIDENT_ASSIGN_OR_RETURN(const CertificatePair server_pair,
                           IssueCertificate(authority, ServerRequest(options), now));
  CertificateRequest admin_request;
  admin_request.common_name = "admin";
  EVIDENT_ASSIGN_OR_RETURN(const CertificatePair admin,
                           IssueCertificate(authority, admin_request, now));
  const audit::LogId log{options.log_name, 1};
  EVIDENT_ASSIGN_OR_RETURN(const audit::NoteSigner signer,
                           audit::NoteSigner::Generate(log.Origin(), random));
  Folder folder(path);
  folder.Make("clients");
  folder.PutPair("ca", authority);
  folder.PutPair("server", server_pair);
  folder.PutPair("clients/admin", admin);
  folder.Put("log.key", signer.ToText() + "\n", kSecret);
  folder.Put("log.verifier", signer.verifier().ToText() + "\n", kPublic);
  folder.Put("kek.key", audit::NewKeyEncryptionKeyFile(random), kSecret);
  folder.Put("policy.yaml", PolicyText(), kSecret);
  folder.Put("evidentd.yaml", ServerText(options), kPublic);
  folder.Put("config.yaml",
             "current: admin\ncontexts:\n  \"admin\": " + ContextEntry(server, "admin") + "\n",
             kPublic);
  return folder.status();
}

absl::Status CheckTarget(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return absl::OkStatus();
  if (std::filesystem::is_directory(path, error) && std::filesystem::is_empty(path, error)) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kAlreadyExists, "DIRECTORY_NOT_EMPTY",
                   path.string() + " is there already and not an empty folder");
}

}  // namespace

absl::Status MakeInstallation(const InstallationOptions& options, const Clock& clock,
                              Random& random) {
  if (!audit::IsValidLogName(options.log_name)) {
    return Invalid("LOG_NAME_INVALID", "a log's name is 1 to 100 bytes of a-z, 0-9, '.' and '-'");
  }
  for (const std::string& host : options.hosts) EVIDENT_RETURN_IF_ERROR(CheckHost(host));
  EVIDENT_ASSIGN_OR_RETURN(const std::string server, LocalServer(options.listen));
  std::filesystem::path target = std::filesystem::absolute(options.directory).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  EVIDENT_RETURN_IF_ERROR(CheckTarget(target));
  const std::string making = target.string() + ".half-made-" + HexEncode(random.Bytes(4));
  EVIDENT_RETURN_IF_ERROR(MakeDirectories(making, 0700));
  absl::Status status = Fill(making, options, server, clock, random);
  std::error_code error;
  if (status.ok()) {
    std::filesystem::rename(making, target, error);
    if (error) {
      status = MakeError(absl::StatusCode::kInternal, "DIRECTORY_NOT_MADE",
                         target.string() + ": " + error.message());
    }
  }
  if (!status.ok()) {
    std::filesystem::remove_all(making, error);
    return status;
  }
  return SyncDirectory(target.parent_path().string());
}

}  // namespace evident::cli
