// Writes what a pack owns in a release as the YAML of docs/formats/pack.md.
#ifndef EVIDENT_GRAPH_PACK_WRITER_H_
#define EVIDENT_GRAPH_PACK_WRITER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/graph_reader.h"
#include "graph/pack/reader.h"

namespace evident::graph {

// What a pack's files say that is no node and no edge.
struct PackSurroundings {
  std::string label;
  std::string title;
  std::string language = "en";
  std::vector<std::string> required;         // packs; those that its links need are added
  std::map<std::string, std::string> slugs;  // of references that carry an identifier, by name
  PackFiles cases;                           // whole files of cases/
};

// Of a pack whose files were read.
PackSurroundings SurroundingsOf(const PackFiles& files, const Pack& pack);

// The files, read again and found to give the very nodes and edges of the release. NOT_FOUND
// (PACK_UNKNOWN): the release has nothing of this pack. FAILED_PRECONDITION (PACK_NOT_YAML) with a
// violation for each node that YAML does not give back, as those of a graph file may be. The
// reader's errors.
absl::StatusOr<PackFiles> WritePack(const GraphReader& release, const std::string& pack,
                                    const PackSurroundings& surroundings);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_WRITER_H_
