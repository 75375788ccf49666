// Runs the cases of knowledge packs: patients, and what must come out for them, absences included.
#ifndef EVIDENT_WORKBENCH_CASES_H_
#define EVIDENT_WORKBENCH_CASES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "decision/knowledge_index.h"
#include "graph/pack/case.h"
#include "graph/pack/reader.h"

namespace evident::workbench {

// What came of one case. It passed when there is no mismatch.
struct CaseResult {
  std::string slug;
  std::string place;                    // "cases/all.yaml:12:3"
  std::vector<std::string> mismatches;  // what was expected and what came out, one line each
};

// The release that a pack makes by itself, compiled. INVALID_ARGUMENT when its graph is not fit to
// be published.
absl::StatusOr<std::shared_ptr<const decision::KnowledgeIndex>> CompileAlone(
    const graph::Pack& pack);

// One result for each case, in order. A case that follows another is asked as its follow-up.
// `now_ns` is the time at which cases without a date of their own are asked. An error that a case
// does not expect is a mismatch of that case.
std::vector<CaseResult> RunCases(const std::vector<graph::PackCase>& cases,
                                 const decision::KnowledgeIndex& index, int64_t now_ns);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_CASES_H_
