#include "decision/evaluation.h"

namespace evident::decision {
namespace {

criteria::ExpressionPtr Both(const criteria::ExpressionPtr& left,
                             const criteria::ExpressionPtr& right) {
  if (left == nullptr) return right;
  return right == nullptr ? left : criteria::AllOf({left, right});
}

}  // namespace

void FindConflicts(Evaluation& evaluation) {
  for (const ConflictPlan& plan : evaluation.index.conflicts()) {
    StatementResult* const left = evaluation.Find(plan.left);
    StatementResult* const right = evaluation.Find(plan.right);
    if (left == nullptr || right == nullptr || left->excluded() || right->excluded()) continue;
    ConflictResult result;
    result.plan = &plan;
    if (left->applies() && right->applies()) {
      result.state = v1::CONFLICT_STATE_STANDING;
      left->contested = true;
      right->contested = true;
    } else {
      const criteria::ExpressionPtr both = Both(left->combined, right->combined);
      result.state = v1::CONFLICT_STATE_POSSIBLE;
      result.would_join =
          criteria::FindDecidingSets(both, evaluation.facts, evaluation.context).to_apply;
      // Sides that no facts can bring together do not concern the patient.
      if (result.would_join.empty()) continue;
      left->may_be_contested = true;
      right->may_be_contested = true;
    }
    evaluation.conflicts.push_back(std::move(result));
  }
}

}  // namespace evident::decision
