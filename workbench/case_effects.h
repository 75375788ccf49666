// What a change of the knowledge does to the cases of a pack.
#ifndef EVIDENT_WORKBENCH_CASE_EFFECTS_H_
#define EVIDENT_WORKBENCH_CASE_EFFECTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "evident/v1/answer.pb.h"
#include "graph/model/graph_reader.h"
#include "graph/pack/reader.h"

namespace evident::workbench {

struct CaseEffect {
  std::string slug;
  std::string description;
  std::vector<std::string> failures;  // of the case over the knowledge as it would be
  std::vector<std::string> effects;   // what comes out otherwise, in plain words
};

// Every case of the pack, which was read upon `after`; cases that name no day are asked on the UTC
// day of `received_ns`. One that could not be asked of `before` says so. RunCases' errors.
absl::StatusOr<std::vector<CaseEffect>> CompareCases(
    const graph::Pack& pack, const std::shared_ptr<const graph::GraphReader>& before,
    const std::shared_ptr<const graph::GraphReader>& after, int64_t received_ns);

// In what two answers to one question differ for whoever reads them: outcomes of decisions,
// statements that come or go or say something else, facts asked for.
std::vector<std::string> AnswerEffects(const v1::Answer& before, const v1::Answer& after);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_CASE_EFFECTS_H_
