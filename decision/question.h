// Questions, fully resolved: what is decided here is what the log keeps and what replay runs.
#ifndef EVIDENT_DECISION_QUESTION_H_
#define EVIDENT_DECISION_QUESTION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "criteria/evaluate.h"
#include "decision/knowledge_index.h"
#include "decision/observations.h"
#include "evident/v1/answer.pb.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::decision {

// What a frame is resolved with.
struct QuestionInputs {
  int64_t received_ns = 0;  // whose UTC day is the default of as_valid_on
  const v1::ResolvedQuestion* earlier =
      nullptr;                           // of the decision that this one follows; null: none
  const std::string* text = nullptr;     // the question in words; null: none
  const SiteMapping* mapping = nullptr;  // what the site's codes mean; null: nothing
};

// The question with defaults filled in, names resolved, words linked, facts inherited and derived;
// facts and concepts by name, so that equal questions have equal bytes. Explicit facts win over
// words, and both over inherited ones; an inherited fact that has another value there, or
// contradicts what the others derive, is dropped and listed. INVALID_ARGUMENT (QUESTION_INVALID)
// with every violation: unknown or ambiguous names (the nearest or all full names are given),
// types, units, ranges, contradictions, dates, fields that are not supported yet.
// RESOURCE_EXHAUSTED past the caps of limits.h. A question without concepts is refused unless it
// has words.
absl::StatusOr<v1::ResolvedQuestion> ResolveQuestion(const v1::QuestionFrame& frame,
                                                     const KnowledgeIndex& index,
                                                     const QuestionInputs& inputs);

// The value, decoded, as one of a fact. INVALID_ARGUMENT: FACT_UNKNOWN, for a fact that this
// release does not have; DecodeValue's and CheckValue's errors.
absl::StatusOr<criteria::Value> CheckedValue(const KnowledgeIndex& index, const std::string& fact,
                                             const v1::Value& value);

// The frame that asks a resolved question once more, with what it was understood as: its concepts,
// its facts but the derived ones, its day, wording and filters. No release is selected.
v1::QuestionFrame FrameToAskAgain(const v1::ResolvedQuestion& question);

// The facts of a resolved question that were stated, linked or inherited. INVALID_ARGUMENT
// (VALUE_MALFORMED).
absl::StatusOr<criteria::Facts> SuppliedFactsOf(const v1::ResolvedQuestion& question);

// All facts of a resolved question, derived ones included. INVALID_ARGUMENT (VALUE_MALFORMED).
absl::StatusOr<criteria::Facts> FactsOf(const v1::ResolvedQuestion& question);

// What criteria are evaluated with. The index must outlive it; `question` has a valid date.
criteria::Context ContextOf(const v1::ResolvedQuestion& question, const KnowledgeIndex& index);

// The same without a question, on a day.
criteria::Context ContextOn(Date day, const KnowledgeIndex& index);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_QUESTION_H_
