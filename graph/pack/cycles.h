// Links that lead back to where they began.
#ifndef EVIDENT_GRAPH_PACK_CYCLES_H_
#define EVIDENT_GRAPH_PACK_CYCLES_H_

#include <string>
#include <string_view>
#include <vector>

#include "graph/pack/errors.h"

namespace evident::graph {

// A link of a relation that must not lead in a circle.
struct OrderedLink {
  PackPlace place;
  std::string_view relation;  // "is_a", ...; text with static lifetime
  std::string from;
  std::string to;
};

// Reports every link that lies on a circle of its relation.
void CheckCycles(const std::vector<OrderedLink>& links, PackErrors& errors);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CYCLES_H_
