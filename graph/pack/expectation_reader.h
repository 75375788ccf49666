// What a case expects.
#ifndef EVIDENT_GRAPH_PACK_EXPECTATION_READER_H_
#define EVIDENT_GRAPH_PACK_EXPECTATION_READER_H_

#include "graph/pack/builder.h"
#include "graph/pack/case.h"

namespace evident::graph {

// The value of `expect`.
PackExpectation ReadExpectation(const Cursor& cursor, PackBuilder& builder);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_EXPECTATION_READER_H_
