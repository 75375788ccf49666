// YAML of packs: a tree within its limits, or errors with places in the file.
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "graph/pack/yaml_text.h"
#include "graph/pack/yaml_tree.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

using graph::YamlNode;
using Lines = std::vector<std::string_view>;

// What stands at a place, lines and columns from 1, columns in characters; empty outside.
std::string_view TextAt(const Lines& lines, int line, int column) {
  if (line < 1 || line > static_cast<int>(lines.size())) return {};
  const std::string_view text = lines[static_cast<size_t>(line) - 1];
  size_t at = 0;
  for (int left = column - 1; left > 0 && at < text.size(); --left) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  }
  return text.substr(at);
}

void CheckText(std::string_view text) {
  Require(IsValidUtf8(text) && IsNfc(text), "text is UTF-8 in NFC");
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    Require((byte >= 0x20 || c == '\n') && byte != 0x7f, "text has no control characters");
  }
}

void Visit(const YamlNode& node, const Lines& lines, size_t depth, size_t& nodes) {
  Require(depth <= kYamlDepthMax, "depth is capped");
  Require(++nodes <= kYamlNodesMax, "nodes are capped");
  Require(node.line >= 1 && node.line <= static_cast<int>(lines.size()) && node.column >= 1,
          "a value has a place in the file");
  CheckText(node.text);
  if (node.verbatim) {
    const std::string_view there = TextAt(lines, node.line, node.column);
    Require(there.substr(0, node.text.size()) == node.text, "verbatim text stands at its place");
  }
  for (const YamlNode& item : node.items) Visit(item, lines, depth + 1, nodes);
  for (const graph::YamlEntry& entry : node.entries) {
    CheckText(entry.key);
    Require(entry.line >= 1 && entry.column >= 1, "a key has a place in the file");
    Visit(entry.value, lines, depth + 1, nodes);
  }
}

void RunYaml(std::string_view input) {
  graph::PackErrors errors;
  const std::optional<YamlNode> root = graph::ParseYaml("f.yaml", input, errors);
  Require(root.has_value() || !errors.empty(), "nothing is returned for a reason");
  if (!errors.empty()) {
    RequireRefusal(errors.ToStatus(), {absl::StatusCode::kInvalidArgument}, {"PACK_INVALID"});
  }
  for (const Violation& violation : ErrorViolations(errors.ToStatus())) {
    Require(!violation.description.empty(), "an error says what is wrong");
  }
  size_t nodes = 0;
  if (root.has_value()) Visit(*root, graph::LinesOf(input), 1, nodes);
}

Seeds YamlSeeds() {
  return {"key: value\nlist: [a, 'b c', \"d\\n\"]\nmap: {x: 1, y: {z: ~}}\n",
          "a:\n  - one\n  - two: 2\n    three: >-\n      folded\n      text\n  - |\n    literal\n",
          "\xc3\xa9t\xc3\xa9: '\xe2\x89\xa4 3'\n? complex\n: value\n# comment\n",
          "---\na: 1\n...\n",
          "a: &x 1\nb: *x\n",
          "a: !!str 1\n<<: {b: 2}\n",
          "a: 1\na: 2\n",
          "[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]\n",
          "a: \"unclosed\n",
          "a: \"e\\u0301\"\nb: \"\\0\"\n\"k\\e\": \"\\N\\L\\P\\_\\t\\x7f\"\n",
          "a: \"\\uD800\\U0001F600\\U00110000\"\n",
          "\xef\xbb\xbf"
          "a: 1\r\nb:\t2\n"};
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(yaml, RunYaml, YamlSeeds);
