// Names that callers write, against those of a release.
#ifndef EVIDENT_DECISION_NAMES_H_
#define EVIDENT_DECISION_NAMES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "decision/knowledge_index.h"

namespace evident::decision {

// The full name of a concept, given in full or as a bare slug that is unique. INVALID_ARGUMENT
// (CONCEPT_UNKNOWN, CONCEPT_AMBIGUOUS; NAME_TOO_LONG above kNameBytesMax).
absl::StatusOr<std::string> ResolveConcept(const KnowledgeIndex& index, const std::string& written);

// The nodes, of whatever kind, that have this code. The reader's errors.
absl::StatusOr<std::vector<graph::NodePtr>> NodesWithCode(const KnowledgeIndex& index,
                                                          const v1::Code& code);

// The concept with this code. INVALID_ARGUMENT (CONCEPT_UNKNOWN, CONCEPT_AMBIGUOUS, NAME_TOO_LONG).
absl::StatusOr<std::string> ResolveCode(const KnowledgeIndex& index, const v1::Code& code);

// The full name of a fact, given in full, or as a bare slug that is unique among `asked`.
// INVALID_ARGUMENT (FACT_UNKNOWN, FACT_AMBIGUOUS, listing the full names; NAME_TOO_LONG).
absl::StatusOr<std::string> ResolveFact(const KnowledgeIndex& index, const std::string& written,
                                        const std::set<std::string>& asked);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_NAMES_H_
