// pack.yaml: what a pack is called and needs.
#ifndef EVIDENT_GRAPH_PACK_PACK_HEADER_H_
#define EVIDENT_GRAPH_PACK_PACK_HEADER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "graph/model/graph_reader.h"
#include "graph/pack/cursor.h"
#include "graph/pack/errors.h"

namespace evident::graph {

struct PackHeader {
  std::string name;
  std::string label;
  std::string title;
  std::string language;
  std::vector<std::pair<std::string, PackPlace>> required;  // names of packs, and where they stand

  std::vector<std::string> RequiredNames() const;
};

// What is wrong goes to the cursor's errors.
PackHeader ReadHeader(const Cursor& cursor);

// Reports each required pack that `knowledge`, null when there is none, has no node of. The
// reader's errors.
absl::Status CheckRequired(const PackHeader& header, const GraphReader* knowledge,
                           PackErrors& errors);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_PACK_HEADER_H_
