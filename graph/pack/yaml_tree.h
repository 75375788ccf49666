// YAML as plain values: every scalar as text with its place. yaml-cpp is not seen outside
// yaml_tree.cc, and neither are its exceptions.
#ifndef EVIDENT_GRAPH_PACK_YAML_TREE_H_
#define EVIDENT_GRAPH_PACK_YAML_TREE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/pack/errors.h"

namespace evident::graph {

struct YamlEntry;

// A value. Lines and columns count from 1, columns in characters.
struct YamlNode {
  enum class Kind { kEmpty, kScalar, kList, kMap };

  Kind kind = Kind::kEmpty;
  std::string text;                // kScalar: as written, unquoted
  bool verbatim = false;           // kScalar: the file has `text` as it is from this place on
  std::vector<YamlNode> items;     // kList
  std::vector<YamlEntry> entries;  // kMap, in written order, keys distinct
  int line = 0;
  int column = 0;
};

// A key and its value; the place is the key's.
struct YamlEntry {
  std::string key;
  int line = 0;
  int column = 0;
  YamlNode value;
};

// How a kind is called in errors: "a map", "a list", ...
std::string_view KindName(YamlNode::Kind kind);

// Parses one document. Whatever docs/formats/pack.md forbids in a file (broken UTF-8, text not in
// NFC, tabs, anchors, aliases, tags, duplicate keys, more than one document, more than
// kYamlDepthMax levels or kYamlNodesMax values) is added to `errors` under `file`. Nothing is
// returned then, but for repeated keys, of which the first stays.
std::optional<YamlNode> ParseYaml(const std::string& file, std::string_view bytes,
                                  PackErrors& errors);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_YAML_TREE_H_
