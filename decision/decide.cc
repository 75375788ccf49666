#include "decision/decide.h"

#include "base/limits.h"
#include "base/status.h"
#include "decision/assembler.h"
#include "decision/evaluation.h"
#include "decision/question.h"

namespace evident::decision {
namespace {

absl::Status AddCandidates(Evaluation& evaluation) {
  const auto& concepts = evaluation.question.concepts();
  const std::vector<size_t> candidates =
      evaluation.index.Candidates({concepts.begin(), concepts.end()});
  if (candidates.size() > kStatementsPerAnswerMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "ANSWER_TOO_LARGE",
                     "the question concerns " + std::to_string(candidates.size()) +
                         " statements; at most " + std::to_string(kStatementsPerAnswerMax) +
                         " (kStatementsPerAnswerMax)");
  }
  for (const size_t at : candidates) {
    evaluation.places[at] = evaluation.statements.size();
    evaluation.statements.emplace_back().at = at;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Decision> Decide(const KnowledgeIndex& index, const v1::ResolvedQuestion& question,
                                const std::function<absl::Status()>& proceed) {
  if (question.release_digest() != index.reader().release().release_digest()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "RELEASE_DIFFERS",
                     "the question was resolved in another release than it is to be decided in");
  }
  EVIDENT_ASSIGN_OR_RETURN(criteria::Facts facts, FactsOf(question));
  Evaluation evaluation(index, question, std::move(facts), ContextOf(question, index));
  EVIDENT_RETURN_IF_ERROR(AddCandidates(evaluation));
  for (const auto step :
       {SelectStatements, FindConflicts, SettleOptions, SettleDecisionPoints, RankMissingFacts}) {
    EVIDENT_RETURN_IF_ERROR(proceed());
    step(evaluation);
  }
  EVIDENT_RETURN_IF_ERROR(proceed());
  Decision decision;
  decision.answer = AssembleAnswer(evaluation);
  decision.record = AssembleRecord(evaluation, decision.answer);
  decision.answer_bytes = decision.answer.SerializeAsString();
  return decision;
}

}  // namespace evident::decision
