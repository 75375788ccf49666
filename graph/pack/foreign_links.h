// What other packs add to the chains of a pack.
#ifndef EVIDENT_GRAPH_PACK_FOREIGN_LINKS_H_
#define EVIDENT_GRAPH_PACK_FOREIGN_LINKS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/graph_reader.h"
#include "graph/pack/cycles.h"

namespace evident::graph {

// The links of `knowledge` on which those of the pack lead, without places. Nodes of the pack
// itself are about to be replaced: theirs are left out. The reader's errors.
absl::StatusOr<std::vector<OrderedLink>> ForeignLinks(const std::vector<OrderedLink>& own,
                                                      const std::string& pack,
                                                      const GraphReader& knowledge);

// How a kind of edge that must not lead in a circle is called; empty for the others.
std::string_view OrderedRelation(v1::EdgeKind kind);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_FOREIGN_LINKS_H_
