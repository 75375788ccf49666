// JSON Schemas of the files of a pack, by which editors complete keys and mark mistakes while they
// are typed. They know each file by itself: links, criteria and what several keys say together are
// looked at by the reader alone.
#ifndef EVIDENT_GRAPH_PACK_PACK_SCHEMA_H_
#define EVIDENT_GRAPH_PACK_PACK_SCHEMA_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace evident::graph {

// "pack" for pack.yaml, and the folders of a pack.
std::vector<std::string> SchemaNames();

// The schema (draft 2020-12) of the files that the name stands for, as JSON. NOT_FOUND
// (SCHEMA_UNKNOWN).
absl::StatusOr<std::string> PackSchema(const std::string& name);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_PACK_SCHEMA_H_
