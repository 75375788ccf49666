#include "server/policy.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "server/yaml_reader.h"

namespace evident::server {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 9> kRoleNames{{
    {Role::kReader, "reader"},
    {Role::kDecider, "decider"},
    {Role::kCurator, "curator"},
    {Role::kReviewer, "reviewer"},
    {Role::kPublisher, "publisher"},
    {Role::kAuditor, "auditor"},
    {Role::kAnalyst, "analyst"},
    {Role::kPrivacyOfficer, "privacy_officer"},
    {Role::kAdmin, "admin"},
}};

constexpr RoleSet kAll{Role::kReader,   Role::kDecider,        Role::kCurator,
                       Role::kReviewer, Role::kPublisher,      Role::kAuditor,
                       Role::kAnalyst,  Role::kPrivacyOfficer, Role::kAdmin};
constexpr RoleSet kKnowledge{Role::kReader, Role::kDecider, Role::kCurator, Role::kReviewer,
                             Role::kPublisher};
constexpr RoleSet kDrafts{Role::kCurator, Role::kReviewer, Role::kPublisher, Role::kAuditor};

struct MethodRoles {
  std::string_view method;
  RoleSet roles;
};

// Handlers may ask for more: ImportPack for publisher when it publishes, GetEntry for the auditor
// before it opens another's body, Explain and Replay likewise.
constexpr std::array<MethodRoles, 50> kMethodRoles{{
    {"/evident.v1.DecisionService/Recommend", {Role::kDecider}},
    {"/evident.v1.DecisionService/BatchRecommend", {Role::kDecider}},
    {"/evident.v1.DecisionService/WhatIf", {Role::kDecider}},
    {"/evident.v1.DecisionService/Ask", {Role::kDecider}},
    {"/evident.v1.DecisionService/DescribeFacts", kKnowledge},
    {"/evident.v1.DecisionService/Explain", {Role::kDecider, Role::kAuditor}},
    {"/evident.v1.DecisionService/Replay", {Role::kDecider, Role::kAuditor}},
    {"/evident.v1.DecisionService/RecordFeedback", {Role::kDecider}},
    {"/evident.v1.KnowledgeService/GetNode", kKnowledge},
    {"/evident.v1.KnowledgeService/ListReleases", kKnowledge},
    {"/evident.v1.KnowledgeService/ListNodes", kKnowledge},
    {"/evident.v1.KnowledgeService/SearchConcepts", kKnowledge},
    {"/evident.v1.KnowledgeService/Traverse", kKnowledge},
    {"/evident.v1.KnowledgeService/GetProvenance", kKnowledge},
    {"/evident.v1.KnowledgeService/GetRelease", kKnowledge},
    {"/evident.v1.KnowledgeService/DiffReleases", kKnowledge},
    {"/evident.v1.KnowledgeService/WatchReleases", kKnowledge},
    {"/evident.v1.CurationService/ImportPack", {Role::kCurator}},
    {"/evident.v1.CurationService/CreateDraft", {Role::kCurator}},
    {"/evident.v1.CurationService/ApplyChanges", {Role::kCurator}},
    {"/evident.v1.CurationService/GetDraft", kDrafts},
    {"/evident.v1.CurationService/ListDrafts", kDrafts},
    {"/evident.v1.CurationService/LintDraft", kDrafts},
    {"/evident.v1.CurationService/TestDraft", kDrafts},
    {"/evident.v1.CurationService/RenderDraft", kDrafts},
    {"/evident.v1.CurationService/SubmitDraft", {Role::kCurator}},
    {"/evident.v1.CurationService/ReviewDraft", {Role::kReviewer}},
    {"/evident.v1.CurationService/PublishDraft", {Role::kPublisher}},
    {"/evident.v1.CurationService/AbandonDraft", {Role::kCurator, Role::kPublisher}},
    {"/evident.v1.CurationService/ExportPack", kKnowledge},
    {"/evident.v1.CurationService/ReviewStatements", {Role::kCurator, Role::kReviewer}},
    {"/evident.v1.CurationService/ListReviews", kKnowledge},
    {"/evident.v1.CurationService/ResolveCitation", {Role::kPublisher}},
    {"/evident.v1.CurationService/WithdrawStatement", {Role::kReviewer, Role::kPublisher}},
    {"/evident.v1.CurationService/SetReferenceStanding", {Role::kPublisher}},
    {"/evident.v1.AuditService/GetEntry", {Role::kAuditor, Role::kDecider, Role::kAnalyst}},
    {"/evident.v1.AuditService/ListEntries",
     {Role::kAuditor, Role::kAnalyst, Role::kPrivacyOfficer}},
    {"/evident.v1.AuditService/ExportEntries", {Role::kAuditor, Role::kAnalyst}},
    {"/evident.v1.AuditService/ExportTables", {Role::kAuditor, Role::kAnalyst}},
    {"/evident.v1.AuditService/GetCheckpoint", kAll},
    {"/evident.v1.AuditService/GetInclusionProof", kAll},
    {"/evident.v1.AuditService/GetConsistencyProof", kAll},
    {"/evident.v1.AuditService/FindAffectedDecisions", {Role::kAuditor}},
    {"/evident.v1.AuditService/EraseSubject", {Role::kPrivacyOfficer}},
    {"/evident.v1.AuditService/PlaceLegalHold", {Role::kPrivacyOfficer}},
    {"/evident.v1.AuditService/LiftLegalHold", {Role::kPrivacyOfficer}},
    {"/evident.v1.AuditService/PruneBodies", {Role::kPrivacyOfficer}},
    {"/evident.v1.AuditService/ExportBodies", {Role::kPrivacyOfficer, Role::kAdmin}},
    {"/evident.v1.AdminService/GetStatus", kAll},
    {"/evident.v1.AdminService/CreateBackup", {Role::kAdmin}},
}};

bool IsValidTenant(std::string_view tenant) {
  return !tenant.empty() && tenant.size() <= kTenantBytesMax &&
         std::all_of(tenant.begin(), tenant.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                  c == '-';
         });
}

