#include "base/status.h"
#include "decision/evaluation.h"

namespace evident::decision {
namespace {

criteria::ExpressionPtr Both(const criteria::ExpressionPtr& left,
                             const criteria::ExpressionPtr& right) {
  if (left == nullptr) return right;
  return right == nullptr ? left : criteria::AllOf({left, right});
}

}  // namespace

absl::Status FindConflicts(Evaluation& evaluation) {
  for (const ConflictPlan& plan : evaluation.index.conflicts()) {
    EVIDENT_RETURN_IF_ERROR(evaluation.proceed());
    StatementResult* const left = evaluation.Find(plan.left);
    StatementResult* const right = evaluation.Find(plan.right);
    if (left == nullptr || right == nullptr || !left->may_hold() || !right->may_hold()) continue;
    // A filter takes no conflict away but one of which it holds both sides back.
    if (left->excluded() && right->excluded()) continue;
    ConflictResult result;
    result.plan = &plan;
    if (left->excluded()) result.held_back = evaluation.plan(*left).name();
    if (right->excluded()) result.held_back = evaluation.plan(*right).name();
    if (left->holds() && right->holds()) {
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
  return absl::OkStatus();
}

}  // namespace evident::decision
