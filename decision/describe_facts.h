// What to send: the facts that statements about concepts use.
#ifndef EVIDENT_DECISION_DESCRIBE_FACTS_H_
#define EVIDENT_DECISION_DESCRIBE_FACTS_H_

#include "absl/status/statusor.h"
#include "decision/knowledge_index.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::decision {

// INVALID_ARGUMENT (QUESTION_INVALID): no concept, or unknown ones, with the nearest known.
// RESOURCE_EXHAUSTED (QUESTION_TOO_LARGE) for more than kConceptsPerQuestionMax.
absl::StatusOr<v1::DescribeFactsResponse> DescribeFacts(const v1::DescribeFactsRequest& request,
                                                        const KnowledgeIndex& index);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_DESCRIBE_FACTS_H_
