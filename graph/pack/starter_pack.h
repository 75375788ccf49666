// A pack to begin with: reads, lints clean and passes its case, and says everywhere that its words
// are to be replaced. Nothing in it is clinical.
#ifndef EVIDENT_GRAPH_PACK_STARTER_PACK_H_
#define EVIDENT_GRAPH_PACK_STARTER_PACK_H_

#include <string>

#include "absl/status/statusor.h"
#include "graph/pack/reader.h"

namespace evident::graph {

// INVALID_ARGUMENT (NAME_INVALID): `name` is no slug. `date` is YYYY-MM-DD, of the guideline.
absl::StatusOr<PackFiles> StarterPack(const std::string& name, const std::string& date);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_STARTER_PACK_H_
