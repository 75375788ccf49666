// Cases as a table: a row for each patient, for grids that would be long as YAML
// (docs/formats/pack.md).
#ifndef EVIDENT_GRAPH_PACK_CASE_TABLE_H_
#define EVIDENT_GRAPH_PACK_CASE_TABLE_H_

#include <optional>
#include <string>
#include <string_view>

#include "graph/pack/errors.h"
#include "graph/pack/yaml_tree.h"

namespace evident::graph {

// The rows as what a file of cases/ in YAML would say: a map of slug to case, each value at its own
// place. What is wrong with the table (cells, columns, text that no file of a pack may hold) is
// added to `errors` under `file`, and nothing is returned; values are looked at by the reader of
// cases.
std::optional<YamlNode> ParseCaseTable(const std::string& file, std::string_view bytes,
                                       PackErrors& errors);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CASE_TABLE_H_
