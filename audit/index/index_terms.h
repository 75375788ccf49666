// What an entry can be found by.
#ifndef EVIDENT_AUDIT_INDEX_INDEX_TERMS_H_
#define EVIDENT_AUDIT_INDEX_INDEX_TERMS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/proof/leaf.h"
#include "evident/v1/audit.pb.h"
#include "evident/v1/audit_service.pb.h"

namespace evident::audit {

// The numbers stand on disk (docs/formats/audit-index.md).
enum class IndexField : uint8_t {
  kCaller = 1,           // identity
  kTenant = 2,           // of the caller
  kMethod = 3,           // RPC number, decimal
  kKind = 4,             // LeafKind, decimal
  kOutcome = 5,          // evident.v1.Outcome, decimal
  kSubject = 6,          // SubjectText
  kClientReference = 7,  // as sent
  kConcept = 8,          // full name, of a decision's question
  kReturned = 9,         // full name of a statement that the decision returned,
  kExcluded = 10,        // that was out,
  kBlocked = 11,         // that lost an option,
  kInConflict = 12,      // that stood in a conflict
  kFollows = 13,         // name of the decision that it follows
};

struct IndexTerm {
  IndexField field{};
  std::string text;
  bool operator==(const IndexTerm&) const = default;
  auto operator<=>(const IndexTerm&) const = default;
};

// A subject within its tenant, as one text.
std::string SubjectText(std::string_view tenant, std::string_view subject);

// What the leaf says of the entry, for everybody to see.
std::vector<IndexTerm> TermsOfLeaf(const Leaf& leaf);

// What its body says; no term twice, and none that is empty.
std::vector<IndexTerm> TermsOfBody(const v1::EntryBody& body);

// kReturned to kInConflict, by role and back. `role` must be one.
IndexField FieldOfRole(v1::StatementRole role);

// How a decision used its statements, by name, then role.
struct RoleOfStatement {
  std::string statement;
  v1::StatementRole role{};
  bool operator==(const RoleOfStatement&) const = default;
  auto operator<=>(const RoleOfStatement&) const = default;
};
std::vector<RoleOfStatement> RolesIn(const v1::DecisionRecord& decision);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_INDEX_INDEX_TERMS_H_
