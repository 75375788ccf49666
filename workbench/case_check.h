// Compares an answer with what a case of a pack expects. For this room.
#ifndef EVIDENT_WORKBENCH_CASE_CHECK_H_
#define EVIDENT_WORKBENCH_CASE_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "evident/v1/answer.pb.h"
#include "graph/pack/case.h"

namespace evident::workbench {

// One line for each expectation that the answer does not meet; empty when it meets all.
std::vector<std::string> CheckCase(const graph::PackCase& expected, const v1::Answer& answer);

// Adds a line unless `status` is INVALID_ARGUMENT and its violations name all of `facts`.
void CheckRefusal(const absl::Status& status, const std::vector<std::string>& facts,
                  std::vector<std::string>& mismatches);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_CASE_CHECK_H_
