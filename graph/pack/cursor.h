// Typed reading of YAML values: every refusal goes to PackErrors with its place and what was
// expected.
#ifndef EVIDENT_GRAPH_PACK_CURSOR_H_
#define EVIDENT_GRAPH_PACK_CURSOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evident/v1/knowledge.pb.h"
#include "graph/pack/errors.h"
#include "graph/pack/yaml_tree.h"

namespace evident::graph {

// A value of one file, with where to report about it. Refers to the tree, which must outlive it.
// Not thread safe.
class Cursor {
 public:
  Cursor(const YamlNode& node, const std::string& file, PackErrors& errors)
      : node_(&node), file_(&file), errors_(&errors) {}

  const YamlNode& node() const { return *node_; }
  PackPlace place() const { return {*file_, node_->line, node_->column}; }
  Cursor At(const YamlNode& node) const { return Cursor(node, *file_, *errors_); }
  void Error(std::string_view what) const { errors_->Add(place(), what); }

  // Reports at the byte `offset` of a verbatim text.
  void ErrorInside(size_t offset, std::string_view what) const;

  // Each reads the value, or reports what was expected and returns nothing.
  std::optional<std::string> Text() const;                          // any scalar but an empty one
  std::optional<bool> Boolean() const;                              // true or false
  std::optional<int64_t> Integer(int64_t low, int64_t high) const;  // both inclusive
  std::optional<v1::Decimal> Number() const;                        // as printed
  std::optional<v1::Quantity> Quantity() const;                     // "16.8 mo", "~40 %"
  std::optional<std::string> Date() const;                          // YYYY-MM-DD
  std::optional<v1::Locator> Place() const;                         // "26" or "26/2"

  // One of `names`, by its index.
  std::optional<size_t> OneOf(const std::vector<std::string>& names) const;

  // A list's items, or the value itself when it is none.
  std::vector<Cursor> Items() const;

 private:
  friend class MapCursor;
  const YamlNode* node_;
  const std::string* file_;
  PackErrors* errors_;
};

// A map whose keys are asked for one by one. Whatever was not asked for is unknown: Finish reports
// it.
class MapCursor {
 public:
  // `what` names the map in errors, e.g. "a statement". Reports when the value is no map; all keys
  // are absent then.
  MapCursor(const Cursor& cursor, std::string_view what);

  // The value of `key`; nothing when it is absent. Need reports that.
  std::optional<Cursor> Find(std::string_view key);
  std::optional<Cursor> Need(std::string_view key);
  bool Has(std::string_view key) const;

  // Counts `key` as known without looking at it.
  void Skip(std::string_view key) { known_.emplace_back(key); }

  // Shorthands that leave the default for what is absent or refused.
  std::string Text(std::string_view key);
  std::string NeedText(std::string_view key);
  std::string Date(std::string_view key);
  bool Boolean(std::string_view key);
  uint32_t Number(std::string_view key, uint32_t low, uint32_t high);
  std::vector<std::string> Texts(std::string_view key);
  std::vector<Cursor> Items(std::string_view key);

  // Sets by name: the table's index 0 stands for enum number 1, and so on in the order of the
  // numbers.
  template <typename Enum>
  Enum One(std::string_view key, const std::vector<std::string>& names) {
    const std::optional<Cursor> value = Find(key);
    if (!value) return Enum{};
    const std::optional<size_t> index = value->OneOf(names);
    return index ? static_cast<Enum>(*index + 1) : Enum{};
  }

  // Reports keys that nobody asked for, with the nearest known ones.
  void Finish();

  const Cursor& cursor() const { return cursor_; }
  void Error(std::string_view what) const { cursor_.Error(what); }

 private:
  Cursor cursor_;
  std::string what_;
  std::vector<std::string> known_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CURSOR_H_
