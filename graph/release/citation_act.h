// Binding a mark that could not be resolved to the reference that it means.
#ifndef EVIDENT_GRAPH_RELEASE_CITATION_ACT_H_
#define EVIDENT_GRAPH_RELEASE_CITATION_ACT_H_

#include <string>

#include "absl/status/statusor.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_reader.h"
#include "graph/release/actor.h"

namespace evident::graph {

struct MarkResolution {
  std::string node;       // full name of the statement or evidence that cites
  std::string mark;       // as printed
  v1::Locator at;         // which of several; line 0: the only one
  std::string reference;  // full name
  std::string why;
};

// The node with that citation bound, by whom, when and why; everything else of it stays.
// NOT_FOUND: NODE_NOT_FOUND, MARK_NOT_FOUND (it has no such mark that is unresolved).
// INVALID_ARGUMENT (MARK_AMBIGUOUS) naming the places of those that it may be.
absl::StatusOr<NodeChange> ResolveMark(const GraphReader& reader, const MarkResolution& resolution,
                                       const Actor& actor);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_CITATION_ACT_H_
