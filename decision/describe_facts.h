// What to send: the facts that statements about concepts use.
#ifndef EVIDENT_DECISION_DESCRIBE_FACTS_H_
#define EVIDENT_DECISION_DESCRIBE_FACTS_H_

#include <functional>

#include "absl/status/statusor.h"
#include "decision/knowledge_index.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::decision {

// INVALID_ARGUMENT (QUESTION_INVALID): no concept, or unknown ones, with the nearest known.
// RESOURCE_EXHAUSTED: QUESTION_TOO_LARGE past kConceptsPerQuestionMax, ANSWER_TOO_LARGE past
// kStatementsPerAnswerMax. `proceed` is asked at each statement and ends the work with its status.
absl::StatusOr<v1::DescribeFactsResponse> DescribeFacts(
    const v1::DescribeFactsRequest& request, const KnowledgeIndex& index,
    const std::function<absl::Status()>& proceed);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_DESCRIBE_FACTS_H_