RoleSet ReadRoles(YamlReader& reader, const YAML::Node& node) {
  RoleSet roles;
  for (const std::string& name : reader.TextList(node, "the roles of an identity")) {
    const std::optional<Role> role = RoleOf(name);
    if (role) {
      roles.Add(*role);
    } else {
      reader.Report(node, "there is no role '" + name + "'");
    }
  }
  return roles;
}

Grant ReadGrant(YamlReader& reader, const YAML::Node& node) {
  Grant grant;
  if (node.IsSequence()) {
    grant.roles = ReadRoles(reader, node);
    return grant;
  }
  if (!reader.CheckMap(node, "an identity", {"roles", "tenant"})) return grant;
  if (node["roles"]) grant.roles = ReadRoles(reader, node["roles"]);
  if (node["tenant"]) {
    grant.tenant = reader.Text(node, "tenant", true);
    if (!IsValidTenant(grant.tenant)) {
      reader.Report(node["tenant"], "a tenant is 1 to 64 bytes of a-z, 0-9, '.', '_' and '-'");
    }
  }
  return grant;
}

std::set<std::string> ReadAnalyticsFacts(YamlReader& reader, const YAML::Node& node) {
  std::set<std::string> names;
  for (const std::string& name : reader.TextList(node, "the facts for analyses")) {
    if (name.find('/') == std::string::npos || name.size() > kNameBytesMax) {
      reader.Report(node, "'" + name + "' is no full name of a fact, pack/fact");
    }
    names.insert(name);
  }
  if (names.size() > kAnalyticsFactsMax) {
    reader.Report(node, "a policy lists at most " + std::to_string(kAnalyticsFactsMax) +
                            " facts for analyses (kAnalyticsFactsMax)");
  }
  return names;
}

}  // namespace

std::string_view RoleName(Role role) {
  for (const auto& [known, name] : kRoleNames) {
    if (known == role) return name;
  }
  return {};
}

std::optional<Role> RoleOf(std::string_view name) {
  for (const auto& [role, known] : kRoleNames) {
    if (known == name) return role;
  }
  return std::nullopt;
}

std::vector<std::string> RoleSet::Names() const {
  std::vector<std::string> names;
  for (const auto& [role, name] : kRoleNames) {
    if (Has(role)) names.emplace_back(name);
  }
  return names;
}

RoleSet RolesFor(std::string_view method) {
  for (const MethodRoles& known : kMethodRoles) {
    if (known.method == method) return known.roles;
  }
  return {};
}

absl::StatusOr<Policy> Policy::Load(const std::string& path) {
  YamlReader reader(path, "POLICY_INVALID");
  EVIDENT_ASSIGN_OR_RETURN(const YAML::Node root, reader.Load());
  Policy policy;
  if (reader.CheckMap(root, "the policy", {"identities", "analytics_facts"})) {
    if (root["analytics_facts"]) {
      policy.analytics_facts_ = ReadAnalyticsFacts(reader, root["analytics_facts"]);
    }
    const YAML::Node identities = root["identities"];
    if (!identities) {
      reader.Report(root, "the key 'identities' is missing");
    } else if (reader.CheckMap(identities, "identities", {})) {
      for (const auto& item : identities) {
        if (!item.first.IsScalar()) continue;
        policy.grants_.emplace(item.first.Scalar(), ReadGrant(reader, item.second));
      }
    }
  }
  EVIDENT_RETURN_IF_ERROR(reader.Finish());
  return policy;
}

Grant Policy::For(const std::string& identity) const {
  const auto found = grants_.find(identity);
  return found == grants_.end() ? Grant() : found->second;
}

}  // namespace evident::server
