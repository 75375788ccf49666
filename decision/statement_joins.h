// Statements of a release by what they say of each other: details, successors, contradictions.
#ifndef EVIDENT_DECISION_STATEMENT_JOINS_H_
#define EVIDENT_DECISION_STATEMENT_JOINS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "criteria/expression.h"
#include "decision/knowledge_index.h"
#include "graph/model/graph_reader.h"

namespace evident::decision {

// The criterion of a statement that details others: its own, and that of at least one of them. Null
// stands for a criterion that everybody meets.
criteria::ExpressionPtr CombineCriteria(const criteria::ExpressionPtr& own,
                                        const std::vector<criteria::ExpressionPtr>& parents);

// Fills in `parents`, `superseded_by` and `combined` of all statements, which are in the order of
// answers, and gives the conflicts among them by their places. DATA_LOSS (EDGE_DANGLING), INTERNAL
// (ELABORATION_CYCLE) for what publishing should have refused; the reader's errors.
absl::StatusOr<std::vector<ConflictPlan>> JoinStatements(const graph::GraphReader& reader,
                                                         std::vector<StatementPlan>& statements);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_STATEMENT_JOINS_H_
