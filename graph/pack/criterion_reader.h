// Criteria as a pack writes them: one line, facts by slug.
#ifndef EVIDENT_GRAPH_PACK_CRITERION_READER_H_
#define EVIDENT_GRAPH_PACK_CRITERION_READER_H_

#include <optional>
#include <string_view>

#include "evident/v1/criterion.pb.h"
#include "graph/pack/builder.h"

namespace evident::graph {

// The criterion under `key` with full names, checked against the definitions of its facts; nothing
// when it is absent or refused. What is wrong is reported at its column inside the line, where that
// can be told.
std::optional<v1::Criterion> ReadCriterion(MapCursor& map, std::string_view key,
                                           PackBuilder& builder);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CRITERION_READER_H_
