// What the cases of a pack have seen of it: statements, outcomes of conditions, components, paths,
// conflicts and decisions. docs/operating.md.
#ifndef EVIDENT_WORKBENCH_COVERAGE_H_
#define EVIDENT_WORKBENCH_COVERAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/graph_reader.h"
#include "graph/pack/reader.h"

namespace evident::workbench {

// One kind of thing that can be seen.
struct CoveredKind {
  std::string kind;                 // "statements", "conditions", ...
  size_t all = 0;                   // that there are
  std::vector<std::string> unseen;  // each in words, sorted
  size_t seen() const { return all - unseen.size(); }
};

struct Coverage {
  std::vector<CoveredKind> kinds;  // statements, conditions, components, paths, conflicts, outcomes
  size_t all() const;
  size_t seen() const;
  double percent() const;  // of all kinds together; 100 when there is nothing to see
};

// Runs the pack's cases over `knowledge`, which holds the pack and all that it requires, and looks
// at what is the pack's own. A case that is refused or fails sees nothing. Build's errors,
// ResolveCase's reader errors.
absl::StatusOr<Coverage> MeasureCoverage(const graph::Pack& pack,
                                         std::shared_ptr<const graph::GraphReader> knowledge,
                                         int64_t received_ns);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_COVERAGE_H_
