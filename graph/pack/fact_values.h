// Values of facts as a pack writes them.
#ifndef EVIDENT_GRAPH_PACK_FACT_VALUES_H_
#define EVIDENT_GRAPH_PACK_FACT_VALUES_H_

#include <optional>
#include <string_view>
#include <vector>

#include "evident/v1/value.pb.h"
#include "graph/pack/builder.h"

namespace evident::graph {

// A value of the definition's type, within its bounds and allowed values; what is not is reported.
// Bounds are checked only when `check_bounds`: a definition's own bounds are read by this function
// too.
std::optional<v1::Value> ReadFactValue(const Cursor& cursor, const v1::FactDefinition& definition,
                                       bool check_bounds = true);

// A map of fact to value, by fact name. `what` names it in errors.
std::vector<v1::Fact> ReadFacts(const Cursor& cursor, std::string_view what, PackBuilder& builder);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_FACT_VALUES_H_
