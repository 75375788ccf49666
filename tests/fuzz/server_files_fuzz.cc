// The server's files that people write: configuration, policy and site mapping, as written or
// refused with every violation at its place.
#include "base/limits.h"
#include "base/status.h"
#include "server/config.h"
#include "server/policy.h"
#include "server/site_mapping.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/input_file.h"

namespace evident::fuzz {
namespace {

void RequireFileRefusal(const absl::Status& status, std::string_view reason) {
  RequireRefusal(status, {absl::StatusCode::kInvalidArgument}, {reason});
  const std::vector<Violation> violations = ErrorViolations(status);
  Require(!violations.empty(), "a refusal has violations");
  for (const Violation& violation : violations) {
    Require(!violation.description.empty(), "a violation says what is wrong");
  }
}

void RunConfig(const std::string& path) {
  const absl::StatusOr<server::ServerConfig> config = server::LoadConfig(path);
  if (!config.ok()) return RequireFileRefusal(config.status(), "CONFIG_INVALID");
  Require(!config->data_dir.empty() && !config->listen.empty() && !config->policy_file.empty(),
          "what is required is there");
  Require(config->limits.worker_threads >= 1 && config->limits.worker_threads <= 256 &&
              config->limits.in_flight_calls >= 1 && config->limits.drain_s >= 1,
          "limits are within theirs");
  Require(config->audit.incarnation >= 1, "an incarnation counts from 1");
  const absl::Status transport = server::CheckTransport(*config);
  if (!transport.ok()) {
    RequireRefusal(transport, {absl::StatusCode::kInvalidArgument}, {"CONFIG_INVALID"});
  }
}

void RunPolicy(const std::string& path) {
  const absl::StatusOr<server::Policy> policy = server::Policy::Load(path);
  if (!policy.ok()) return RequireFileRefusal(policy.status(), "POLICY_INVALID");
  const server::Grant grant = policy->For("cn:admin");
  Require(!grant.tenant.empty() && grant.tenant.size() <= 64, "a tenant has 1 to 64 bytes");
  Require(policy->For("cn:nobody at all").roles == server::RoleSet(), "who is not listed has none");
}

void RunSiteMapping(const std::string& path) {
  const absl::StatusOr<server::SiteMappingFile> file = server::SiteMappingFile::Load(path);
  if (!file.ok()) return RequireFileRefusal(file.status(), "SITE_MAPPING_INVALID");
  for (const auto& [code, bindings] : file->mapping().bindings) {
    Require(!code.first.empty() && !code.second.empty(), "a code has a system");
    for (const decision::CodeBinding& binding : bindings) {
      Require(binding.fact.find('/') != std::string::npos, "a fact is named in full");
      Require(!binding.value || binding.values.empty(), "one value or several, not both");
    }
  }
}

void RunServerFiles(std::string_view input) {
  const std::string path = InputFile(input);
  RunConfig(path);
  RunPolicy(path);
  RunSiteMapping(path);
}

Seeds ServerFilesSeeds() {
  const Seeds seeds = {
      "data_dir: data\nlisten: \"127.0.0.1:7443\"\nplaintext_loopback: true\n"
      "policy_file: /etc/policy.yaml\naudit:\n  name: evident.example\n  incarnation: 3\n"
      "  signer_key_file: log.key\n  kek_file: kek.key\n  keys_dir: keys\n"
      "  guard_file: ../guard\n  disk_reserve_mb: 256\nlimits: {worker_threads: 3}\n",
      "data_dir: d\nlisten: [\"[::1]:0\", 'h:65535']\npolicy_file: p\n"
      "tls: {certificate_file: c, key_file: k, client_ca_file: a}\n"
      "audit: {name: a, signer_key_file: s, kek_file: k, keys_dir: d, guard_file: g}\n"
      "limits: {in_flight_calls: 65536, connection_age_s: 1, drain_s: 300}\n",
      "identities:\n  \"cn:admin\": [reader, decider, curator, reviewer, publisher, analyst,\n"
      "    privacy_officer, admin]\n  \"cn:auditor\": [auditor]\n"
      "  \"spiffe://hospital/ward-7\":\n    roles: [decider]\n    tenant: ward-7\n"
      "  \"loopback:anonymous\": []\n",
      "identities: {}\n",
      "identities: {a: [admin], a: [admin]}\n",
      "a: &b [*b]\n",
      "observations:\n  - {system: 'urn:s', code: A, fact: p/a, value: '9.0[g/dL]'}\n"
      "  - {system: 'urn:s', code: B, fact: p/b, values: {\"Y\": true, \"N\": false}}\n"
      "  - {system: 'urn:s', code: C, fact: p/c}\n"};
  Require(server::LoadConfig(InputFile(seeds[0])).ok(), "the first is a configuration");
  Require(server::LoadConfig(InputFile(seeds[1])).ok(), "the second is a configuration");
  Require(server::Policy::Load(InputFile(seeds[2])).ok(), "the third is a policy");
  Require(server::SiteMappingFile::Load(InputFile(seeds.back())).ok(),
          "the last is a site mapping");
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(server_files, RunServerFiles, ServerFilesSeeds);
