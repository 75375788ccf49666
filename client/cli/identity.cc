#include "client/cli/identity.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/status.h"
#include "base/suggest.h"
#include "client/cli/certificates.h"
#include "client/cli/context_file.h"
#include "client/cli/yaml_append.h"

namespace evident::cli {
namespace {

constexpr size_t kFileBytesMax = 1u << 20;
constexpr unsigned kSecret = 0600;
constexpr unsigned kPublic = 0644;

absl::Status Check(const IdentityOptions& options) {
  const bool plain = std::all_of(options.name.begin(), options.name.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-');
  });
  if (!plain || options.name.empty() || options.name.size() > 64 || options.name[0] == '.') {
    return MakeError(absl::StatusCode::kInvalidArgument, "IDENTITY_NAME_INVALID",
                     "an identity's name is 1 to 64 letters, digits, '.', '_' and '-', not "
                     "beginning with '.'; got '" +
                         options.name + "'");
  }
  for (const std::string& role : options.roles) {
    if (std::find(AllRoles().begin(), AllRoles().end(), role) != AllRoles().end()) continue;
    return MakeError(absl::StatusCode::kInvalidArgument, "ROLE_UNKNOWN",
                     "unknown role '" + role + "'" + NearestHint(role, AllRoles()));
  }
  return absl::OkStatus();
}

// A file of the installation as it is, and with one entry more.
struct Extension {
  std::string before;
  std::string after;
};

absl::StatusOr<Extension> Extended(const std::string& path, const std::string& map,
                                   const std::string& key, const std::string& value) {
  Extension extension;
  EVIDENT_ASSIGN_OR_RETURN(extension.before, ReadFile(path, kFileBytesMax));
  absl::StatusOr<std::string> after = AppendToMap(extension.before, map, key, value);
  if (!after.ok()) return Annotate(after.status(), path);
  extension.after = *std::move(after);
  return extension;
}

absl::StatusOr<CertificatePair> Issue(const IdentityOptions& options, const Clock& clock) {
  CertificatePair authority;
  const std::string& dir = options.directory;
  EVIDENT_ASSIGN_OR_RETURN(authority.certificate, ReadFile(dir + "/ca.crt", kFileBytesMax));
  EVIDENT_ASSIGN_OR_RETURN(authority.key, ReadFile(dir + "/ca.key", kFileBytesMax));
  CertificateRequest request;
  request.common_name = options.name;
  request.days = options.days;
  return IssueCertificate(authority, request, clock.NowNs());
}

std::string Joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

void Remove(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

}  // namespace

const std::vector<std::string>& AllRoles() {
  static const std::vector<std::string> roles = {"reader",   "decider",         "curator",
                                                 "reviewer", "publisher",       "auditor",
                                                 "analyst",  "privacy_officer", "admin"};
  return roles;
}

std::string ContextEntry(const std::string& server, const std::string& name) {
  return "{server: \"" + server + "\", ca: ca.crt, certificate: clients/" + name +
         ".crt, key: clients/" + name + ".key, verifier_key: log.verifier}";
}

absl::Status AddIdentity(const IdentityOptions& options, const Clock& clock) {
  EVIDENT_RETURN_IF_ERROR(Check(options));
  const std::string& dir = options.directory;
  const std::string contexts_file = dir + "/config.yaml";
  const std::string policy_file = dir + "/policy.yaml";
  EVIDENT_ASSIGN_OR_RETURN(const Context admin, ReadContext(contexts_file, "admin"));
  EVIDENT_ASSIGN_OR_RETURN(
      const Extension policy,
      Extended(policy_file, "identities", "cn:" + options.name, "[" + Joined(options.roles) + "]"));
  EVIDENT_ASSIGN_OR_RETURN(const Extension contexts,
                           Extended(contexts_file, "contexts", options.name,
                                    ContextEntry(admin.connection.address, options.name)));
  EVIDENT_ASSIGN_OR_RETURN(const CertificatePair pair, Issue(options, clock));
  const std::string base = dir + "/clients/" + options.name;
  EVIDENT_RETURN_IF_ERROR(CreateFile(base + ".key", pair.key, kSecret));
  absl::Status status = CreateFile(base + ".crt", pair.certificate, kPublic);
  if (status.ok()) status = WriteFileAtomically(contexts_file, contexts.after, kPublic);
  if (status.ok()) {
    status = WriteFileAtomically(policy_file, policy.after, kSecret);
    // The first error is the one to tell.
    if (!status.ok()) (void)WriteFileAtomically(contexts_file, contexts.before, kPublic);
  }
  if (!status.ok()) {
    Remove(base + ".key");
    Remove(base + ".crt");
  }
  return status;
}

}  // namespace evident::cli
