// Puts the answer and the decision record together.
#ifndef EVIDENT_DECISION_ASSEMBLER_H_
#define EVIDENT_DECISION_ASSEMBLER_H_

#include "absl/status/statusor.h"
#include "decision/evaluation.h"
#include "evident/v1/answer.pb.h"
#include "evident/v1/audit.pb.h"

namespace evident::decision {

// Number of the format in which answers are put together; recorded, so that an old answer can be
// rebuilt.
inline constexpr uint32_t kAnswerFormat = 1;

// The answer, or the status of `proceed`. A summary leaves out texts, tested conditions, provenance
// paths, readings, evidence, references and what would admit excluded statements.
absl::StatusOr<v1::Answer> AssembleAnswer(const Evaluation& evaluation);

// What was decided, without wordings, or the status of `proceed`.
absl::StatusOr<v1::DecisionRecord> AssembleRecord(const Evaluation& evaluation,
                                                  const v1::Answer& answer);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_ASSEMBLER_H_
