// Runs the cases of a pack through the decision engine.
#ifndef EVIDENT_WORKBENCH_CASES_H_
#define EVIDENT_WORKBENCH_CASES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "decision/knowledge_index.h"
#include "evident/v1/answer.pb.h"
#include "graph/model/graph_reader.h"
#include "graph/pack/case.h"
#include "graph/pack/reader.h"

namespace evident::workbench {

// What came of one case.
struct CaseResult {
  std::string slug;
  std::string place;  // "cases/patients.yaml:12:3"
  std::vector<std::string>
      failures;  // each says what was expected and what came out; empty: it passed
  absl::StatusOr<v1::Answer> answer;  // or why there is none, a refusal that was expected included
};

// Runs every case of `pack` over `knowledge`, which holds the pack and all that it requires. Cases
// that name no day are asked on the UTC day of `received_ns`. INVALID_ARGUMENT and DATA_LOSS when
// the knowledge cannot be compiled; a case that fails is a result, not an error.
absl::StatusOr<std::vector<CaseResult>> RunCases(
    const graph::Pack& pack, std::shared_ptr<const graph::GraphReader> knowledge,
    int64_t received_ns);

// The same over knowledge that is compiled already.
std::vector<CaseResult> RunCases(const graph::Pack& pack, const decision::KnowledgeIndex& index,
                                 int64_t received_ns);

// The first case that fails, in order; nullopt when all pass. Its errors are RunCases'.
absl::StatusOr<std::optional<CaseResult>> FirstFailure(
    const graph::Pack& pack, std::shared_ptr<const graph::GraphReader> knowledge,
    int64_t received_ns);

// The question of a case, resolved after that of the case that it follows. The errors of
// ResolveQuestion.
absl::StatusOr<v1::ResolvedQuestion> ResolveCase(const graph::Pack& pack,
                                                 const graph::PackCase& one,
                                                 const decision::KnowledgeIndex& index,
                                                 int64_t received_ns);

// A release that holds just these packs, in memory.
absl::StatusOr<std::shared_ptr<const graph::GraphReader>> CompilePacks(
    const std::vector<const graph::Pack*>& packs);

// Everything in which the answer is not as expected.
std::vector<std::string> CompareAnswer(const graph::PackExpectation& expected,
                                       const v1::Answer& answer);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_CASES_H_
