// Links that lead back to where they began, or on and on.
#ifndef EVIDENT_GRAPH_PACK_CYCLES_H_
#define EVIDENT_GRAPH_PACK_CYCLES_H_

#include <string>
#include <string_view>
#include <vector>

#include "graph/pack/errors.h"

namespace evident::graph {

// A link of a relation that must not lead in a circle.
struct OrderedLink {
  PackPlace place;            // without a file for a link of another pack
  std::string_view relation;  // "is_a", ...; text with static lifetime
  std::string from;
  std::string to;
};

inline constexpr std::string_view kDerivation = "derivation";

// Reports every link of this pack that lies on a circle of its relation; and where there is no
// circle each chain of more than kIsADepthMax steps, or of more than kDerivationDepthMax derived
// facts, at the link that makes it too long.
void CheckCycles(const std::vector<OrderedLink>& links, PackErrors& errors);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CYCLES_H_
