// Whether the cases of a pack would notice a change of it: each polar statement left out or turned
// round, each criterion left out. docs/operating.md.
#ifndef EVIDENT_WORKBENCH_MUTATION_H_
#define EVIDENT_WORKBENCH_MUTATION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/pack/reader.h"

namespace evident::workbench {

// A change that no case noticed.
struct Survivor {
  std::string node;    // full name
  std::string change;  // "left out", "recommend became advise against", ...
};

struct MutationReport {
  size_t mutants = 0;
  size_t refused = 0;               // that could not be published at all, and so are noticed
  std::vector<Survivor> survivors;  // by node, then change
};

// Called after each mutant with how many of how many are done; false ends the run with CANCELLED.
using MutationProgress = std::function<bool(size_t done, size_t all)>;

// A criterion that holds wherever what the statement details does is left alone: without it nothing
// would be different. Runs the pack's cases, all of which must pass, over each mutant with what it
// requires, up to the first case that fails. FAILED_PRECONDITION (CASES_FAIL) naming the first case
// that fails without a change; CompilePacks' errors.
absl::StatusOr<MutationReport> Mutate(const graph::Pack& pack,
                                      const std::vector<const graph::Pack*>& required,
                                      int64_t received_ns, const MutationProgress& progress);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_MUTATION_H_
