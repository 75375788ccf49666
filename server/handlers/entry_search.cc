#include "server/handlers/entry_search.h"

#include <algorithm>
#include <string>
#include <utility>

#include "audit/proof/rpc_numbers.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::server {
namespace {

using audit::IndexField;
using audit::IndexTerm;

void CheckLength(const std::string& field, const std::string& value, size_t most,
                 ActFields& fields) {
  if (value.size() > most) {
    fields.Refuse(field, "must be at most " + std::to_string(most) + " bytes");
  }
}

absl::Status CheckFilter(const v1::EntryFilter& filter) {
  ActFields fields;
  CheckLength("filter.caller", filter.caller(), kSubjectBytesMax, fields);
  CheckLength("filter.tenant", filter.tenant(), kTenantBytesMax, fields);
  CheckLength("filter.subject", filter.subject(), kSubjectBytesMax, fields);
  CheckLength("filter.subject_tenant", filter.subject_tenant(), kTenantBytesMax, fields);
  CheckLength("filter.client_reference", filter.client_reference(), kClientReferenceBytesMax,
              fields);
  CheckLength("filter.concept_name", filter.concept_name(), kNameBytesMax, fields);
  CheckLength("filter.statement", filter.statement(), kNameBytesMax, fields);
  CheckLength("filter.follows", filter.follows(), kNameBytesMax, fields);
  if (!filter.method().empty() && audit::RpcNumberOf(filter.method()) == audit::kUnknownRpc) {
    fields.Refuse("filter.method",
                  "must be a full method, e.g. /evident.v1.DecisionService/Recommend");
  }
  if (!v1::EntryKind_IsValid(filter.kind())) fields.Refuse("filter.kind", "must be a known kind");
  if (!v1::Outcome_IsValid(filter.outcome())) {
    fields.Refuse("filter.outcome", "must be a known outcome");
  }
  if (filter.subject().empty() && !filter.subject_tenant().empty()) {
    fields.Refuse("filter.subject_tenant", "says nothing without a subject");
  }
  if (filter.statement().empty() && !filter.statement_roles().empty()) {
    fields.Refuse("filter.statement_roles", "say nothing without a statement");
  }
  CheckStatementRoles(filter.statement_roles(), fields);
  return fields.Status();
}

bool AsksForWhatIsSealed(const v1::EntryFilter& filter) {
  return !filter.caller().empty() || !filter.tenant().empty() || !filter.subject().empty() ||
         !filter.client_reference().empty() || !filter.concept_name().empty() ||
         !filter.statement().empty() || !filter.follows().empty();
}

absl::Status CheckAllowed(const Call& call, const v1::EntryFilter& filter) {
  const RoleSet& roles = call.caller().roles;
  if (roles.Has(Role::kAuditor)) return absl::OkStatus();
  if (roles.Has(Role::kPrivacyOfficer) && !filter.subject().empty()) return absl::OkStatus();
  if (roles.Has(Role::kAnalyst) && !AsksForWhatIsSealed(filter)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kPermissionDenied, "FILTER_NOT_ALLOWED",
                   roles.Has(Role::kAnalyst)
                       ? "an analyst may ask for method, kind and outcome; the rest is sealed"
                       : "a privacy officer may list the entries of a subject: name one");
}

}  // namespace

void CheckStatementRoles(const google::protobuf::RepeatedField<int>& roles, ActFields& fields) {
  for (int i = 0; i < roles.size(); ++i) {
    if (roles[i] != v1::STATEMENT_ROLE_UNSPECIFIED && v1::StatementRole_IsValid(roles[i])) continue;
    fields.Refuse("statement_roles[" + std::to_string(i) + "]", "must be a known role");
  }
}

absl::StatusOr<std::vector<std::vector<IndexTerm>>> SearchGroups(const Call& call,
                                                                 const v1::EntryFilter& filter) {
  EVIDENT_RETURN_IF_ERROR(CheckFilter(filter));
  EVIDENT_RETURN_IF_ERROR(CheckAllowed(call, filter));
  std::vector<std::vector<IndexTerm>> groups;
  const auto add = [&groups](IndexField field, std::string text) {
    if (!text.empty()) groups.push_back({{field, std::move(text)}});
  };
  add(IndexField::kCaller, filter.caller());
  add(IndexField::kTenant, filter.tenant());
  if (!filter.method().empty()) {
    add(IndexField::kMethod, std::to_string(audit::RpcNumberOf(filter.method())));
  }
  if (filter.kind() != v1::ENTRY_KIND_UNSPECIFIED) {
    add(IndexField::kKind, std::to_string(filter.kind()));
  }
  if (filter.outcome() != v1::OUTCOME_UNSPECIFIED) {
    add(IndexField::kOutcome, std::to_string(filter.outcome()));
  }
  if (!filter.subject().empty()) {
    const std::string& tenant =
        filter.subject_tenant().empty() ? call.caller().tenant : filter.subject_tenant();
    add(IndexField::kSubject, audit::SubjectText(tenant, filter.subject()));
  }
  add(IndexField::kClientReference, filter.client_reference());
  add(IndexField::kConcept, filter.concept_name());
  add(IndexField::kFollows, filter.follows());
  if (!filter.statement().empty()) {
    std::vector<IndexTerm>& uses = groups.emplace_back();
    for (int role = v1::StatementRole_MIN; role <= v1::StatementRole_MAX; ++role) {
      const auto& asked = filter.statement_roles();
      if (role == v1::STATEMENT_ROLE_UNSPECIFIED) continue;
      if (!asked.empty() && std::find(asked.begin(), asked.end(), role) == asked.end()) continue;
      uses.push_back(
          {audit::FieldOfRole(static_cast<v1::StatementRole>(role)), filter.statement()});
    }
  }
  return groups;
}

}  // namespace evident::server
