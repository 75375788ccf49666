// What has become of what a decision rested on.
#ifndef EVIDENT_DECISION_CHANGES_SINCE_H_
#define EVIDENT_DECISION_CHANGES_SINCE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "decision/knowledge_index.h"
#include "evident/v1/audit.pb.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::decision {

// From the decision's release to another, in order of kinds, then of names: of the statements that
// it looked at, their evidence, references, guidelines and decision points, the facts that they
// test and the concepts that were asked for; and the statements that would be looked at now and
// were not. Without the releases that changed them. The readers' errors.
absl::StatusOr<std::vector<v1::ChangeSince>> ChangesSince(const v1::DecisionRecord& record,
                                                          const KnowledgeIndex& then,
                                                          const KnowledgeIndex& now);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_CHANGES_SINCE_H_
