#include "graph/pack/cursor.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_join.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/suggest.h"

namespace evident::graph {
namespace {

std::string Quoted(std::string_view text) {
  constexpr size_t kShown = 60;
  if (text.size() <= kShown) return "\"" + std::string(text) + "\"";
  // Cut between characters, never inside one.
  size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return "\"" + std::string(text.substr(0, end)) + "...\"";
}

v1::Decimal ToProto(const Decimal& value) {
  v1::Decimal out;
  out.set_unscaled(value.unscaled);
  out.set_scale(value.scale);
  return out;
}

std::optional<uint32_t> ParseUint(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

void Cursor::ErrorInside(size_t offset, std::string_view what) const {
  const std::string_view before = std::string_view(node_->text).substr(0, offset);
  PackPlace inside = place();
  inside.column += static_cast<int>(std::count_if(before.begin(), before.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
  errors_->Add(inside, what);
}

std::optional<std::string> Cursor::Text() const {
  if (node_->kind != YamlNode::Kind::kScalar) {
    Error("found " + std::string(KindName(node_->kind)) + "; expected text");
    return std::nullopt;
  }
  if (node_->text.empty()) {
    Error("found empty text; leave the key out when there is nothing to say");
    return std::nullopt;
  }
  return node_->text;
}

std::optional<bool> Cursor::Boolean() const {
  const std::optional<std::string> text = Text();
  if (!text) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  Error("found " + Quoted(*text) + "; expected true or false");
  return std::nullopt;
}

std::optional<int64_t> Cursor::Integer(int64_t low, int64_t high) const {
  const std::optional<std::string> text = Text();
  if (!text) return std::nullopt;
  const absl::StatusOr<Decimal> value = ParseDecimal(*text);
  if (value.ok() && value->scale == 0 && value->unscaled >= low && value->unscaled <= high) {
    return value->unscaled;
  }
  Error("found " + Quoted(*text) + "; expected a whole number from " + std::to_string(low) +
        " to " + std::to_string(high));
  return std::nullopt;
}

std::optional<v1::Decimal> Cursor::Number() const {
  const std::optional<std::string> text = Text();
  if (!text) return std::nullopt;
  const absl::StatusOr<Decimal> value = ParseDecimal(*text);
  if (value.ok()) return ToProto(*value);
  Error("found " + Quoted(*text) + "; expected a number such as 0.765");
  return std::nullopt;
}

std::optional<v1::Quantity> Cursor::Quantity() const {
  const std::optional<std::string> text = Text();
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  v1::Quantity out;
  if (rest.front() == '~') {
    out.set_approximate(true);
    rest.remove_prefix(1);
  }
  const size_t space = rest.find(' ');
  const absl::StatusOr<Decimal> value = ParseDecimal(rest.substr(0, space));
  const std::string_view unit = space == rest.npos ? "1" : rest.substr(space + 1);
  if (!value.ok() || unit.empty() || unit.find(' ') != unit.npos) {
    Error("found " + Quoted(*text) + "; expected a number and a unit such as 16.8 mo");
    return std::nullopt;
  }
  *out.mutable_value() = ToProto(*value);
  out.set_unit(std::string(unit));
  return out;
}

std::optional<std::string> Cursor::Date() const {
  const std::optional<std::string> text = Text();
  if (!text) return std::nullopt;
  if (ParseDate(*text).ok()) return text;
  Error("found " + Quoted(*text) + "; expected a date such as 2025-12-30");
  return std::nullopt;
}

std::optional<v1::Locator> Cursor::Place() const {
  const std::optional<std::string> text = Text();
  if (!text) return std::nullopt;
  const std::string_view all = *text;
  const size_t slash = all.find('/');
  const std::optional<uint32_t> line = ParseUint(all.substr(0, slash));
  const std::optional<uint32_t> position =
      slash == all.npos ? std::optional<uint32_t>(0) : ParseUint(all.substr(slash + 1));
  if (!line || *line == 0 || !position || (slash != all.npos && *position == 0)) {
    Error("found " + Quoted(*text) + "; expected a line and a position on it, such as 26/2");
    return std::nullopt;
  }
  v1::Locator out;
  out.set_line(*line);
  out.set_position(*position);
  return out;
}

std::optional<size_t> Cursor::OneOf(const std::vector<std::string>& names) const {
  const std::optional<std::string> text = Text();
  if (!text) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  Error("found " + Quoted(*text) + "; expected one of " + absl::StrJoin(names, ", "));
  return std::nullopt;
}

std::vector<Cursor> Cursor::Items() const {
  std::vector<Cursor> items;
  if (node_->kind == YamlNode::Kind::kList) {
    for (const YamlNode& item : node_->items) items.push_back(At(item));
  } else {
    items.push_back(*this);
  }
  return items;
}

MapCursor::MapCursor(const Cursor& cursor, std::string_view what) : cursor_(cursor), what_(what) {
  if (cursor.node().kind != YamlNode::Kind::kMap) {
    cursor.Error("found " + std::string(KindName(cursor.node().kind)) + "; expected " + what_ +
                 ", a map");
  }
}

std::optional<Cursor> MapCursor::Find(std::string_view key) {
  const bool asked = std::find(known_.begin(), known_.end(), key) != known_.end();
  if (!asked) known_.emplace_back(key);
  for (const YamlEntry& entry : cursor_.node().entries) {
    if (entry.key != key) continue;
    if (entry.value.kind != YamlNode::Kind::kEmpty) return cursor_.At(entry.value);
    if (asked) return std::nullopt;
    cursor_.errors_->Add({*cursor_.file_, entry.line, entry.column},
                         "found no value for \"" + entry.key + "\"; leave the key out instead");
    return std::nullopt;
  }
  return std::nullopt;
}

bool MapCursor::Has(std::string_view key) const {
  const std::vector<YamlEntry>& entries = cursor_.node().entries;
  return std::any_of(entries.begin(), entries.end(),
                     [&](const YamlEntry& entry) { return entry.key == key; });
}

std::optional<Cursor> MapCursor::Need(std::string_view key) {
  std::optional<Cursor> value = Find(key);
  if (!value && !Has(key) && cursor_.node().kind == YamlNode::Kind::kMap) {
    Error(what_ + " without \"" + std::string(key) + "\", which is required");
  }
  return value;
}

std::string MapCursor::Text(std::string_view key) {
  const std::optional<Cursor> value = Find(key);
  return value ? value->Text().value_or("") : "";
}

std::string MapCursor::NeedText(std::string_view key) {
  const std::optional<Cursor> value = Need(key);
  return value ? value->Text().value_or("") : "";
}

std::string MapCursor::Date(std::string_view key) {
  const std::optional<Cursor> value = Find(key);
  return value ? value->Date().value_or("") : "";
}

bool MapCursor::Boolean(std::string_view key) {
  const std::optional<Cursor> value = Find(key);
  return value && value->Boolean().value_or(false);
}

uint32_t MapCursor::Number(std::string_view key, uint32_t low, uint32_t high) {
  const std::optional<Cursor> value = Find(key);
  return value ? static_cast<uint32_t>(value->Integer(low, high).value_or(0)) : 0;
}

std::vector<std::string> MapCursor::Texts(std::string_view key) {
  std::vector<std::string> texts;
  for (const Cursor& item : Items(key)) {
    if (std::optional<std::string> text = item.Text()) texts.push_back(*std::move(text));
  }
  return texts;
}

std::vector<Cursor> MapCursor::Items(std::string_view key) {
  const std::optional<Cursor> value = Find(key);
  return value ? value->Items() : std::vector<Cursor>();
}

void MapCursor::Finish() {
  for (const YamlEntry& entry : cursor_.node().entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    cursor_.errors_->Add({*cursor_.file_, entry.line, entry.column},
                         "found the key " + Quoted(entry.key) + ", which " + what_ +
                             " does not have" + NearestHint(entry.key, known_));
  }
}

}  // namespace evident::graph
