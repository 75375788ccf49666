#include "audit/index/index_terms.h"

#include <set>

#include "base/encoding.h"

namespace evident::audit {

std::string SubjectText(std::string_view tenant, std::string_view subject) {
  std::string text;
  AppendU32(text, static_cast<uint32_t>(tenant.size()));
  text += tenant;
  text += subject;
  return text;
}

std::vector<IndexTerm> TermsOfLeaf(const Leaf& leaf) {
  std::vector<IndexTerm> terms{
      {IndexField::kMethod, std::to_string(leaf.rpc)},
      {IndexField::kKind, std::to_string(static_cast<unsigned>(leaf.kind))}};
  if (leaf.outcome != 0) terms.push_back({IndexField::kOutcome, std::to_string(leaf.outcome)});
  return terms;
}

std::vector<IndexTerm> TermsOfBody(const v1::EntryBody& body) {
  const v1::CallerInfo& caller = body.caller();
  std::set<IndexTerm> terms;
  const auto add = [&terms](IndexField field, const std::string& text) {
    if (!text.empty()) terms.insert({field, text});
  };
  add(IndexField::kCaller, caller.identity());
  add(IndexField::kTenant, caller.tenant());
  add(IndexField::kClientReference, body.client_reference());
  add(IndexField::kFollows, body.follows());
  if (!body.subject().empty()) {
    add(IndexField::kSubject, SubjectText(caller.tenant(), body.subject()));
  }
  for (const std::string& name : body.decision().question().concepts()) {
    add(IndexField::kConcept, name);
  }
  for (const RoleOfStatement& use : RolesIn(body.decision())) {
    add(FieldOfRole(use.role), use.statement);
  }
  return {terms.begin(), terms.end()};
}

IndexField FieldOfRole(v1::StatementRole role) {
  switch (role) {
    case v1::STATEMENT_ROLE_EXCLUDED:
      return IndexField::kExcluded;
    case v1::STATEMENT_ROLE_BLOCKED:
      return IndexField::kBlocked;
    case v1::STATEMENT_ROLE_IN_CONFLICT:
      return IndexField::kInConflict;
    default:
      return IndexField::kReturned;
  }
}

std::vector<RoleOfStatement> RolesIn(const v1::DecisionRecord& decision) {
  std::set<RoleOfStatement> roles;
  for (const v1::StatementOutcome& one : decision.statements()) {
    const bool out = one.exclusion() != v1::EXCLUSION_REASON_UNSPECIFIED;
    roles.insert(
        {one.statement(), out ? v1::STATEMENT_ROLE_EXCLUDED : v1::STATEMENT_ROLE_RETURNED});
    for (const int option : one.options()) {
      if (option != v1::OPTION_STATE_REMOVED) continue;
      roles.insert({one.statement(), v1::STATEMENT_ROLE_BLOCKED});
    }
  }
  for (const v1::Conflict& conflict : decision.conflicts()) {
    roles.insert({conflict.statement(), v1::STATEMENT_ROLE_IN_CONFLICT});
    roles.insert({conflict.against(), v1::STATEMENT_ROLE_IN_CONFLICT});
  }
  return {roles.begin(), roles.end()};
}

}  // namespace evident::audit
