// The decision engine: a resolved question in, the answer's bytes and the decision record out.
#ifndef EVIDENT_DECISION_DECIDE_H_
#define EVIDENT_DECISION_DECIDE_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "decision/knowledge_index.h"
#include "evident/v1/answer.pb.h"
#include "evident/v1/audit.pb.h"

namespace evident::decision {

// Number of the engine's semantics: what one build decides, every build of the same number decides,
// byte for byte. Builds of number 0 came before and promised nothing.
inline constexpr uint32_t kEngineSemantics = 1;

struct Decision {
  std::string answer_bytes;  // of v1.Answer: what the receipt commits to
  v1::Answer answer;
  v1::DecisionRecord record;
};

// Decides. Equal question and release give equal bytes. `proceed` is asked at each statement and
// ends the work with its status, such as DEADLINE_EXCEEDED or CANCELLED. RESOURCE_EXHAUSTED
// (ANSWER_TOO_LARGE) past kStatementsPerAnswerMax. INVALID_ARGUMENT for a question that was not
// made by ResolveQuestion, or for another release than the index's.
absl::StatusOr<Decision> Decide(const KnowledgeIndex& index, const v1::ResolvedQuestion& question,
                                const std::function<absl::Status()>& proceed);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_DECIDE_H_
