#include "decision/decide.h"

#include "base/status.h"
#include "decision/assembler.h"
#include "decision/evaluation.h"
#include "decision/question.h"

namespace evident::decision {
namespace {

absl::Status AddCandidates(Evaluation& evaluation) {
  const auto& concepts = evaluation.question.concepts();
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<size_t> candidates,
                           evaluation.index.CandidatesToShow({concepts.begin(), concepts.end()}));
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
  EVIDENT_ASSIGN_OR_RETURN(criteria::Facts supplied, SuppliedFactsOf(question));
  EVIDENT_ASSIGN_OR_RETURN(criteria::Facts facts, FactsOf(question));
  criteria::Context context = ContextOf(question, index);
  context.eliminations = index.derivations().Eliminate(facts, context);
  Evaluation evaluation(index, question, std::move(supplied), std::move(facts), std::move(context),
                        proceed);
  EVIDENT_RETURN_IF_ERROR(AddCandidates(evaluation));
  for (const auto step :
       {SelectStatements, FindConflicts, SettleOptions, SettleDecisionPoints, RankMissingFacts}) {
    EVIDENT_RETURN_IF_ERROR(step(evaluation));
  }
  EVIDENT_RETURN_IF_ERROR(proceed());
  Decision decision;
  EVIDENT_ASSIGN_OR_RETURN(decision.answer, AssembleAnswer(evaluation));
  EVIDENT_ASSIGN_OR_RETURN(decision.record, AssembleRecord(evaluation, decision.answer));
  decision.answer_bytes = decision.answer.SerializeAsString();
  return decision;
}

}  // namespace evident::decision
