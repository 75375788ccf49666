// Reads a knowledge pack (docs/formats/pack.md) into nodes and edges. Nothing is half-built: either
// the whole pack is fine, or every error comes back and no draft.
#ifndef EVIDENT_GRAPH_PACK_READER_H_
#define EVIDENT_GRAPH_PACK_READER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"
#include "graph/pack/case.h"

namespace evident::graph {

// Path inside the pack, with '/', to the file's bytes.
using PackFiles = std::map<std::string, std::string>;

// What a pack is read against.
struct PackContext {
  // The release that must have every required pack; null when there is none.
  const GraphReader* knowledge = nullptr;
};

struct Pack {
  std::string name;
  std::string label;
  std::string title;
  std::string language;
  std::vector<std::string> required;          // names of packs
  GraphDraft draft;                           // all that the pack owns
  std::vector<PackCase> cases;                // by file, then written order
  std::map<std::string, std::string> places;  // of nodes by full name: "file:line:column"
  std::map<std::string, std::string> slugs;   // of nodes whose name has another, by full name
};

// INVALID_ARGUMENT PACK_INVALID: every error of the files with its place, at most kPackErrorsMax
// and a count of the rest. RESOURCE_EXHAUSTED PACK_TOO_LARGE: beyond kPackFilesMax or
// kPackBytesMax. Errors of reading `context` are passed on.
absl::StatusOr<Pack> ReadPack(const PackFiles& files, const PackContext& context = {});

// The .yaml files of a folder and of the folders in it, and the .csv files of cases/; hidden ones
// are left out. NOT_FOUND when
// there is no such folder; RESOURCE_EXHAUSTED when a file is beyond kPackFileBytesMax, and
// PACK_TOO_LARGE beyond the other limits.
absl::StatusOr<PackFiles> LoadPackFiles(const std::string& directory);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_READER_H_
