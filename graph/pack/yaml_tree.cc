#include "graph/pack/yaml_tree.h"

#include <exception>
#include <sstream>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/limits.h"
#include "graph/pack/yaml_text.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/mark.h"
#include "yaml-cpp/parser.h"

namespace evident::graph {
namespace {

// Ends a parse from inside yaml-cpp's callbacks; caught in ParseYaml.
struct Refused : std::exception {
  Refused(int line, int column, std::string what)
      : line(line), column(column), text(std::move(what)) {}
  const char* what() const noexcept override { return text.c_str(); }
  int line;
  int column;
  std::string text;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::vector<std::string_view>& lines)
      : lines_(lines), columns_(lines) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckPlain(mark, "", anchor);
    Put(Make(mark, YamlNode::Kind::kEmpty));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(mark, "an alias; anchors and aliases are not allowed, write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    CheckPlain(mark, tag, anchor);
    // What stands in the file was looked at line by line; escapes are seen only here.
    if (const std::string fault = FaultOfValue(value); !fault.empty()) Refuse(mark, fault);
    YamlNode node = Make(mark, YamlNode::Kind::kScalar);
    node.text = value;
    node.verbatim = RestOfLine(mark).substr(0, value.size()) == value;
    Put(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    CheckPlain(mark, tag, anchor);
    Open(mark, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    CheckPlain(mark, tag, anchor);
    Open(mark, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

  YamlNode TakeRoot() { return std::move(root_); }

  // Keys that were given twice; the first value stands in the tree.
  const std::vector<Refused>& repeated() const { return repeated_; }

 private:
  // A container that is being filled; `key` waits for its value.
  struct Level {
    YamlNode node;
    bool has_key = false;
    YamlEntry key;
    bool drop_value = false;  // the key was there before
    absl::flat_hash_map<std::string, int> key_lines = {};
  };

  [[noreturn]] void Refuse(const YAML::Mark& mark, std::string_view what) {
    throw Refused(mark.line + 1, columns_.At(mark.line, mark.column), std::string(what));
  }

  std::string_view RestOfLine(const YAML::Mark& mark) const {
    const auto line = static_cast<size_t>(mark.line);
    const auto column = static_cast<size_t>(mark.column);
    if (line >= lines_.size() || column > lines_[line].size()) return {};
    return lines_[line].substr(column);
  }

  void CheckPlain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) {
      Refuse(mark, "an anchor; anchors and aliases are not allowed, write the value out");
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      Refuse(mark, "the tag " + tag + "; tags are not allowed");
    }
  }

  YamlNode Make(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (++nodes_ > kYamlNodesMax) {
      Refuse(mark, "more than " + std::to_string(kYamlNodesMax) + " values in one file");
    }
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = columns_.At(mark.line, mark.column);
    return node;
  }

  void Open(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (!levels_.empty() && ExpectsKey()) Refuse(mark, "a key that is not plain text");
    if (levels_.size() >= kYamlDepthMax) {
      Refuse(mark, "nested deeper than " + std::to_string(kYamlDepthMax) + " levels");
    }
    levels_.emplace_back();
    levels_.back().node = Make(mark, kind);
  }

  void Close() {
    YamlNode node = std::move(levels_.back().node);
    levels_.pop_back();
    Put(std::move(node));
  }

  bool ExpectsKey() const {
    return levels_.back().node.kind == YamlNode::Kind::kMap && !levels_.back().has_key;
  }

  void Put(YamlNode node) {
    if (levels_.empty()) {
      root_ = std::move(node);
    } else if (levels_.back().node.kind == YamlNode::Kind::kList) {
      levels_.back().node.items.push_back(std::move(node));
    } else if (ExpectsKey()) {
      PutKey(node);
    } else {
      PutValue(std::move(node));
    }
  }

  void PutKey(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kScalar || node.text.empty()) {
      throw Refused(node.line, node.column, "an empty key");
    }
    if (node.text == "<<") {
      throw Refused(node.line, node.column, "a merge key; write the values out");
    }
    Level& level = levels_.back();
    const auto [first, fresh] = level.key_lines.try_emplace(node.text, node.line);
    if (!fresh) {
      repeated_.emplace_back(node.line, node.column,
                             "the key \"" + node.text + "\" again; it is already on line " +
                                 std::to_string(first->second));
    }
    level.drop_value = !fresh;
    level.key = {node.text, node.line, node.column, {}};
    level.has_key = true;
  }

  void PutValue(YamlNode node) {
    Level& level = levels_.back();
    level.key.value = std::move(node);
    if (!level.drop_value) level.node.entries.push_back(std::move(level.key));
    level.key = {};
    level.has_key = false;
  }

  const std::vector<std::string_view>& lines_;
  CharacterColumns columns_;
  std::vector<Level> levels_;
  YamlNode root_;
  size_t nodes_ = 0;
  std::vector<Refused> repeated_;
};

std::optional<YamlNode> ParseDocument(const std::string& file, std::string_view bytes,
                                      const std::vector<std::string_view>& lines,
                                      PackErrors& errors) {
  std::istringstream stream{std::string(bytes)};
  try {
    YAML::Parser parser(stream);
    TreeBuilder builder(lines);
    if (!parser.HandleNextDocument(builder)) {
      errors.Add({file, 1, 1}, "found an empty file; expected a map");
      return std::nullopt;
    }
    for (const Refused& refused : builder.repeated()) {
      errors.Add({file, refused.line, refused.column}, "found " + refused.text);
    }
    YamlNode root = builder.TakeRoot();
    TreeBuilder rest(lines);
    if (parser.HandleNextDocument(rest)) {
      errors.Add({file, rest.TakeRoot().line, 1}, "found a second document; expected one");
      return std::nullopt;
    }
    return root;
  } catch (const Refused& refused) {
    errors.Add({file, refused.line, refused.column}, "found " + refused.text);
  } catch (const YAML::Exception& broken) {
    errors.Add({file, broken.mark.line + 1,
                CharacterColumns(lines).At(broken.mark.line, broken.mark.column)},
               "not readable as YAML: " + broken.msg);
  } catch (const std::exception& broken) {
    errors.Add({file, 0, 0}, std::string("not readable as YAML: ") + broken.what());
  }
  return std::nullopt;
}

}  // namespace

std::string_view KindName(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kEmpty:
      return "an empty value";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return "an unknown value";
}

std::optional<YamlNode> ParseYaml(const std::string& file, std::string_view bytes,
                                  PackErrors& errors) {
  if (bytes.size() > kPackFileBytesMax) {
    errors.Add({file, 0, 0}, "a file of " + std::to_string(bytes.size()) +
                                 " bytes; expected at most " + std::to_string(kPackFileBytesMax));
    return std::nullopt;
  }
  const std::vector<std::string_view> lines = LinesOf(bytes);
  if (!CheckText(file, lines, errors)) return std::nullopt;
  return ParseDocument(file, bytes, lines, errors);
}

}  // namespace evident::graph
